import type { Frozen } from "@fieldbook/kernel";
import { avalanche, copyPlain, hashPlain, hashText, rememberedHash } from "@fieldbook/kernel";
import type { Body } from "./message.ts";

/**
 * Engines remember by the place in the source which shapes of objects are copied there. One place for all types of messages
 * would know too many and copy slowly, so there are several, and each type has its own.
 */
const copiers: readonly ((body: Body) => Body)[] = [
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
  (body) => ({ ...body }),
];

/**
 * Makes the bodies of one type fit to be sent, and hashes them on the way. They have the same keys most of the time, so the
 * hash of a key is found by its place. The order of keys does not count.
 */
export class MessageForm {
  /** A copy whose outermost object nobody else holds. */
  readonly copy: (body: Body) => Body;
  readonly type: string;
  /** Counts from 1 within a run, in order of use; what belongs to a type is found by it faster than by its name. */
  readonly number: number;
  readonly #typeHash: number;
  readonly #keys: string[] = [];
  readonly #hashes: number[] = [];

  constructor(type: string, number: number) {
    this.type = type;
    this.number = number;
    this.#typeHash = hashText(type);
    this.copy = copiers[this.#typeHash & (copiers.length - 1)]!;
  }

  /**
   * Copies in place what the body holds, so that no one else holds any part of it.
   *
   * @param body an object that nobody else holds
   * @returns a hash of its content
   * @throws TypeError naming the field that is not plain data
   */
  seal(body: Body): number {
    const keys = this.#keys;
    const hashes = this.#hashes;
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
      else if (typeof value === "string") bits = value === this.type ? this.#typeHash : hashText(value);
      else if (typeof value === "object" && value !== null) {
        const known = (value as Frozen)[rememberedHash];
        if (known === undefined) fields[key] = copyPlain(value, key);
        bits = known ?? hashPlain(value);
      } else {
        // Throws for what is not plain data.
        if (value !== undefined) copyPlain(value, key);
        bits = hashPlain(value);
      }
      // An odd factor for each key: a sum of products tells values and their places apart.
      sum = (sum + Math.imul(hashes[place]!, bits ^ 0x51ed_270b)) | 0;
      place += 1;
    }
    return avalanche(sum);
  }
}

/** The types of messages of a run. */
export class MessageForms {
  readonly #forms = new Map<string, MessageForm>();
  /** The one that was asked for last: often a message goes to several in a row. */
  #last = new MessageForm("", 0);

  of(type: string): MessageForm {
    if (this.#last.type === type) return this.#last;
    let form = this.#forms.get(type);
    if (form === undefined) {
      form = new MessageForm(type, 1 + this.#forms.size);
      this.#forms.set(type, form);
    }
    this.#last = form;
    return form;
  }
}
