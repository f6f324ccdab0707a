import { defineSystem } from "@fieldbook/engine";
import type { Observed, Workload } from "@fieldbook/engine";
import { exponential, milliseconds, seconds } from "@fieldbook/kernel";
import { allButLostDisks } from "../convergent/survived-faults.ts";
import {
  acknowledgedStays,
  committedStays,
  inSyncAsAsked,
  offsetsFollowProcessing,
  oneLeaderPerEpoch,
  oneOwner,
  silentLeadersAreReplaced,
} from "./log-properties.ts";
import { partitionedLog } from "./partitioned-log.ts";
import type { LogConfig, LogReply, LogRequest, LogState } from "./log-types.ts";

/** The controller and three brokers come first; the others are applications. */
const firstApplication = 4;

function publishers(size: {
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
}): Workload<LogRequest, LogReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(client, k, draws) {
      if (k >= size.operations) return undefined;
      const node = firstApplication + draws.below(size.nodes - firstApplication, 0);
      const think = draws.below(milliseconds(250), 1);
      const partition = draws.below(correct.partitions, 2);
      const value = 1 + client + size.clients * k;
      return { f: "publish", key: partition, input: value, body: { type: "publish", partition, value }, node, think };
    },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.offset }),
  };
}

/** All replicas are equal and committed, and the group has processed everything. */
function settled(core: readonly Observed<LogState>[]): boolean {
  const [controller, ...others] = core;
  const { cluster, offsets } = controller!.state;
  for (const [partition, { leader }] of cluster.partitions) {
    const led = others.find(({ name }) => name === leader)?.state.replicas.get(partition);
    if (led === undefined || led.highWatermark !== led.log.length) return false;
    if ((offsets.get(partition)?.offset ?? 0) !== led.log.length) return false;
    for (const { state } of others) {
      const replica = state.replicas.get(partition);
      if (replica === undefined) continue;
      if (replica.log.length !== led.log.length || replica.log.at(-1)?.value !== led.log.at(-1)?.value) return false;
    }
  }
  return true;
}

/** The correct configuration. */
export const correct: LogConfig = {
  partitions: 2,
  beat: milliseconds(40),
  session: milliseconds(150),
  poll: milliseconds(25),
  lag: milliseconds(120),
  delivery: milliseconds(200),
  acknowledges: "all in sync",
  truncates: "leader epoch",
  elects: "in sync",
  restoresSequences: true,
  fencesProducers: true,
  fencesConsumers: true,
  countsJoining: true,
  commits: "after",
};

/** A partitioned log, put to the test. */
export const partitionedLogSystem = defineSystem({
  id: "partitioned-log",
  title: "Partitioned log with consumer group and idempotent producers (Kafka)",
  says: "Producers write each record once and in order to replicated partitions; the members of a group share the partitions and process each record at least once.",
  leavesOut:
    "The controller and group coordinator are one node that keeps its disk, not a replicated service. Transactions, retention, batches, segments and consumers' choice of assignment. Brokers do not lose their disks.",
  source:
    "Kreps, Narkhede, Rao, Kafka: a Distributed Messaging System for Log Processing, NetDB 2011; KIP-98, KIP-101, KIP-497",
  node: partitionedLog,
  config: correct,
  nodes: { default: 6, min: 5, max: 8 },
  clients: 3,
  operations: 5,
  workload: publishers,
  latency: { calm: milliseconds(3), drawn: exponential(milliseconds(4), milliseconds(1)) },
  survives: allButLostDisks,
  limits: { down: 6 },
  properties: [
    oneLeaderPerEpoch,
    committedStays,
    oneOwner,
    offsetsFollowProcessing,
    acknowledgedStays,
    silentLeadersAreReplaced,
    inSyncAsAsked,
  ],
  recovers: { within: seconds(3), settled },
  sometimes: [
    "a new leader was elected",
    "a follower cut its log",
    "a record was written already",
    "a producer gave a record up",
    "a producer of an earlier epoch was met",
    "a consumer of an earlier generation committed",
    "no in-sync replica was alive",
  ],
  mutants: [
    {
      id: "truncates-by-high-watermark",
      says: "A follower of a new leader cuts its log to its own high watermark, which may lag behind what is committed.",
      seen: 'Kafka before 0.11; KIP-101, "Scenario 1: High Watermark Truncation followed by Immediate Leader Election".',
      config: { truncates: "high watermark" },
    },
    {
      id: "acknowledges-before-replication",
      says: "The leader acknowledges a record when it has it itself.",
      seen: "Kafka's acks=1, its default before 3.0: the record is lost when the leader fails before a follower has it.",
      config: { acknowledges: "leader" },
    },
    {
      id: "unclean-leader-election",
      says: "When no in-sync replica is alive another may lead.",
      seen: 'Kafka\'s unclean.leader.election.enable=true, the default before 0.11; Kingsbury, "Call me maybe: Kafka" (2013).',
      config: { elects: "any" },
    },
    {
      id: "sequences-not-restored",
      says: "A new leader does not know the sequence numbers of its log, and writes a repeated record twice.",
      seen: "A common mistake; KIP-98 has brokers rebuild the producers' state from the log.",
      config: { restoresSequences: false },
    },
    {
      id: "zombie-producer-not-fenced",
      says: "A record that its producer has given up is written after later ones.",
      seen: "A common mistake: KIP-98 gives producers epochs to fence such zombies.",
      config: { fencesProducers: false },
    },
    {
      id: "zombie-consumer-commits",
      says: "A member of an earlier generation commits an offset.",
      seen: "A common mistake in hand-made groups; Kafka answers such a commit with ILLEGAL_GENERATION.",
      config: { fencesConsumers: false },
    },
    {
      id: "commits-before-processing",
      says: "An offset is committed before its records are processed; a crash between loses them.",
      seen: "A common use of automatic commits: at most once where at least once was meant (NetDB 2011, section 3.2).",
      config: { commits: "before" },
    },
    {
      id: "joining-replica-not-counted",
      says: "The leader does not wait for a follower that the controller may have taken for in sync already.",
      seen: 'KIP-497 and Kafka\'s replication design ask for the "maximal ISR" for this reason.',
      config: { countsJoining: false },
    },
    {
      id: "log-not-durable",
      says: "Records are acknowledged before they are on disk.",
      seen: "Kafka leaves syncing to the operating system by default: machines that lose power together lose what was acknowledged.",
      node: (node) => ({
        ...node,
        durable: ["boots", "cluster", "group", "offsets", "lastRequests", "producerEpoch", "processed"],
      }),
    },
  ],
});
