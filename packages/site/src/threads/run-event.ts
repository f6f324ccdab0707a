import type { AnyValues } from "@fieldbook/lab";

/** A claim's run that a page shows, for those who want to talk about it. */
export interface ShownRun {
  readonly claim: string;
  readonly side: "claim" | "control";
  readonly values: AnyValues;
  readonly seed: number;
  /** Whether the property is violated on a side of which the claim says that it holds. */
  readonly contradicts: boolean;
}

export const runEvent = "fieldbook-run";

export const tellRun = (run: ShownRun): void => {
  document.dispatchEvent(new CustomEvent(runEvent, { detail: run }));
};
