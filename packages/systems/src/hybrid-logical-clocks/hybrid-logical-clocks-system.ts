import { defineSystem } from "@fieldbook/engine";
import type { FaultKind, Workload } from "@fieldbook/engine";
import { exponential, milliseconds, seconds } from "@fieldbook/kernel";
import type { ClockRules } from "./hybrid-logical-clock.ts";
import {
  answersInOrder,
  causesComeFirst,
  counterIsTheChain,
  everyMessageIsAnEvent,
  largestClockKnown,
  nothingForgotten,
} from "./clock-properties.ts";
import { hybridLogicalClocks } from "./hybrid-logical-clocks.ts";
import type { ClockReply, ClockRequest } from "./hybrid-logical-clocks.ts";

/** The rules ask nothing of network and clocks; of the disk, that it keeps the last timestamp. */
const survives: readonly FaultKind[] = [
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

function callers(size: { nodes: number; clients: number; operations: number }): Workload<ClockRequest, ClockReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(_client, k, draws) {
      if (k >= size.operations) return undefined;
      const node = draws.below(size.nodes, 0);
      const think = draws.below(milliseconds(160), 1);
      const type = draws.below(100, 2) < 70 ? "announce" : "stamp";
      return { f: type, key: node, input: null, body: { type }, node, think };
    },
    complete: (_invocation, { stamp }) => ({ outcome: "ok", output: [stamp.l, stamp.c] }),
  };
}

/** The correct configuration. */
export const correct: ClockRules = { rule: "hybrid", readsMessages: true, readsCounters: true, resetsCounter: true };

/** Hybrid logical clocks, put to the test. */
export const hybridLogicalClocksSystem = defineSystem({
  id: "hybrid-logical-clocks",
  title: "Hybrid logical clocks",
  says: "Timestamps of one physical and one logical part: an effect is stamped later than its cause, whatever the clocks do, and the physical part is the largest clock known of.",
  leavesOut: "The compact encoding in 64 bits, and the refusal of messages whose timestamp is too far ahead.",
  source: "Kulkarni, Demirbas, Madappa, Avva, Leone, Logical Physical Clocks, OPODIS 2014",
  node: hybridLogicalClocks,
  config: correct,
  nodes: { default: 4, min: 2, max: 7 },
  clients: 3,
  operations: 8,
  workload: callers,
  latency: { calm: milliseconds(5), drawn: exponential(milliseconds(5), milliseconds(1)) },
  survives,
  limits: { down: 7 },
  properties: [
    causesComeFirst,
    largestClockKnown,
    counterIsTheChain,
    nothingForgotten,
    everyMessageIsAnEvent,
    answersInOrder,
  ],
  recovers: { within: seconds(3) },
  sometimes: ["the clock was behind the timestamp", "a message came from the future", "a message had the node's own l"],
  mutants: [
    {
      id: "physical-time-alone",
      says: "The timestamp is what the node's clock shows; the counter tells apart what falls together.",
      seen: "A common mistake: timestamps from NTP clocks, by which an effect may come before its cause.",
      config: { rule: "physical" },
    },
    {
      id: "naive-rule",
      says: "The logical clock counts on by one like Lamport's whenever it is ahead: it drifts from physical time without bound.",
      seen: "The paper's own first attempt, its “naive” algorithm, given there with the counterexample.",
      config: { rule: "naive" },
    },
    {
      id: "timestamps-of-messages-ignored",
      says: "A node does not take notice of the timestamps that come with messages.",
      seen: "A common mistake: a send rule without the receive rule.",
      config: { readsMessages: false },
    },
    {
      id: "counter-of-message-ignored",
      says: "When own and received l are equal, only the own counter goes up.",
      seen: "A common slip in the first of the four cases of the receive rule, which takes the larger of both counters.",
      config: { readsCounters: false },
    },
    {
      id: "counter-never-reset",
      says: "The counter goes on when physical time has advanced, and outgrows its bits.",
      seen: "A common slip: the “else c := 0” of figure 5 is left out.",
      config: { resetsCounter: false },
    },
    {
      id: "timestamp-not-on-disk",
      says: "After a crash a node begins with its clock alone, which may be behind what it has said.",
      seen: "A common mistake where the rules, which do not speak of crashes, meet restarts and clocks that step back.",
      node: (node) => ({ ...node, durable: [] }),
    },
  ],
});
