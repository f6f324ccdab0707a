import { defineSystem } from "@fieldbook/engine";
import type { FaultKind } from "@fieldbook/engine";
import { exponential, milliseconds, seconds } from "@fieldbook/kernel";
import { keyValueClients } from "../shared/key-value-clients.ts";
import { linearizable } from "../shared/linearizable.ts";
import { raft } from "./raft.ts";
import { raftMutants } from "./raft-mutants.ts";
import {
  ballotsAreKept,
  commitIndexGrows,
  committedForGood,
  electionSafety,
  hasConverged,
  latestMembersCount,
  leaderAppendOnly,
  leaderCompleteness,
  logMatching,
  operatorsAreHeard,
  stateMachineSafety,
} from "./raft-properties.ts";
import type { RaftConfig } from "./raft-state.ts";

/** All but disks that lose or damage what they said to have kept: of those Raft believes every word. */
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
  "operator",
];

/** The correct configuration: reads ask a majority each time. */
export const correctRaft: RaftConfig = {
  heartbeat: milliseconds(25),
  electionTimeout: milliseconds(50),
  spares: 1,
  batch: 1,
  snapshotEvery: 4,
  sessions: true,
  lease: 0,
};

/** Raft, put to the test. */
export const raftSystem = defineSystem({
  id: "raft",
  title: "Raft",
  says: "One leader at a time orders all writes in a log that a majority keeps; a later leader has all that was committed.",
  leavesOut:
    "Snapshots go in one message. New servers join without catching up first, and leaders do not hand over on request. Sessions of clients never end.",
  source:
    "Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm (Extended Version), 2014; Ongaro, Consensus: Bridging Theory and Practice, dissertation, Stanford, 2014",
  node: raft,
  config: correctRaft,
  nodes: { default: 5, min: 3, max: 9 },
  clients: 3,
  operations: 10,
  workload: (size) =>
    keyValueClients({ ...size, keys: 1, writes: 40, cas: 15, maxThink: milliseconds(150), timeout: milliseconds(200) }),
  latency: { calm: milliseconds(5), drawn: exponential(milliseconds(10), milliseconds(1)) },
  survives,
  limits: { down: 9 },
  properties: [
    electionSafety,
    ballotsAreKept,
    leaderAppendOnly,
    logMatching,
    leaderCompleteness,
    committedForGood,
    stateMachineSafety,
    commitIndexGrows,
    latestMembersCount,
    operatorsAreHeard,
    linearizable("kv"),
  ],
  recovers: { within: seconds(5), settled: hasConverged },
  operator: [
    {
      command: "set-members",
      draw(draws, nodes) {
        const half = (part: number): string[] => nodes.filter((_, node) => draws.below(2, part + node) === 0);
        const members = half(0);
        // Not all hear of it: servers that want different members are a harder test.
        return members.length === 0 ? undefined : { nodes: half(nodes.length), data: members };
      },
    },
  ],
  sometimes: [
    "a leader was deposed with entries that were not committed",
    "a leader removed itself",
    "an entry of an earlier term was committed by one of the leader's own",
    "entries of another leader were overwritten",
    "a follower was given a snapshot",
    "a request came a second time",
  ],
  mutants: raftMutants,
});
