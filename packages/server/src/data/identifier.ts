import { randomBytes } from "node:crypto";

/**
 * Makes ids whose order is the order of making: UUID version 7 (RFC 9562, section 5.7), with the 12 bits after the
 * version as a counter within the millisecond (section 6.2, method 1). Across processes the order is that of their
 * clocks.
 */
export class IdentifierMaker {
  readonly #now: () => number;
  #millisecond = 0;
  #counter = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  next(): string {
    const now = this.#now();
    if (now > this.#millisecond) {
      this.#millisecond = now;
      this.#counter = 0;
    } else {
      // The clock stands or went back: go on from the last id, so that order holds.
      this.#counter += 1;
      if (this.#counter > 0xf_ff) {
        this.#millisecond += 1;
        this.#counter = 0;
      }
    }
    const time = this.#millisecond.toString(16).padStart(12, "0");
    const random = randomBytes(8);
    random.writeUInt8((random.readUInt8(0) & 0x3f) | 0x80, 0);
    const tail = random.toString("hex");
    const counter = this.#counter.toString(16).padStart(3, "0");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  }
}
