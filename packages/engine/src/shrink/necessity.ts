import type { System, SystemRun } from "../define-system.ts";
import { readFateKey } from "../fates.ts";
import type { Fault } from "../faults/fault.ts";

/** What happens without one part of a counterexample. */
export interface Necessity {
  readonly part:
    | { readonly kind: "fault"; readonly index: number; readonly fault: Fault }
    | {
        readonly kind: "message";
        readonly from: string;
        readonly to: string;
        /** The message is the k-th of its link, from 0. */
        readonly k: number;
        readonly arrives: readonly number[];
      }
    | { readonly kind: "clock"; readonly node: number };
  /** The verdict of the run without it. */
  readonly without: "holds" | "violated" | "unknown";
  /** Whether the same failure still shows without it. */
  readonly needed: boolean;
  /** What the run without it comes to, in one sentence. */
  readonly says: string;
}

/**
 * For each fault, odd clock and message out of the ordinary that is left in a counterexample: what happens without it. One
 * run each; messages that were only held back to shorten the story come out as not needed.
 */
export function necessityOf(system: System, { plan, seed, property, kind }: SystemRun): readonly Necessity[] {
  const judge = (without: typeof plan, part: Necessity["part"]): Necessity => {
    const result = system.run(without, seed);
    const needed = !(result.verdict === "violated" && result.property === property && result.kind === kind);
    return { part, without: result.verdict, needed, says: result.says };
  };
  const faults = plan.faults.map((fault, index) =>
    judge({ ...plan, faults: plan.faults.filter((_, other) => other !== index) }, { kind: "fault", index, fault }),
  );
  const clocks = plan.clocks.flatMap(({ offset, drift }, node) => {
    if (offset === 0 && drift === 0) return [];
    const calmed = plan.clocks.map((clock, other) => (other === node ? { offset: 0, drift: 0 } : clock));
    return [judge({ ...plan, clocks: calmed }, { kind: "clock", node })];
  });
  const messages = [...(plan.fates ?? [])].flatMap(([key, arrives]) => {
    if (arrives.length === 1 && arrives[0] === system.calmLatency) return [];
    const fates = new Map(plan.fates);
    fates.delete(key);
    return [judge({ ...plan, fates }, { kind: "message", ...readFateKey(key), arrives })];
  });
  return [...faults, ...clocks, ...messages];
}
