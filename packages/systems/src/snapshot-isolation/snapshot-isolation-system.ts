import { defineSystem } from "@fieldbook/engine";
import type { OperationDraws, Workload } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { snapshotIsolation } from "./snapshot-isolation.ts";
import { atomic, onceIfAtAll, snapshotIsolated } from "./snapshot-properties.ts";
import type { SnapshotConfig, SnapshotReply, SnapshotRequest, SnapshotState } from "./snapshot-state.ts";

const keys = 4;

/** Two different keys. */
function pair(draws: OperationDraws, part: number): readonly [number, number] {
  const first = draws.below(keys, part);
  return [first, (first + 1 + draws.below(keys - 1, part + 1)) % keys];
}

/** Clients that read two keys and write one or two, each time another value. */
function workload(size: {
  nodes: number;
  clients: number;
  operations: number;
}): Workload<SnapshotRequest, SnapshotReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(400),
    next(client, k, draws) {
      if (k >= size.operations) return undefined;
      const reads = pair(draws, 0);
      const writes = draws.below(3, 4) === 0 ? [pair(draws, 2)[0]] : pair(draws, 2);
      const value = 1 + client + size.clients * k;
      return {
        f: "transact",
        input: [reads, writes, value],
        body: { type: "transact", reads, writes, value },
        node: 1 + draws.below(size.nodes - 1, 5),
        think: draws.below(60_000, 6),
      };
    },
    complete: (_invocation, reply) => ({
      outcome: "ok",
      output: reply.type === "transact_ok" ? [reply.start, reply.commit, reply.values] : null,
    }),
  };
}

export const correctConfig: SnapshotConfig = {
  lockFor: milliseconds(150),
  retry: milliseconds(30),
  deadline: milliseconds(300),
  firstCommitterWins: true,
  oracleStarts: true,
  primaryFirst: true,
  readsWait: true,
  asksPrimary: true,
  marksRollback: true,
};

export const snapshotIsolationSystem = defineSystem<SnapshotState, SnapshotRequest, SnapshotReply, SnapshotConfig>({
  id: "snapshot-isolation",
  title: "Snapshot isolation over shards",
  says: "Transactions read a snapshot by timestamps of an oracle and write in two phases, with a primary lock that decides.",
  leavesOut:
    "The oracle and each shard are one node; old versions are kept for ever; write skew is allowed, as the level allows it.",
  source: "Berenson et al. (SIGMOD 1995); Peng and Dabek, Percolator (OSDI 2010)",
  node: snapshotIsolation,
  config: correctConfig,
  nodes: { default: 4, min: 2, max: 6 },
  clients: 4,
  operations: 8,
  workload,
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
  properties: [snapshotIsolated, atomic, onceIfAtAll],
  recovers: {
    within: milliseconds(5_000),
    settled: (core) => core.every(({ state }) => state.transactions.size === 0),
  },
  sometimes: ["a read met the lock of another", "a writer came second", "a transaction was rolled back by another"],
  mutants: [
    {
      id: "no-first-committer",
      says: "A write is taken though another transaction has committed the key since the start: an update is lost.",
      seen: "Berenson et al. (1995), section 4.2: without the rule the level is no stronger than read consistency",
      config: { firstCommitterWins: false },
    },
    {
      id: "start-by-the-coordinator",
      says: "A snapshot is taken at the last timestamp that the coordinator happens to know.",
      seen: "a common saving of one round trip to the oracle",
      config: { oracleStarts: false },
    },
    {
      id: "secondary-first",
      says: "Another key than the primary is committed first: the transaction is half done when the primary is rolled back.",
      seen: "Peng and Dabek (2010), section 2.2: the reason why one lock is the primary",
      config: { primaryFirst: false },
    },
    {
      id: "reads-past-locks",
      says: "A read does not wait for a lock that is older than its snapshot, and misses what that commits.",
      seen: "Peng and Dabek (2010), figure 6, line 10: the check that a get makes first",
      config: { readsWait: false },
    },
    {
      id: "locks-just-expire",
      says: "A lock that has stood for long is taken away without asking the primary whether it has committed.",
      seen: "a common mistake: a lock without its owner is thought to be of no account",
      config: { asksPrimary: false },
    },
    {
      id: "rollback-leaves-no-mark",
      says: "A rollback leaves nothing behind: a prewrite that comes late brings half of the transaction back.",
      seen: "a common omission; TiKV keeps rollback records for that reason",
      config: { marksRollback: false },
    },
    {
      id: "any-timestamp-will-do",
      says: "A second answer to the question for the start is taken for the time of the commit, which then lies before the locks.",
      seen: "the first version of this very system: the campaign found it in seed 114",
      node: (correct) => ({
        ...correct,
        replies: { ...correct.replies, started: correct.replies!["step"]!, timed: correct.replies!["step"]! },
      }),
    },
    {
      id: "oracle-not-durable",
      says: "The oracle forgets its time in a crash and gives it again.",
      seen: "Peng and Dabek (2010), section 2.3: the oracle writes what it is about to give to stable storage",
      node: (correct) => ({ ...correct, durable: ["rows", "seen"] }),
    },
  ],
});
