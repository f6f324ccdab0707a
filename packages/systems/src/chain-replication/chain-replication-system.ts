import { defineSystem } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { keyValueClients } from "../shared/key-value-clients.ts";
import { linearizable } from "../shared/linearizable.ts";
import type { ChainConfig, ChainReply, ChainRequest, ChainState } from "./chain-replication.ts";
import { chainReplication } from "./chain-replication.ts";

export const correctConfig: ChainConfig = {
  ping: milliseconds(25),
  deadAfter: milliseconds(110),
  lease: milliseconds(90),
  tailAnswers: true,
  tailReads: true,
  leases: true,
  sendsAgain: true,
  inOrder: true,
};

export const chainReplicationSystem = defineSystem<ChainState, ChainRequest, ChainReply, ChainConfig>({
  id: "chain-replication",
  title: "Chain replication",
  says: "Updates pass from the head through the chain and count at the tail, which answers the queries.",
  leavesOut:
    "The master is one node. A server that was taken out of the chain does not come back. One register is kept.",
  source: "van Renesse and Schneider, Chain Replication (OSDI 2004)",
  node: chainReplication,
  config: correctConfig,
  nodes: { default: 4, min: 3, max: 6 },
  clients: 3,
  operations: 14,
  workload: ({ nodes, clients, operations }) =>
    keyValueClients({
      clients,
      nodes,
      operations,
      keys: 1,
      writes: 50,
      maxThink: milliseconds(80),
      timeout: milliseconds(250),
      nodeOf: (_client, _k, draws) => 1 + draws.below(nodes - 1, 1),
    }),
  survives: [
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
    "torn-write",
    "pause",
    "slow-node",
    "full-disk",
    "slow-disk",
    "clock-step",
    "clock-drift",
    "sync-failure",
    "leap-second",
  ],
  limits: { down: 4 },
  properties: [
    {
      id: "update-propagation",
      says: "A server's history is a beginning of that of the one before it (section 2.2).",
      watch() {
        const histories = new Map<number, number>();
        const counts = new Map<string, number>();
        return ({ name, state }, nodes) => {
          const { count, digest } = state.replica;
          if (count < (counts.get(name) ?? 0))
            return `${name} had ${String(counts.get(name))} updates and has ${String(count)}.`;
          counts.set(name, count);
          const chain = nodes[0]!.state.chain.servers;
          const place = chain.indexOf(name);
          const before = nodes.find((node) => node.name === chain[place - 1]);
          if (place > 0 && before !== undefined && before.state.replica.count < count) {
            return `${name} has ${String(count)} updates, ${before.name} before it ${String(before.state.replica.count)}.`;
          }
          // What left the chain with a head that failed may be another history from there on.
          if (place < 0) return undefined;
          if (place === 0) histories.set(count, digest);
          else if (histories.has(count) && histories.get(count) !== digest) {
            return `The first ${String(count)} updates of ${name} are not those of the head.`;
          }
          return undefined;
        };
      },
    },
    {
      id: "the-silent-are-taken-out",
      says: "When a server calls, those that have not called for too long are no longer in the chain, but for the last one.",
      watch:
        () =>
        ({ name, state: { chain, heard, config } }) => {
          const times = [...heard.values()].toSorted((one, other) => other - one);
          const last = times[0];
          // After a restart of the service all count as heard, and nobody has called yet.
          if (name !== "n1" || last === undefined || last === times[1]) return undefined;
          const silent = chain.servers.filter((server) => last - (heard.get(server) ?? last) >= config.deadAfter);
          return silent.length === 0 || silent.length === chain.servers.length
            ? undefined
            : `${silent.join(", ")} do not call, and the chain is ${chain.servers.join(", ")}.`;
        },
    },
    linearizable("kv"),
  ],
  recovers: {
    within: milliseconds(6_000),
    settled(core) {
      const chain = core[0]!.state.chain.servers;
      const servers = core.filter(({ name }) => chain.includes(name));
      const [first] = servers;
      return servers.every(
        ({ state: { replica } }) => replica.sent.length === 0 && replica.count === first!.state.replica.count,
      );
    },
  },
  sometimes: [
    "a head was taken out",
    "a tail was taken out",
    "a tail without a lease did not answer",
    "an update of another chain was refused",
  ],
  mutants: [
    {
      id: "head-answers",
      says: "The head answers an update before the tail has it.",
      seen: "a common shortcut: the head is thought to be the primary",
      config: { tailAnswers: false },
    },
    {
      id: "anyone-answers-queries",
      says: "Every server answers queries from its own copy.",
      seen: "Terrace and Freedman, CRAQ (USENIX ATC 2009), tell what it takes to make that safe",
      config: { tailReads: false },
    },
    {
      id: "no-lease",
      says: "A tail that was taken out and does not know goes on answering queries.",
      seen: "van Renesse and Schneider (2004) assume fail-stop servers; a common omission where that does not hold",
      config: { leases: false },
    },
    {
      id: "nothing-sent-again",
      says: "A new successor is not sent the updates that are not confirmed.",
      seen: "van Renesse and Schneider (2004), section 3: the reason for the list Sent",
      config: { sendsAgain: false },
    },
    {
      id: "gaps-are-taken",
      says: "A server takes an update though it lacks the one before.",
      seen: "a common mistake: the newest is thought to be all that counts",
      config: { inOrder: false },
    },
    {
      id: "replica-not-durable",
      says: "A server forgets its history in a crash and stays in the chain.",
      seen: "a common mistake: an acknowledgement before the write is on disk",
      node: (correct) => ({ ...correct, durable: ["chain", "seen"] }),
    },
  ],
});
