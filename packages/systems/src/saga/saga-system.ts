import { defineSystem } from "@fieldbook/engine";
import type { Observed, Property, Workload } from "@fieldbook/engine";
import { milliseconds, seconds } from "@fieldbook/kernel";
import { asynchronous } from "../single-decree-paxos/single-decree-paxos-system.ts";
import { saga, seatsOf, unfinished } from "./saga.ts";
import type { BookReply, BookRequest, Effect, SagaConfig, SagaState } from "./saga.ts";

type State = SagaState;
type Nodes = readonly Observed<State>[];

type Outcome = Effect["outcome"];

const effectsOf = (nodes: Nodes, id: string): readonly (Outcome | undefined)[] =>
  nodes.slice(1).map(({ state }) => state.service.effects.get(id)?.outcome);

const told = (nodes: Nodes, id: string): string =>
  effectsOf(nodes, id)
    .map((effect, index) => `${effect ?? "nothing"} at ${nodes[index + 1]!.name}`)
    .join(", ");

/** The sagas of which a service has a new effect since it was asked last. */
function newEffects(): (node: Observed<State>) => readonly string[] {
  const seen = new Map<string, Map<string, Outcome>>();
  return ({ name, state }) => {
    const last = seen.get(name) ?? new Map<string, Outcome>();
    seen.set(name, last);
    const changed: string[] = [];
    for (const [id, { outcome }] of state.service.effects) {
      if (last.get(id) === outcome) continue;
      last.set(id, outcome);
      changed.push(id);
    }
    return changed;
  };
}

export const inOrder: Property<State> = {
  id: "in-order",
  says: "The steps of a saga that stand are always the first ones: done in order, undone in reverse order.",
  watch() {
    const changed = newEffects();
    return (node, nodes) => {
      for (const id of changed(node)) {
        const effects = effectsOf(nodes, id);
        const missing = effects.findIndex((effect) => effect !== "done");
        if (missing >= 0 && effects.lastIndexOf("done") > missing) return `Saga ${id}: ${told(nodes, id)}.`;
      }
      return undefined;
    };
  },
};

export const allOrNothing: Property<State> = {
  id: "all-or-nothing",
  says: "Of a completed saga all steps stand, and of a compensated one none.",
  watch() {
    const changed = newEffects();
    const finished = new Set<string>();
    return (node, nodes) => {
      const { sagas } = nodes[0]!.state;
      const ids = [...changed(node)];
      for (const [id, { result }] of node.state.sagas) if (result !== null && !finished.has(id)) ids.push(id);
      for (const id of ids) {
        const result = sagas.get(id)?.result ?? null;
        if (result === null) continue;
        finished.add(id);
        const wrong = effectsOf(nodes, id).some((effect) => (effect === "done") !== (result === "completed"));
        if (wrong) return `Saga ${id} is ${result}: ${told(nodes, id)}.`;
      }
      return undefined;
    };
  },
};

export const seatsAddUp: Property<State> = {
  id: "seats-add-up",
  says: "At each service the seats that are left and those that are booked are all its seats, and no more are booked than there are.",
  watch: () => (node, nodes) => {
    const { service, config } = node.state;
    let booked = 0;
    for (const { outcome, seats: some } of service.effects.values()) if (outcome === "done") booked += some;
    const names = nodes.map(({ name }) => name);
    const seats = seatsOf(config, node.name, names);
    if (service.left + booked === seats && service.left >= 0) return undefined;
    return `${node.name} has ${String(seats)} seats; ${String(service.left)} are left and ${String(booked)} are booked.`;
  },
};

const refusedWithReason: Property<State> = {
  id: "refused-with-reason",
  says: "A step is refused only when the seats do not suffice, and a client is told “sold out” only when a step was refused.",
  watch() {
    const changed = newEffects();
    const finished = new Set<string>();
    return (node, nodes) => {
      const { name, state } = node;
      for (const id of changed(node)) {
        const { outcome, seats } = state.service.effects.get(id)!;
        if (outcome !== "refused" || state.service.left < seats) continue;
        return `${name} refused saga ${id} its ${String(seats)} seats and has ${String(state.service.left)} left.`;
      }
      for (const [id, { result, soldOut }] of state.sagas) {
        if (result === null || finished.has(id)) continue;
        finished.add(id);
        if (soldOut && !effectsOf(nodes, id).includes("refused")) return `Saga ${id} is sold out: ${told(nodes, id)}.`;
      }
      return undefined;
    };
  },
};

export const nothingForgotten: Property<State> = {
  id: "nothing-forgotten",
  says: "A saga that has begun is known for ever, its result stays, and what is undone stays undone.",
  watch() {
    const logs = new Map<
      string,
      { sagas: number; readonly results: Map<string, string>; readonly undone: Set<string> }
    >();
    return ({ name, state }) => {
      const last = logs.get(name) ?? { sagas: 0, results: new Map<string, string>(), undone: new Set<string>() };
      logs.set(name, last);
      if (state.sagas.size < last.sagas) {
        return `${name} had begun ${String(last.sagas)} sagas and now knows of ${String(state.sagas.size)}.`;
      }
      last.sagas = state.sagas.size;
      for (const [id, { result }] of state.sagas) {
        const before = last.results.get(id);
        if (before !== undefined && before !== result)
          return `Saga ${id} was ${before} and is now ${result ?? "under way"}.`;
        if (result !== null) last.results.set(id, result);
      }
      for (const id of last.undone) {
        const now = state.service.effects.get(id)?.outcome ?? "forgotten";
        if (now !== "undone") return `${name} had compensated saga ${id}, and now its step is ${now}.`;
      }
      for (const [id, { outcome }] of state.service.effects) if (outcome === "undone") last.undone.add(id);
      return undefined;
    };
  },
};

