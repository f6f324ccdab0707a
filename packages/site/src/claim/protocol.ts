import type { AnyValues, Picture, RunResult, Tally } from "@fieldbook/lab";

/** What the page asks of its worker. Replies carry the number of the request. */
export type Request =
  /** One run: its verdict first, then its picture. */
  | {
      readonly kind: "run";
      readonly number: number;
      readonly claim: string;
      readonly values: AnyValues;
      readonly seed: number;
      /** Drawn in grey where it fits. */
      readonly against: AnyValues;
      /** The property that the figure marks when it is violated. */
      readonly property: string | undefined;
    }
  /** Seeds 1 to `seeds`, in small chunks with a tally after each. */
  | {
      readonly kind: "campaign";
      readonly number: number;
      readonly claim: string;
      readonly values: AnyValues;
      readonly seeds: number;
      readonly wanted: readonly string[];
    }
  | { readonly kind: "cancel"; readonly number: number };

export type Reply =
  | { readonly kind: "ready" }
  | { readonly kind: "result"; readonly number: number; readonly result: RunResult }
  | { readonly kind: "picture"; readonly number: number; readonly picture: Picture }
  | { readonly kind: "tally"; readonly number: number; readonly tally: Tally; readonly done: boolean }
  /** The values or the seed do not fit; the message says which and how to mend it. */
  | { readonly kind: "refused"; readonly number: number; readonly message: string };
