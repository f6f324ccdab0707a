import { defineSystem } from "@fieldbook/engine";
import type { Workload } from "@fieldbook/engine";
import { exponential, milliseconds, seconds } from "@fieldbook/kernel";
import { allButLostDisks } from "../convergent/survived-faults.ts";
import {
  elementsStay,
  oneElementPerIdentifier,
  oneOrder,
  startsBehindItsNeighbour,
  staysBehindItsNeighbour,
  textsFit,
} from "./list-properties.ts";
import { sequenceCrdt, textOf } from "./sequence-crdt.ts";
import type { SequenceConfig, SequenceReply, SequenceRequest, SequenceState } from "./sequence-crdt.ts";
import { hasWrittenEnough } from "../shared/late-writes.ts";

/** Each client edits the text so often, and most often reads from then on. */
const edits = 6;

function writers(size: {
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
}): Workload<SequenceRequest, SequenceReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(client, k, draws) {
      if (k >= size.operations) return undefined;
      const node = draws.below(size.nodes, 0);
      const think = draws.below(milliseconds(200), 1);
      const kind = draws.below(100, 2);
      if (hasWrittenEnough(k, edits, draws) || kind < 10)
        return { f: "read", key: node, input: null, body: { type: "read" }, node, think };
      const position = draws.below(4, 3);
      if (kind < 35) {
        return { f: "delete", key: node, input: position, body: { type: "delete", position }, node, think };
      }
      const value = 1 + client + size.clients * k;
      return { f: "insert", key: node, input: value, body: { type: "insert", position, value }, node, think };
    },
    complete(_invocation, reply) {
      if (reply.type === "read_ok") return { outcome: "ok", output: reply.values };
      return { outcome: "ok", output: reply.type === "insert_ok" ? reply.follows : reply.value };
    },
  };
}

/** What a replica has when it is told nothing new: the text, and which elements are deleted. */
const whole = (state: SequenceState): string =>
  `${textOf(state).map(String).join(" ")} of ${String(state.list.length)} without ${String(state.deleted.size)}`;

/** The correct configuration. */
export const correct: SequenceConfig = {
  gossip: milliseconds(40),
  order: "identifier",
  keepsEarlyDeletions: true,
  orphans: "wait",
  tombstones: true,
  restoresClock: true,
  clockFollows: true,
  once: true,
};

/** A replicated sequence, put to the test. */
export const sequenceCrdtSystem = defineSystem({
  id: "sequence-crdt",
  title: "Collaborative text (replicated growable array)",
  says: "Several people insert and delete in one text at once, each at a replica. All come to the same text, in which each element stands behind the neighbour that its writer saw.",
  leavesOut:
    "Updates in place, and the collection of tombstones, which the paper treats too. The paper's s4vectors are Lamport timestamps here. Texts that two people type at the same place at once are not mixed only when each of them types forwards.",
  source:
    "Roh et al., Replicated abstract data types: Building blocks for collaborative applications, J. Parallel and Distributed Computing 71, 2011",
  node: sequenceCrdt,
  config: correct,
  nodes: { default: 3, min: 2, max: 5 },
  clients: 3,
  operations: 7,
  workload: writers,
  latency: { calm: milliseconds(5), drawn: exponential(milliseconds(6), milliseconds(1)) },
  survives: allButLostDisks,
  limits: { down: 5 },
  properties: [
    oneElementPerIdentifier,
    oneOrder,
    startsBehindItsNeighbour,
    staysBehindItsNeighbour,
    elementsStay,
    textsFit,
  ],
  recovers: {
    within: seconds(2),
    settled: (core) => new Set(core.map(({ state }) => whole(state))).size === 1,
  },
  sometimes: ["a deletion came before its element", "an element came before its left neighbour"],
  mutants: [
    {
      id: "order-of-arrival",
      says: "Of two elements inserted at one place the one that arrives later comes first: replicas disagree.",
      seen: "A common misreading of section 5.2: the scan past preceding elements is left out, since one replica alone does not need it.",
      config: { order: "arrival" },
    },
    {
      id: "early-deletion-dropped",
      says: "A deletion that comes before its element is dropped, and the element stays.",
      seen: 'A common mistake where delivery is not causal: "nothing to delete" is taken for done.',
      config: { keepsEarlyDeletions: false },
    },
    {
      id: "identifier-reused-after-restart",
      says: "The clock begins anew after a restart, and an identifier is given to a second element.",
      seen: "A common mistake: the clock is kept in memory.",
      config: { restoresClock: false },
    },
    {
      id: "clock-does-not-follow",
      says: "The clock counts only one's own insertions: a new element sorts behind older ones that its writer saw behind it.",
      seen: "A common mistake: a plain counter where the algorithm needs Lamport's clock.",
      config: { clockFollows: false },
    },
    {
      id: "no-tombstones",
      says: "A deleted element is taken out of the list, and what others inserted behind it has no place.",
      seen: "A common misreading of section 5.3, which keeps tombstones for this reason.",
      config: { tombstones: false },
    },
    {
      id: "orphans-go-to-the-end",
      says: "An element that comes before its left neighbour is put at the end of the text.",
      seen: "A common mistake where delivery is not causal.",
      config: { orphans: "go to the end" },
    },
    {
      id: "edits-copies",
      says: "An insertion that the network delivers twice inserts two elements.",
      seen: "A common mistake: retransmission below is taken to be exactly once.",
      config: { once: false },
    },
    {
      id: "log-not-durable",
      says: "Operations are acknowledged before they are on disk.",
      seen: "A common mistake: a replica that means to fetch its text from the others after a restart.",
      node: (node) => ({ ...node, durable: [] }),
    },
  ],
});
