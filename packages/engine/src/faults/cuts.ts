import type { Cut } from "./fault.ts";

type Pair = readonly [from: readonly string[], to: readonly string[]];

/** From whom to whom nothing passes. */
function pairsOf(fault: Cut, nodes: readonly string[]): readonly Pair[] {
  switch (fault.kind) {
    case "one-way-partition":
      return [[fault.from, fault.to]];
    case "isolation": {
      const others = nodes.filter((name) => name !== fault.node);
      return [
        [[fault.node], others],
        [others, [fault.node]],
      ];
    }
    case "partition":
    case "bridge":
    case "flapping":
      return fault.sides.flatMap((one) =>
        fault.sides.filter((other) => one !== other).map((other): Pair => [one, other]),
      );
  }
}

/** Counts, per ordered pair of endpoints, the partitions that cut it now: overlapping faults end one by one. */
export class Cuts {
  readonly #nodes: readonly string[];
  readonly #endpoints: readonly string[];
  readonly #cuts: Int32Array;
  #active = 0;

  constructor(nodes: readonly string[], endpoints: readonly string[]) {
    this.#nodes = nodes;
    this.#endpoints = endpoints;
    this.#cuts = new Int32Array(endpoints.length * endpoints.length);
  }

  isCut(from: number, to: number): boolean {
    return this.#active > 0 && this.#cuts[from * this.#endpoints.length + to]! > 0;
  }

  /** @param change 1 when the cut begins, −1 when it ends */
  apply(fault: Cut, change: 1 | -1): void {
    this.#active += change;
    for (const [from, to] of pairsOf(fault, this.#nodes)) {
      for (const sender of from) {
        for (const receiver of to) {
          const link = this.#endpoints.indexOf(sender) * this.#endpoints.length + this.#endpoints.indexOf(receiver);
          this.#cuts[link] = this.#cuts[link]! + change;
        }
      }
    }
  }
}
