import { avalanche, copyPlain, hashPlain, hashText } from "@fieldbook/kernel";
import type { Body } from "./message.ts";

interface Shape {
  readonly keys: string[];
  readonly hashes: number[];
}

/**
 * Makes bodies fit to be sent, and hashes them on the way. Bodies of one type have the same keys most of the time, so the
 * hash of a key is found by its place. The order of keys does not count.
 */
export class Sealer {
  readonly #shapes = new Map<string, Shape>();

  /**
   * Copies in place what the body holds, so that no one else holds any part of it.
   *
   * @param body an object that nobody else holds
   * @returns a hash of its content
   * @throws TypeError naming the field that is not plain data
   */
  seal(body: Body): number {
    let shape = this.#shapes.get(body.type);
    if (shape === undefined) {
      shape = { keys: [], hashes: [] };
      this.#shapes.set(body.type, shape);
    }
    const { keys, hashes } = shape;
    const fields = body as unknown as Record<string, unknown>;
    let sum = 0x1656_67b1;
    let place = 0;
    for (const key in fields) {
      if (keys[place] !== key) {
        keys[place] = key;
        hashes[place] = hashText(key) | 1;
      }
      const value = fields[key];
      let bits: number;
      if (typeof value === "number" && (value | 0) === value) bits = value;
      else if (typeof value === "string") bits = hashText(value);
      else {
        if (typeof value === "object" ? value !== null : value !== undefined) fields[key] = copyPlain(value, key);
        bits = hashPlain(value);
      }
      // An odd factor for each key: a sum of products tells values and their places apart.
      sum = (sum + Math.imul(hashes[place]!, bits ^ 0x51ed_270b)) | 0;
      place += 1;
    }
    return avalanche(sum);
  }
}
