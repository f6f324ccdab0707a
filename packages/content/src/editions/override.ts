import type { Place } from "../content-error.ts";

/** What an edition may change. */
export type OverrideTarget = "page" | "block" | "claim" | "term" | "source" | "ring";

/** One change that an edition makes to what it is based on. */
export interface Override {
  /** The edition's title. */
  readonly edition: string;
  readonly target: OverrideTarget;
  /** A page's id, a block's as page#block, the id of a claim, the key of a term or source. */
  readonly id: string;
  readonly action: "add" | "replace" | "hide" | "parameters";
  /** The edition's reason, one sentence or two. */
  readonly why: string;
  /** Where the edition says so. */
  readonly place: Place;
  /** The list and the index of its entry in `edition.yaml`; absent of what stands in other files. */
  readonly entry?: readonly [list: string, index: number];
  /**
   * Whether the base still says what it said when the override was written. `gone`: what it was about is no longer there,
   * and the override does nothing.
   */
  readonly state: "fits" | "base changed" | "base gone";
  /** 12 hexadecimal digits; absent of what is added. */
  readonly pin?: string;
  /** What the base has there now; absent of what is added, and of what is gone. */
  readonly now?: Pinned;
  /** The base's words when the override was written; absent of what is added. */
  readonly baseThen?: string;
  /** The edition's words; absent where it leaves something out. */
  readonly ours?: string;
}

/** A text of the base and the hash that an override holds it by. */
export interface Pinned {
  readonly hash: string;
  readonly text: string;
  /** Of a block: an id that is made of its words changes with them. */
  readonly id?: string;
}
