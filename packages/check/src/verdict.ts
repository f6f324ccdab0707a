/** A few operations that no correct system could have answered so, and why. */
export interface Contradiction {
  /** Indexes into the history, ascending. */
  readonly operations: readonly number[];
  /** One sentence. */
  readonly says: string;
}

/** How far a search goes before it answers `unknown`. */
export interface SearchOptions {
  /** Steps of the model; 20 million when absent. The verdict depends on nothing else: no clock is read. */
  readonly maxSteps?: number;
  /**
   * Whether to reduce a contradiction to as few operations as possible; true when absent. Otherwise it is the earliest
   * part of the history that the search could not explain.
   */
  readonly reduce?: boolean;
}

/** An order of the operations proves that the history holds. */
export interface OrderFound {
  readonly verdict: "holds";
  /**
   * Indexes into the history, in an order that the model allows: every completed operation, and those open ones that
   * took effect.
   */
  readonly order: readonly number[];
  readonly steps: number;
}

export interface OrderViolated {
  readonly verdict: "violated";
  readonly contradiction: Contradiction;
  readonly steps: number;
}

/** Neither was an order found, nor all of them tried, within the bound. */
export interface OrderUnknown {
  readonly verdict: "unknown";
  /** The bound that was reached, in words. */
  readonly says: string;
  /** Steps that were taken; each part of a history may go one attempt beyond its share of the bound. */
  readonly steps: number;
}

export type LinearizabilityVerdict = OrderFound | OrderViolated | OrderUnknown;
export type SequentialVerdict = OrderFound | OrderViolated | OrderUnknown;

export const defaultMaxSteps = 20_000_000;

/** "No answer was found within the bound of 20,000,000 steps." */
export const describeBound = (maxSteps: number, left = ""): string =>
  `No answer was found within the bound of ${String(maxSteps).replace(/\B(?=(\d{3})+$)/g, ",")} ` +
  `${maxSteps === 1 ? "step" : "steps"}${left}.`;
