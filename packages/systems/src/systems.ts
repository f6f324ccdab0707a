import type { System } from "@fieldbook/engine";
import { causalBroadcastSystem } from "./causal-broadcast/causal-broadcast-system.ts";
import { chainReplicationSystem } from "./chain-replication/chain-replication-system.ts";
import { chandyLamportSnapshotSystem } from "./chandy-lamport-snapshot/chandy-lamport-snapshot-system.ts";
import { consistentHashingSystem } from "./consistent-hashing/consistent-hashing-system.ts";
import { crdtCountersSystem } from "./crdt-counters/crdt-counters-system.ts";
import { gossipBroadcastSystem } from "./gossip-broadcast/gossip-broadcast-system.ts";
import { hybridLogicalClocksSystem } from "./hybrid-logical-clocks/hybrid-logical-clocks-system.ts";
import { lamportMutualExclusionSystem } from "./lamport-mutual-exclusion/lamport-mutual-exclusion-system.ts";
import { leaseWithFencingSystem } from "./lease-with-fencing/lease-with-fencing-system.ts";
import { lwwRegisterSystem } from "./lww-register/lww-register-system.ts";
import { multiPaxosSystem } from "./multi-paxos/multi-paxos-system.ts";
import { orSetSystem } from "./or-set/or-set-system.ts";
import { partitionedLogSystem } from "./partitioned-log/partitioned-log-system.ts";
import { phiAccrualSystem } from "./phi-accrual/phi-accrual-system.ts";
import { primaryBackupSystem } from "./primary-backup/primary-backup-system.ts";
import { quorumRegisterSystem } from "./quorum-register/quorum-register-system.ts";
import { raftSystem } from "./raft/raft-system.ts";
import { sagaSystem } from "./saga/saga-system.ts";
import { sequenceCrdtSystem } from "./sequence-crdt/sequence-crdt-system.ts";
import { singleDecreePaxosSystem } from "./single-decree-paxos/single-decree-paxos-system.ts";
import { snapshotIsolationSystem } from "./snapshot-isolation/snapshot-isolation-system.ts";
import { swimSystem } from "./swim/swim-system.ts";
import { twoPhaseCommitSystem } from "./two-phase-commit/two-phase-commit-system.ts";
import { viewstampedReplicationSystem } from "./viewstamped-replication/viewstamped-replication-system.ts";

/** Every system with its mutants, in the order in which lists show them: replication, agreement, membership, time, data. */
export const systems: readonly System[] = [
  primaryBackupSystem,
  chainReplicationSystem,
  quorumRegisterSystem,
  singleDecreePaxosSystem,
  multiPaxosSystem,
  raftSystem,
  viewstampedReplicationSystem,
  twoPhaseCommitSystem,
  sagaSystem,
  leaseWithFencingSystem,
  swimSystem,
  phiAccrualSystem,
  gossipBroadcastSystem,
  lamportMutualExclusionSystem,
  causalBroadcastSystem,
  hybridLogicalClocksSystem,
  crdtCountersSystem,
  orSetSystem,
  lwwRegisterSystem,
  sequenceCrdtSystem,
  consistentHashingSystem,
  chandyLamportSnapshotSystem,
  partitionedLogSystem,
  snapshotIsolationSystem,
];

/** A system that does not exist was asked for; the message lists those that do. */
export class UnknownSystemError extends Error {
  override readonly name = "UnknownSystemError";
}

/** @throws UnknownSystemError that lists the ids there are */
export function findSystem(id: string): System {
  const found = systems.find((system) => system.id === id);
  if (found !== undefined) return found;
  const known = systems.map((system) => system.id).join(", ");
  throw new UnknownSystemError(`There is no system "${id}"; there are: ${known}.`);
}
