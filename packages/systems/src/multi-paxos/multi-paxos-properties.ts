import type { Observed, Property } from "@fieldbook/engine";
import { Acceptances } from "../single-decree-paxos/acceptances.ts";
import type { Command, Proposal, State } from "./multi-paxos-state.ts";

const nameOf = (command: Command): string =>
  command === null ? "a no-op" : `${command.src}'s request ${String(command.body.msg_id)}`;

/** Notes what acceptors accept, slot by slot, and says what is wrong with that. */
class Slots {
  readonly #slots = new Map<number, Acceptances>();
  readonly #seen = new Map<string, Map<number, Proposal>>();

  note({ name, state }: Observed<State>, majority: number): string | undefined {
    const last = this.#seen.get(name) ?? new Map<number, Proposal>();
    this.#seen.set(name, last);
    for (const [slot, proposal] of state.accepted) {
      if (last.get(slot) === proposal) continue;
      last.set(slot, proposal);
      const acceptances = this.#slots.get(slot) ?? new Acceptances();
      this.#slots.set(slot, acceptances);
      const wrong = acceptances.note(name, proposal.ballot, nameOf(proposal.command), majority);
      if (wrong !== undefined) return `Slot ${String(slot)}: ${wrong}`;
    }
    return undefined;
  }

  chosen(slot: number): string | undefined {
    return this.#slots.get(slot)?.chosen;
  }
}

const majorityOf = (nodes: readonly unknown[]): number => Math.floor(nodes.length / 2) + 1;

export const chosenStays: Property<State> = {
  id: "chosen-stays",
  says: "Once a command is chosen for a slot, every proposal of a higher ballot for that slot has that command.",
  watch() {
    const slots = new Slots();
    return (node, nodes) => slots.note(node, majorityOf(nodes));
  },
};

export const decidedIsChosen: Property<State> = {
  id: "decided-is-chosen",
  says: "A replica takes a command for decided only when a majority of acceptors has accepted it in one ballot.",
  watch() {
    const slots = new Slots();
    const counts = new Map<string, number>();
    return (node, nodes) => {
      slots.note(node, majorityOf(nodes));
      const { decided } = node.state;
      if (counts.get(node.name) === decided.size) return undefined;
      counts.set(node.name, decided.size);
      for (const [slot, command] of decided) {
        const chosen = slots.chosen(slot);
        if (chosen === nameOf(command)) continue;
        return `${node.name} decides ${nameOf(command)} for slot ${String(slot)}, but ${chosen ?? "nothing"} is chosen.`;
      }
      return undefined;
    };
  },
};

export const promisesKept: Property<State> = {
  id: "promises-kept",
  says: "An acceptor never takes back a promise and accepts nothing below it, crashes or not.",
  watch() {
    const promised = new Map<string, number>();
    const accepted = new Map<string, Map<number, number>>();
    return ({ name, state }) => {
      const before = promised.get(name) ?? 0;
      promised.set(name, state.promised);
      if (state.promised < before) {
        return `${name} had promised ballot ${String(before)} and now knows of ${String(state.promised)}.`;
      }
      const last = accepted.get(name) ?? new Map<number, number>();
      accepted.set(name, last);
      for (const [slot, { ballot }] of state.accepted) {
        if (last.get(slot) === ballot) continue;
        last.set(slot, ballot);
        if (ballot < before) {
          return `${name} had promised ballot ${String(before)} and accepted slot ${String(slot)} in ballot ${String(ballot)}.`;
        }
      }
      if (state.accepted.size >= last.size) return undefined;
      return `${name} had accepted proposals for ${String(last.size)} slots and now has ${String(state.accepted.size)}.`;
    };
  },
};

export const oneDecisionASlot: Property<State> = {
  id: "one-decision-a-slot",
  says: "No two replicas decide different commands for a slot (invariant R1).",
  watch() {
    const decisions = new Map<number, { readonly node: string; readonly command: string }>();
    const counts = new Map<string, number>();
    return ({ name, state: { decided } }) => {
      if (counts.get(name) === decided.size) return undefined;
      counts.set(name, decided.size);
      for (const [slot, value] of decided) {
        const command = nameOf(value);
        const first = decisions.get(slot) ?? { node: name, command };
        decisions.set(slot, first);
        if (first.command === command) continue;
        return `Slot ${String(slot)} is ${first.command} at ${first.node} and ${command} at ${name}.`;
      }
      return undefined;
    };
  },
};

export const sameState: Property<State> = {
  id: "same-slot-same-state",
  says: "All replicas that have performed the commands up to a slot are in the same state (invariant R3).",
  watch() {
    const states = new Map<number, { readonly node: string; readonly shown: string }>();
    const performed = new Map<string, number>();
    return ({ name, state }) => {
      if (performed.get(name) === state.performed) return undefined;
      performed.set(name, state.performed);
      const sorted = [...state.store].toSorted(([one], [other]) => one - other);
      const shown = sorted.map(([key, { value }]) => `${String(key)}: ${String(value)}`).join(", ") || "nothing";
      const first = states.get(state.performed) ?? { node: name, shown };
      states.set(state.performed, first);
      if (first.shown === shown) return undefined;
      return `After slot ${String(state.performed)} ${first.node} holds ${first.shown} and ${name} holds ${shown}.`;
    };
  },
};

export const writtenOnce: Property<State> = {
  id: "written-once",
  says: "No key has been written more often than different commands to write it have been decided.",
  watch() {
    const performed = new Map<string, number>();
    return ({ name, state }) => {
      if (performed.get(name) === state.performed) return undefined;
      performed.set(name, state.performed);
      const writes = new Map<number, Set<string>>();
      for (const [slot, command] of state.decided) {
        if (slot > state.performed || command === null || command.body.type === "read") continue;
        const ofKey = writes.get(command.body.key) ?? new Set();
        writes.set(command.body.key, ofKey.add(nameOf(command)));
      }
      for (const [key, { version }] of state.store) {
        const different = writes.get(key)?.size ?? 0;
        if (version <= different) continue;
        return `${name} has written key ${String(key)} ${String(version)} times by ${String(different)} commands.`;
      }
      return undefined;
    };
  },
};
