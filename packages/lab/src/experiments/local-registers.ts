import { milliseconds } from "@fieldbook/kernel";
import { causalRegister, gossipRegister, orderedRegister } from "@fieldbook/systems";
import type { RegisterReply, RegisterRequest } from "@fieldbook/systems";
import type { Workload } from "@fieldbook/engine";
import { registerExperiment } from "./register-experiment.ts";
import { flag, knobs } from "./register-parameters.ts";
import { clocksOf, latencyProblem, networkOf } from "./register-weather.ts";
import { registerWorkload } from "./register-workload.ts";

/** Registers that answer from the copy at hand: each client has a node of its own and always calls that one. */

const shared = {
  nodes: knobs.nodes({ default: 3, min: 2 }),
  clients: knobs.clients({ default: 3 }),
  operations: knobs.operations({ default: 6 }),
  writes: knobs.writes({ default: 40 }),
  think: knobs.think({ default: 40 }),
  latencyMin: knobs.latencyMin({ default: 1 }),
  latencyMean: knobs.latencyMean({ default: 20 }),
  clientLatency: knobs.clientLatency({ default: 1 }),
  ordered: flag(
    "links keep order",
    false,
    "Messages from one node to another arrive as they were sent, as on one connection.",
  ),
  reordered: knobs.reordered({ default: 0 }),
  heldBack: knobs.heldBack({ default: 80 }),
};

interface SharedValues {
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
  readonly writes: number;
  readonly think: number;
  readonly latencyMean: number;
  readonly clientLatency: number;
  readonly heldBack: number;
  readonly oneWriter?: boolean;
}

const timeout = milliseconds(2_000);

/** Long after the last write can have been called and its messages have arrived. */
const settledAt = ({ operations, think, latencyMean, clientLatency, heldBack }: SharedValues): number =>
  milliseconds(
    operations * (think + 2 * clientLatency + 4 * (latencyMean + heldBack)) + 40 * latencyMean + heldBack + 2_000,
  );

/** Enough for every operation to time out and for the final reads. */
const endOf = (values: SharedValues): number =>
  settledAt(values) + (values.operations + 2) * (timeout + milliseconds(values.think));

function localWorkload(values: SharedValues): Workload<RegisterRequest, RegisterReply> {
  return registerWorkload({
    clients: values.clients,
    nodes: values.nodes,
    operations: values.operations,
    writes: values.writes,
    maxThink: milliseconds(values.think),
    timeout,
    home: true,
    oneWriter: values.oneWriter === true,
    finalReadAt: settledAt(values),
  });
}

const localLeavesOut =
  "Nodes do not crash and no link is cut; handling a message takes no time; clients stay with their node; nobody lies.";

export const orderedRegisterExperiment = registerExperiment({
  id: "ordered-register",
  title: "A register with one order of writes and local reads",
  summary:
    "One node gives all writes an order; every node applies them in that order and answers reads from its own copy at once.",
  leavesOut: `${localLeavesOut} No message is lost.`,
  parameters: {
    applyInOrder: flag("apply in order", true, "A copy keeps a write that comes too early until its turn."),
    readAtSequencer: flag("read at the sequencer", false, "Reads are answered by the node that gives the order."),
    ...shared,
  },
  properties: ["linearizable", "sequential", "causal", "convergent"],
  validate: latencyProblem,
  scenario: (values) => ({
    node: orderedRegister,
    config: { applyInOrder: values.applyInOrder, readAtSequencer: values.readAtSequencer },
    nodes: values.nodes,
    network: networkOf(values),
    faults: [],
    workload: localWorkload(values),
    until: endOf(values),
  }),
  finalReadsAt: settledAt,
});

export const causalRegisterExperiment = registerExperiment({
  id: "causal-register",
  title: "A register that keeps cause before effect",
  summary:
    "Every node takes writes and answers reads from its own copy at once; a write is applied elsewhere after the " +
    "writes that its writer had seen.",
  leavesOut: `${localLeavesOut} No message is lost.`,
  parameters: {
    waitForCauses: flag("wait for causes", true, "A copy keeps a write until all that its writer had seen is there."),
    oneWriter: flag("one writer", false, "Only the first client writes; the others read."),
    ...shared,
  },
  properties: ["sequential", "causal", "convergent"],
  validate: latencyProblem,
  scenario: (values) => ({
    node: causalRegister,
    config: { waitForCauses: values.waitForCauses },
    nodes: values.nodes,
    network: networkOf(values),
    faults: [],
    workload: localWorkload(values),
    until: endOf(values),
  }),
  finalReadsAt: settledAt,
});

export const gossipRegisterExperiment = registerExperiment({
  id: "gossip-register",
  title: "A register that converges by gossip",
  summary:
    "Every node takes writes and answers reads from its own copy; the write with the latest time of day wins, and " +
    "nodes compare what they have with a random peer now and then.",
  leavesOut: localLeavesOut,
  parameters: {
    antiEntropy: flag("anti-entropy", true, "Each node compares its copy with a random peer's again and again."),
    interval: {
      ...knobs.think({ default: 100, min: 10 }),
      label: "pause between comparisons",
      help: "How long a node waits between two comparisons.",
    },
    clockOffset: knobs.clockOffset({ default: 0 }),
    loss: knobs.loss({ default: 20 }),
    ...shared,
  },
  properties: ["causal", "convergent"],
  validate: latencyProblem,
  scenario: (values, seed) => {
    // What is lost is lost between nodes: a client that lives beside its node does not lose it.
    const network = networkOf(values);
    const links = network.links?.map((link) => ({ ...link, loss: 0, reorder: 0 })) ?? [];
    return {
      node: gossipRegister,
      config: { antiEntropy: values.antiEntropy, interval: milliseconds(values.interval) },
      nodes: values.nodes,
      network: { ...network, links },
      faults: [],
      clocks: clocksOf(values, seed),
      workload: localWorkload(values),
      until: endOf(values),
    };
  },
  finalReadsAt: settledAt,
});
