import { faultKinds } from "@fieldbook/engine";
import type { Fault, FaultFamily, FaultKind, Plan, System } from "@fieldbook/engine";
import { constant, milliseconds } from "@fieldbook/kernel";

/** A kind of fault that can be added to a run, and what it is about. */
export interface FaultChoice {
  readonly kind: FaultKind;
  readonly family: FaultFamily;
  /** What has to be chosen: one node, or nothing. */
  readonly about: "node" | "all";
  /** Whether the system is made to bear it. */
  readonly survived: boolean;
}

const aboutNode: ReadonlySet<FaultKind> = new Set([
  "partition",
  "one-way-partition",
  "bridge",
  "isolation",
  "flapping",
  ...faultKinds.process,
  ...faultKinds.disk,
  "clock-step",
  "clock-drift",
  "sync-failure",
]);

/** The kinds of fault that can be added to a run of a system. An operator's doings are the system's own, and are left out. */
export function faultChoices(system: Pick<System, "survives">): readonly FaultChoice[] {
  const families = Object.entries(faultKinds) as readonly (readonly [FaultFamily, readonly FaultKind[]])[];
  return families.flatMap(([family, kinds]) =>
    kinds
      .filter((kind) => kind !== "operator" && kind !== "upgrade")
      .map((kind) => ({
        kind,
        family,
        about: aboutNode.has(kind) ? ("node" as const) : ("all" as const),
        survived: system.survives.includes(kind),
      })),
  );
}

/** Whether a text names a kind of fault. */
export const isFaultKind = (text: string): text is FaultKind =>
  Object.values(faultKinds).some((kinds) => kinds.some((kind) => kind === text));

/** The family that a kind of fault belongs to. */
export function familyOf(kind: FaultKind): FaultFamily {
  const families = Object.entries(faultKinds) as readonly (readonly [FaultFamily, readonly FaultKind[]])[];
  return families.find(([, kinds]) => kinds.includes(kind))![0];
}

/**
 * A fault of a kind with values that usually show something, in the middle of the chaos.
 *
 * @param node what it is about, for kinds that are about one
 */
export function addedFault(kind: FaultKind, plan: Pick<Plan, "nodes" | "healedAt">, node: string): Fault {
  const names = Array.from({ length: plan.nodes }, (_, index) => `n${String(index + 1)}`);
  const others = names.filter((name) => name !== node);
  const span = { at: Math.round(plan.healedAt / 4), until: Math.round(plan.healedAt / 2) };
  const sides = [[node], others];
  const rate = 300_000;
  const later = constant(milliseconds(30));
  switch (kind) {
    case "partition":
      return { kind, ...span, sides };
    case "one-way-partition":
      return { kind, ...span, from: [node], to: others };
    case "bridge": {
      const middle = Math.ceil(others.length / 2);
      return { kind, ...span, bridge: node, sides: [others.slice(0, middle), others.slice(middle)] };
    }
    case "flapping":
      return { kind, ...span, sides, cut: milliseconds(20), open: milliseconds(20) };
    case "loss":
    case "duplication":
      return { kind, ...span, rate };
    case "delay":
      return { kind, ...span, by: later };
    case "reordering":
      return { kind, ...span, rate, by: later };
    case "clogging":
      return { kind, ...span };
    case "bandwidth":
      return { kind, ...span, bytesPerSecond: 10_000 };
    case "slow-node":
    case "slow-disk":
      return { kind, ...span, node, by: milliseconds(10) };
    case "torn-write":
    case "bit-rot":
    case "misdirected-write":
      return { kind, ...span, node, pick: 0 };
    case "clock-step":
      return { kind, ...span, node, by: milliseconds(100) };
    case "clock-drift":
    case "sync-failure":
      return { kind, ...span, node, drift: 50_000 };
    case "leap-second":
      return { kind, ...span };
    case "operator":
    case "upgrade":
      throw new RangeError(`A fault of the kind "${kind}" is the system's own and can not be added here.`);
    default:
      return { kind, ...span, node };
  }
}

/** Which faults of a plan can be moved and taken away, by their places: not those that make up what stays down for good. */
export const editableFaults = (plan: Plan): readonly number[] =>
  plan.faults.flatMap((fault, index) => (fault.until <= plan.until && fault.at < plan.healedAt ? [index] : []));

/** The plan with other faults and all else as it was. What is left of each fault lies within the chaos. */
export function withFaults(plan: Plan, faults: readonly Fault[]): Plan {
  const within = (time: number): number => Math.min(plan.healedAt, Math.max(0, Math.round(time)));
  const kept = new Set(editableFaults(plan));
  const lasting = plan.faults.filter((_, index) => !kept.has(index));
  const moved = faults.map((fault): Fault => {
    const at = Math.min(within(fault.at), plan.healedAt - 1);
    // What an operator does has no length.
    const least = fault.kind === "operator" ? 0 : 1;
    return { ...fault, at, until: Math.max(at + least, within(fault.until)) };
  });
  return { ...plan, faults: [...moved, ...lasting] };
}
