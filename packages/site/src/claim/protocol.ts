import type { Against, AnyValues, Picture, RunResult, Tally } from "@fieldbook/lab";

/** One run: its verdict first, then its picture. */
export interface RunRequest {
  readonly kind: "run";
  readonly claim: string;
  readonly values: AnyValues;
  readonly seed: number;
  /** Drawn in grey where the figure has room for it and its values go together. */
  readonly against: Against<AnyValues>;
  /** The property that the figure marks when it is violated. */
  readonly property: string | undefined;
}

/** Seeds 1 to `seeds`, a few at a time, with a tally of all so far after each. */
export interface CampaignRequest {
  readonly kind: "campaign";
  readonly claim: string;
  readonly values: AnyValues;
  readonly seeds: number;
  readonly wanted: readonly string[];
}

/** What the page asks of its worker. Replies carry the number of the request. */
export type Request = ((RunRequest | CampaignRequest) & { readonly number: number }) | CancelRequest;

export interface CancelRequest {
  readonly kind: "cancel";
  readonly number: number;
}

export type Reply = (
  | { readonly kind: "result"; readonly result: RunResult }
  | { readonly kind: "picture"; readonly picture: Picture }
  | { readonly kind: "tally"; readonly tally: Tally }
  /** The values or the seed do not fit; the message says which and how to mend it. */
  | { readonly kind: "refused"; readonly message: string }
  /** The last reply to every request, one that was cancelled included. */
  | { readonly kind: "over" }
) & { readonly number: number };
