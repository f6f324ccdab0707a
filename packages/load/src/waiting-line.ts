/** Who is served next: the one who has waited longest (first in, first out) or shortest (last in, first out). */
export type ServiceOrder = "fifo" | "lifo";

/** A line of ids in a ring that grows; every step costs O(1) amortised. */
export class WaitingLine {
  readonly #order: ServiceOrder;
  #ring = new Int32Array(64);
  #head = 0;
  #length = 0;

  constructor(order: ServiceOrder) {
    this.#order = order;
  }

  get length(): number {
    return this.#length;
  }

  join(id: number): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = id;
    this.#length += 1;
  }

  /** Takes out the next in order; undefined when nobody waits. */
  next(): number | undefined {
    if (this.#length === 0) return undefined;
    this.#length -= 1;
    if (this.#order === "lifo") return this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)];
    const id = this.#ring[this.#head];
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    return id;
  }

  /** The ring's length stays a power of two, so that a mask can wrap it. */
  #grow(): void {
    const ring = new Int32Array(this.#ring.length * 2);
    for (let index = 0; index < this.#length; index += 1) {
      ring[index] = this.#ring[(this.#head + index) & (this.#ring.length - 1)]!;
    }
    this.#ring = ring;
    this.#head = 0;
  }
}
