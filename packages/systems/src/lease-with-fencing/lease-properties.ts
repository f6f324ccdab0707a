/** What is asked of the lock, its holders and the storage, beside what clients can see. */
import type { Body, Property } from "@fieldbook/engine";
import { driftedApart } from "../shared/stopwatches.ts";
import type { LeaseState } from "./lease-with-fencing.ts";

export const oneHolder: Property<LeaseState> = {
  id: "one-holder",
  says: "The lock goes to another only when its holder has given it back, or the time is over for which it was lent.",
  watch() {
    let loan: LeaseState["loan"] = { token: 0, holder: null, number: 0, until: 0 };
    const tokens = new Map<string, number>();
    return ({ name, state }) => {
      if (state.task !== null && state.task.step !== "acquire") tokens.set(name, state.task.token);
      else tokens.delete(name);
      if (name !== "n1") return undefined;
      const { holder, until } = loan;
      const next = state.loan;
      loan = next;
      if (holder === null || next.holder === holder) return undefined;
      const token = String(next.token);
      if (next.holder === null) {
        if (tokens.get(holder) !== next.token) return undefined;
        return `${holder} works under token ${token}, and n1 takes the lock for free.`;
      }
      const now = next.until - state.config.term;
      return now >= until ? undefined : `n1 lent token ${token} to ${next.holder} while it was still ${holder}'s.`;
    };
  },
};

export const releasedIsFree: Property<LeaseState> = {
  id: "released-is-free",
  says: "A lock that its holder gives back is free at once.",
  watch:
    () =>
    ({ name, state: { loan } }, _nodes, _time, message) => {
      if (message?.body.type !== "release") return undefined;
      const { token } = message.body as Body & { readonly token: number };
      if (loan.token !== token || loan.holder === null) return undefined;
      return `${message.src} gave token ${String(token)} back, and ${name} has it lent to ${loan.holder}.`;
    },
};

export const holdersStopInTime: Property<LeaseState> = {
  id: "holders-stop-in-time",
  says: "A worker counts on its lease no longer than the service does, and takes no step when it is over.",
  watch() {
    const steps = new Map<string, string>();
    return ({ name, state: { task } }, nodes, time, message) => {
      const before = steps.get(name);
      const step = task === null ? "" : `${task.step} under token ${String(task.token)}`;
      steps.set(name, step);
      if (task === null || task.step === "acquire" || message === undefined || step === before) return undefined;
      const apart = driftedApart(time);
      const over = time - task.until;
      if (over > apart) return `${name} goes on to ${step}, ${String(over)} µs after its lease was over.`;
      const { loan } = nodes[0]!.state;
      const longer = task.until - loan.until;
      if (loan.token !== task.token || loan.holder !== name || longer <= apart) return undefined;
      return `${name} counts on token ${String(task.token)} for ${String(longer)} µs longer than n1 has lent it.`;
    };
  },
};

export const tokensRise: Property<LeaseState> = {
  id: "tokens-rise",
  says: "The service never lends one token twice, and the storage never forgets the largest it has seen.",
  watch() {
    let lent = 0;
    let lentTo = "";
    let highest = 0;
    return ({ name, state }) => {
      const { token, holder } = state.loan;
      if (name === "n1") {
        if (token < lent) return `n1 lent token ${String(lent)} and is back at ${String(token)}.`;
        if (token === lent && holder !== null && holder !== lentTo) {
          return `n1 lent token ${String(token)} to ${lentTo} and to ${holder}.`;
        }
        lent = token;
        lentTo = holder ?? lentTo;
      }
      if (name === "n2") {
        const seen = state.stored.highest;
        if (seen < highest) return `n2 had seen token ${String(highest)} and now knows of ${String(seen)}.`;
        highest = seen;
      }
      return undefined;
    };
  },
};
