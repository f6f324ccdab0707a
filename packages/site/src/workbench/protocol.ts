import type { Fault, Picture, RunDifference, Story, SystemTally } from "@fieldbook/lab";
import type { Setup } from "./setup.ts";

/** A run as the page shows it. */
export interface ShownRun {
  /** "Raft", "Raft, mutant stale-read" */
  readonly title: string;
  readonly verdict: "holds" | "violated" | "unknown";
  readonly property: string;
  readonly says: string;
  readonly traceHash: string;
  readonly events: number;
  /** Time from the end of the faults to convergence, µs; undefined when there was none. */
  readonly recovery: number | undefined;
  readonly marks: readonly string[];
  readonly picture: Picture;
  /** Of the plan, those that can be edited; the others keep nodes down for good. */
  readonly faults: readonly Fault[];
  /** When the faults are over, µs. */
  readonly healedAt: number;
}

/** The smallest run that fails in the same way, and why. */
export interface ShownCounterexample {
  readonly run: ShownRun;
  readonly seed: number;
  readonly events: number;
  readonly replays: number;
  readonly complete: boolean;
  /** Of one that was opened: whether it is the same run, and whether the code has changed since. */
  readonly replayed?: string;
  readonly story: Story;
  /** As the command line saves it. */
  readonly file: string;
}

/** Where a run parts from the one before the faults were edited; no difference when it does not. */
export interface EditEffect {
  readonly difference?: RunDifference;
}

export type Ask =
  /** With the setup of the run that was shown before an edit, to say from where on it is another. */
  | { readonly kind: "run"; readonly setup: Setup; readonly before?: Setup }
  | { readonly kind: "campaign"; readonly setup: Setup; readonly runs: number }
  /** Widely: from other seeds too that fail in the same way, and the smallest of all is shown. */
  | { readonly kind: "shrink"; readonly setup: Setup; readonly code: string; readonly widely: boolean }
  | { readonly kind: "open"; readonly system: string; readonly file: string; readonly code: string };

export type Answer =
  | {
      readonly kind: "run";
      readonly run: ShownRun;
      readonly beside?: ShownRun;
      /** Absent when both runs are the same. */
      readonly difference?: RunDifference;
      /** Present after an edit. */
      readonly edit?: EditEffect;
    }
  | { readonly kind: "tally"; readonly tally: SystemTally; readonly sometimes: readonly string[] }
  | { readonly kind: "progress"; readonly says: string }
  | { readonly kind: "counterexample"; readonly counterexample: ShownCounterexample }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "over" };