export const toldAsItWas: Property<State> = {
  id: "told-as-it-was",
  says: "A client is told “completed” when all steps stand, and “compensated” when none does.",
  judge({ history, nodes }) {
    for (const [index, { client, outcome, output }] of history.entries()) {
      if (outcome !== "ok") continue;
      const id = `c${String(client + 1)}/${String(index)}`;
      const standing = effectsOf(nodes, id).filter((effect) => effect === "done").length;
      if (standing === (output === "completed" ? nodes.length - 1 : 0)) continue;
      const says = `The client of saga ${id} was told ${String(output)}: ${told(nodes, id)}.`;
      return { verdict: "violated", says, operations: [index] };
    }
    return { verdict: "holds", says: `All ${String(history.length)} clients were told what was done.` };
  },
};

/** The correct configuration. */
export const correct: SagaConfig = {
  seats: 8,
  resend: milliseconds(40),
  patience: 2,
  stepsOnce: true,
  compensatesOnce: true,
  voidsLateSteps: true,
  remembersRefusals: true,
  compensates: "last first",
  insists: true,
  once: true,
};

function bookers(size: { readonly clients: number; readonly operations: number }): Workload<BookRequest, BookReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(_client, k, draws) {
      if (k >= size.operations) return undefined;
      // One booking in four is too large for the last service, though not for those before it.
      const seats = draws.below(4, 1) === 0 ? correct.seats + 1 : 1;
      return {
        f: "book",
        input: seats,
        body: { type: "book", seats },
        node: 0,
        think: draws.below(milliseconds(150), 0),
      };
    },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.result }),
    serves: (_invocation, reply) => reply.result === "completed" || reply.soldOut,
  };
}

/** Sagas, put to the test. */
export const sagaSystem = defineSystem({
  id: "saga",
  title: "Saga",
  says: "A booking over several services, step by step: when one refuses or does not answer, the steps that were done are compensated in reverse order.",
  leavesOut:
    "Isolation: others see steps that are compensated later, as the paper says. A compensation never fails; all nodes must be back for a saga to end.",
  source: "Garcia-Molina and Salem, Sagas, ACM SIGMOD 1987",
  node: saga,
  config: correct,
  nodes: { default: 4, min: 3, max: 7 },
  clients: 3,
  operations: 6,
  workload: bookers,
  survives: asynchronous,
  limits: { down: 7 },
  properties: [inOrder, allOrNothing, seatsAddUp, refusedWithReason, nothingForgotten, toldAsItWas],
  recovers: { within: seconds(2), settled: (core) => core.every(({ state }) => unfinished(state).length === 0) },
  sometimes: [
    "a saga was taken up again after a crash",
    "a saga gave up on a step that might have been done",
    "a step came again",
    "a step came after its compensation",
    "a compensation came before its step",
  ],
  mutants: [
    {
      id: "saga-forgotten",
      says: "The execution component keeps its progress in memory: a crash leaves sagas half done.",
      seen: "What the log of the paper's saga execution component is there for.",
      node: (node) => ({ ...node, durable: ["service"] }),
    },
    {
      id: "step-done-twice",
      says: "A step that is sent again is done again.",
      seen: "A common mistake: retries without an idempotency key.",
      config: { stepsOnce: false },
    },
    {
      id: "compensated-twice",
      says: "A compensation that is sent again gives a second seat back.",
      seen: "A common mistake: retries without an idempotency key; compensations are forgotten more easily than steps.",
      config: { compensatesOnce: false },
    },
    {
      id: "compensates-first-step-first",
      says: "Steps are compensated in the order in which they were done.",
      seen: "A common misreading of the paper, where Cj … C1 follow in reverse order.",
      config: { compensates: "first first" },
    },
    {
      id: "late-step-is-done",
      says: "A step that arrives after its compensation is done, and nobody will undo it.",
      seen: "Known as suspension in TCC transactions: Seata 1.5.1 added a fence against it (Seata blog, “Seata TCC fence”).",
      config: { voidsLateSteps: false },
    },
    {
      id: "refusal-forgotten",
      says: "A refused step that comes again is done if a seat is free by then, though the saga has turned back.",
      seen: "A common mistake: only successes are recorded under the idempotency key.",
      config: { remembersRefusals: false },
    },
    {
      id: "compensation-sent-once",
      says: "A compensation is not sent again when no answer comes.",
      seen: "A common mistake: the paper's backward recovery goes on until every compensation is done.",
      config: { insists: false },
    },
  ],
});
