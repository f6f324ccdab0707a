import type { System } from "@fieldbook/engine";
import { causalBroadcastSystem } from "./causal-broadcast/causal-broadcast-system.ts";
import { chandyLamportSnapshotSystem } from "./chandy-lamport-snapshot/chandy-lamport-snapshot-system.ts";
import { gossipBroadcastSystem } from "./gossip-broadcast/gossip-broadcast-system.ts";
import { hybridLogicalClocksSystem } from "./hybrid-logical-clocks/hybrid-logical-clocks-system.ts";
import { lamportMutualExclusionSystem } from "./lamport-mutual-exclusion/lamport-mutual-exclusion-system.ts";
import { phiAccrualSystem } from "./phi-accrual/phi-accrual-system.ts";
import { swimSystem } from "./swim/swim-system.ts";

/** Every system with its mutants, in the order in which lists show them. */
export const systems: readonly System[] = [
  lamportMutualExclusionSystem,
  causalBroadcastSystem,
  hybridLogicalClocksSystem,
  chandyLamportSnapshotSystem,
  swimSystem,
  phiAccrualSystem,
  gossipBroadcastSystem,
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
