import { milliseconds } from "@fieldbook/kernel";
import { quorumRegister } from "@fieldbook/systems";
import { registerExperiment } from "./register-experiment.ts";
import { flag, knobs } from "./register-parameters.ts";
import { faultsOf, latencyProblem, networkOf } from "./register-weather.ts";
import { registerWorkload } from "./register-workload.ts";

export const quorumRegisterExperiment = registerExperiment({
  id: "quorum-register",
  title: "A register on quorums",
  summary:
    "Clients read and write one register that every node keeps a copy of; the node that is asked queries a read " +
    "quorum and stores on a write quorum.",
  leavesOut:
    "Nodes keep their disks and their number; handling a message takes no time; a lost message is not sent again; " +
    "nobody lies.",
  parameters: {
    nodes: knobs.nodes({ default: 3 }),
    read: { ...knobs.nodes({ default: 2 }), label: "read quorum", help: "How many nodes a query waits for." },
    write: { ...knobs.nodes({ default: 2 }), label: "write quorum", help: "How many nodes a store waits for." },
    readRepair: flag("read repair", true, "A read stores what it found on a write quorum before it returns."),
    clients: knobs.clients({ default: 3 }),
    operations: knobs.operations({ default: 10 }),
    writes: knobs.writes({ default: 20 }),
    think: knobs.think({ default: 0 }),
    latencyMin: knobs.latencyMin({ default: 1 }),
    latencyMean: knobs.latencyMean({ default: 20 }),
    ordered: flag(
      "links keep order",
      false,
      "Messages from one node to another arrive as they were sent, as on one connection.",
    ),
    clientLatency: knobs.clientLatency({ default: 1 }),
    timeout: knobs.timeout({ default: 400 }),
    loss: knobs.loss({ default: 0 }),
    duplicates: knobs.duplicates({ default: 0 }),
    reordered: knobs.reordered({ default: 0 }),
    heldBack: knobs.heldBack({ default: 50 }),
    partitions: knobs.partitions({ default: 0 }),
    crashes: knobs.crashes({ default: 0 }),
  },
  properties: ["linearizable"],
  validate(values) {
    if (values.read > values.nodes)
      return `A read quorum of ${String(values.read)} needs as many nodes; there are ${String(values.nodes)}.`;
    if (values.write > values.nodes)
      return `A write quorum of ${String(values.write)} needs as many nodes; there are ${String(values.nodes)}.`;
    return latencyProblem(values);
  },
  scenario: (values, seed) => ({
    node: quorumRegister,
    config: { read: values.read, write: values.write, readRepair: values.readRepair },
    nodes: values.nodes,
    network: networkOf(values),
    faults: faultsOf(values, seed, milliseconds(600)),
    workload: registerWorkload({
      clients: values.clients,
      nodes: values.nodes,
      operations: values.operations,
      writes: values.writes,
      maxThink: milliseconds(values.think),
      timeout: milliseconds(values.timeout),
      home: false,
    }),
    until: milliseconds(values.operations * (values.timeout + values.think) + 1_000),
  }),
  finalReadsAt: () => Infinity,
});
