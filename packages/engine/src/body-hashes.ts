import { avalanche, hashPlain, hashText } from "@fieldbook/kernel";
import type { Body } from "./message.ts";

interface Shape {
  readonly keys: string[];
  readonly hashes: number[];
}

/**
 * Hashes of message bodies. Bodies of one type have the same keys most of the time, so that the hash of a key is found by
 * its place. The order of keys does not count, as in `hashPlain`.
 */
export class BodyHashes {
  readonly #shapes = new Map<string, Shape>();

  hash(body: Body): number {
    let shape = this.#shapes.get(body.type);
    if (shape === undefined) {
      shape = { keys: [], hashes: [] };
      this.#shapes.set(body.type, shape);
    }
    const { keys, hashes } = shape;
    const fields = body as unknown as Readonly<Record<string, unknown>>;
    let sum = 0x1656_67b1;
    let place = 0;
    for (const key in fields) {
      if (keys[place] !== key) {
        keys[place] = key;
        hashes[place] = hashText(key) | 1;
      }
      const value = fields[key];
      // An odd factor for each key: a sum of products tells values and their places apart.
      const bits = typeof value === "number" && (value | 0) === value ? value : hashPlain(value);
      sum = (sum + Math.imul(hashes[place]!, bits ^ 0x51ed_270b)) | 0;
      place += 1;
    }
    return avalanche(sum);
  }
}
