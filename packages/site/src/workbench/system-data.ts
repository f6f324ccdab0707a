import type { FaultKind } from "@fieldbook/lab";
import type { Sizes } from "./setup.ts";

/** What the page of a system knows of it without a run; written into the page when it is built. */
export interface SystemData {
  readonly id: string;
  readonly title: string;
  readonly sizes: Sizes;
  readonly mutants: readonly { readonly id: string; readonly says: string }[];
  readonly survives: readonly FaultKind[];
  /** A digest of the sources that decide what a run does. */
  readonly code: string;
}
