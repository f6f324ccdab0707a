import { defineSystem } from "@fieldbook/engine";
import type { FaultKind, Property, Workload } from "@fieldbook/engine";
import { milliseconds, seconds } from "@fieldbook/kernel";
import { Acceptances, Promises } from "./acceptances.ts";
import { inForce, singleDecreePaxos } from "./single-decree-paxos.ts";
import type { PaxosConfig, PaxosState, Proposal, ProposeReply, ProposeRequest } from "./single-decree-paxos.ts";

/** An asynchronous network, clocks of any kind, and crashes that leave stable storage as it is. */
export const asynchronous: readonly FaultKind[] = [
  "partition",
  "one-way-partition",
  "bridge",
  "isolation",
  "flapping",
  "loss",
  "duplication",
  "delay",
  "reordering",
  "clogging",
  "bandwidth",
  "crash",
  "pause",
  "slow-node",
  "torn-write",
  "full-disk",
  "slow-disk",
  "clock-step",
  "clock-drift",
  "sync-failure",
  "leap-second",
];

export const chosenStays: Property<PaxosState> = {
  id: "chosen-stays",
  says: "Once a value is chosen, every higher-numbered proposal has that value (P2b); a number stands for one value.",
  watch() {
    const acceptances = new Acceptances();
    const last = new Map<string, Proposal>();
    return ({ name, state: { accepted } }, nodes) => {
      const before = last.get(name);
      if (accepted === null || (accepted.number === before?.number && accepted.value === before.value))
        return undefined;
      last.set(name, accepted);
      return acceptances.note(name, accepted.number, String(accepted.value), Math.floor(nodes.length / 2) + 1);
    };
  },
};

export const promisesKept: Property<PaxosState> = {
  id: "promises-kept",
  says: "An acceptor never takes back a promise and accepts nothing below it, crashes or not (P1a).",
  watch() {
    const promises = new Promises();
    const last = new Map<string, number>();
    return ({ name, state }) => {
      const accepted = state.accepted?.number ?? 0;
      const isNew = accepted !== (last.get(name) ?? 0);
      last.set(name, accepted);
      return promises.note(name, inForce(state), isNew ? accepted : 0);
    };
  },
};

export const learnedIsChosen: Property<PaxosState> = {
  id: "learned-is-chosen",
  says: "A process never learns that a value has been chosen unless it actually has been.",
  watch() {
    const acceptances = new Acceptances();
    return ({ name, state: { accepted, learned } }, nodes) => {
      const majority = Math.floor(nodes.length / 2) + 1;
      if (accepted !== null) acceptances.note(name, accepted.number, String(accepted.value), majority);
      if (learned === null || String(learned) === acceptances.chosen) return undefined;
      return `${name} learned ${String(learned)}, but ${acceptances.chosen ?? "nothing"} is chosen.`;
    };
  },
};

export const agreement: Property<PaxosState> = {
  id: "agreement",
  says: "All clients are told the same value, and it is one that a client had proposed by then.",
  judge({ history }) {
    const answered = history.flatMap((operation, index) =>
      operation.outcome === "ok" ? [{ index, value: operation.output, at: operation.returned }] : [],
    );
    const [first] = answered;
    if (first === undefined) return { verdict: "holds", says: "Nobody was told anything." };
    for (const other of answered) {
      if (other.value === first.value) continue;
      const says = `One client was told ${String(first.value)}, another ${String(other.value)}.`;
      return { verdict: "violated", kind: "two values", says, operations: [first.index, other.index] };
    }
    const at = Math.min(...answered.map(({ at: returned }) => returned));
    if (history.some(({ input, called }) => input === first.value && called < at)) {
      return { verdict: "holds", says: `${String(answered.length)} answers say ${String(first.value)}.` };
    }
    const says = `The chosen value ${String(first.value)} was proposed by nobody.`;
    return { verdict: "violated", kind: "value out of nowhere", says, operations: [first.index] };
  },
};

function proposers(size: {
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
}): Workload<ProposeRequest, ProposeReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(client, k, draws) {
      if (k >= size.operations) return undefined;
      const value = 1 + client + size.clients * k;
      return {
        f: "propose",
        input: value,
        body: { type: "propose", value },
        // Round the nodes, so that whoever asks a dead node asks another one next.
        node: (client + k) % size.nodes,
        think: draws.below(milliseconds(k === 0 ? 50 : 200), 0),
      };
    },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.value }),
  };
}

/** The correct configuration. */
export const correct: PaxosConfig = {
  quorum: "majority",
  adopts: "highest",
  keepsPromise: true,
  countsAcceptors: true,
  retry: milliseconds(50),
};

/** Single-decree Paxos, put to the test. */
export const singleDecreePaxosSystem = defineSystem({
  id: "single-decree-paxos",
  title: "Single-decree Paxos",
  says: "Nodes choose one value among those that clients propose, and the choice stays, whatever crashes and gets lost.",
  leavesOut: "A distinguished proposer: proposers that get in each other's way wait for a drawn time and try again.",
  source: "Lamport, Paxos Made Simple, ACM SIGACT News 32(4), 2001, section 2",
  node: singleDecreePaxos,
  config: correct,
  nodes: { default: 5, min: 3, max: 7 },
  clients: 3,
  operations: 6,
  workload: proposers,
  survives: asynchronous,
  limits: { down: 7 },
  properties: [chosenStays, promisesKept, learnedIsChosen, agreement],
  recovers: { within: seconds(8), core: (nodes) => Math.floor(nodes / 2) + 1 },
  sometimes: ["a proposer was overtaken between its phases", "a proposer gave up its own value"],
  mutants: [
    {
      id: "promise-not-durable",
      says: "An acceptor forgets in a crash what it has promised.",
      seen: "Section 2.5 asks for it: an acceptor records its intended response in stable storage before it sends it.",
      node: (node) => ({ ...node, durable: ["accepted"] }),
    },
    {
      id: "acceptance-not-durable",
      says: "An acceptor forgets in a crash what it has accepted.",
      seen: "Section 2.5 asks for stable storage; a node that acknowledges before its disk has the data makes this mistake.",
      node: (node) => ({ ...node, durable: ["promised"] }),
    },
    {
      id: "accepts-below-promise",
      says: "An acceptor accepts a proposal although it has promised a higher number.",
      seen: "A common misreading of phase 2 (b): the condition “unless it has already responded to a prepare request having a number greater than n” is left out.",
      config: { keepsPromise: false },
    },
    {
      id: "proposes-its-own-value",
      says: "A proposer proposes its client's value whatever the promises tell of.",
      seen: "A common misreading of phase 2 (a): the promises are counted and not read.",
      config: { adopts: "own" },
    },
    {
      id: "adopts-first-promise",
      says: "A proposer takes the value of the first promise that has one, not of the highest-numbered.",
      seen: "A common misreading of phase 2 (a), where the value is that of the highest-numbered proposal among the responses.",
      config: { adopts: "first" },
    },
    {
      id: "half-is-a-quorum",
      says: "Half of the acceptors, rounded down, count as a majority.",
      seen: "A common off-by-one: two halves need not have an acceptor in common.",
      config: { quorum: "half" },
    },
    {
      id: "counts-messages",
      says: "A proposer counts answers, not acceptors: one that the network delivers twice counts twice.",
      seen: "A common mistake: the paper assumes that messages can be duplicated (section 2.1).",
      config: { countsAcceptors: false },
    },
  ],
});
