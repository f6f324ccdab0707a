import { avalanche } from "./random.ts";
import type { Frozen } from "./remembered-hash.ts";
import { rememberedHash } from "./remembered-hash.ts";

const stringHashes = new Map<string, number>();
const stringHashesMax = 10_000;

/** A 32-bit hash of a text (FNV-1a over its UTF-16 units, then mixed). Short texts are remembered. */
export function hashText(text: string): number {
  const known = stringHashes.get(text);
  if (known !== undefined) return known;
  let hash = 0x811c_9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  const mixed = avalanche(hash ^ text.length);
  if (text.length <= 64) {
    if (stringHashes.size >= stringHashesMax) stringHashes.clear();
    stringHashes.set(text, mixed);
  }
  return mixed;
}

const numberBits = new DataView(new ArrayBuffer(8));

function hashNumber(value: number): number {
  if ((value | 0) === value) return avalanche(value ^ 0x51ed_270b);
  numberBits.setFloat64(0, Number.isNaN(value) ? NaN : value);
  return avalanche(numberBits.getInt32(0) ^ avalanche(numberBits.getInt32(4) ^ 0x27d4_eb2f));
}

/**
 * A 32-bit hash of plain data: JSON values, Map and Set. The order of an object's keys and of a Map's or Set's entries
 * does not count; −0 equals 0.
 *
 * @throws TypeError for a function, symbol or instance of a class: such data can not be copied or compared
 */
export function hashPlain(value: unknown): number {
  switch (typeof value) {
    case "number":
      return hashNumber(value === 0 ? 0 : value);
    case "string":
      return hashText(value);
    case "boolean":
      return value ? 0x3c6e_f372 : 0x1b87_3593;
    case "undefined":
      return 0x5bd1_e995;
    case "object":
      return value === null ? 0x2127_599b : hashObject(value);
    default:
      throw new TypeError(`Plain data has no ${typeof value}.`);
  }
}

function hashObject(value: object): number {
  const known = (value as Frozen)[rememberedHash];
  if (known !== undefined) return known;
  if (Array.isArray(value)) return hashArray(value);
  if (value instanceof Map) {
    let sum = 0x2545_f491;
    for (const [key, item] of value)
      sum = (sum + avalanche(hashPlain(key) ^ Math.imul(hashPlain(item), 0x9e37_79b1))) | 0;
    return avalanche(sum ^ value.size);
  }
  if (value instanceof Set) {
    let sum = 0x6c62_272e;
    for (const item of value) sum = (sum + avalanche(hashPlain(item))) | 0;
    return avalanche(sum ^ value.size);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`Plain data has no instances of classes; got a ${value.constructor.name}.`);
  }
  return hashRecord(value as Readonly<Record<string, unknown>>);
}

function hashArray(array: readonly unknown[]): number {
  let hash = 0x165667b1;
  for (const item of array) {
    const known = typeof item === "object" && item !== null ? (item as Frozen)[rememberedHash] : undefined;
    hash = avalanche(Math.imul(hash, 31) + (known ?? hashPlain(item)));
  }
  return hash;
}

interface Shape {
  readonly keys: string[];
  readonly hashes: number[];
}

/** Keys with their hashes in the order in which they were met last, by the first key. */
const shapes = new Map<string, Shape>();
const shapesMax = 1_000;

function hashRecord(record: Readonly<Record<string, unknown>>): number {
  let sum = 0x1656_67b1;
  let shape: Shape | undefined;
  let place = 0;
  for (const key in record) {
    shape ??= shapeOf(key);
    if (shape.keys[place] !== key) {
      shape.keys[place] = key;
      shape.hashes[place] = hashText(key);
    }
    const item = record[key];
    if (item !== undefined) {
      sum = (sum + avalanche(shape.hashes[place]! ^ Math.imul(hashPlain(item), 0x9e37_79b1))) | 0;
    }
    place += 1;
  }
  return avalanche(sum);
}

/** Objects that begin with the same key have the same keys most of the time: then no hash of a key is looked up. */
function shapeOf(first: string): Shape {
  let shape = shapes.get(first);
  if (shape === undefined) {
    if (shapes.size >= shapesMax) shapes.clear();
    shape = { keys: [], hashes: [] };
    shapes.set(first, shape);
  }
  return shape;
}

/** A hash over a sequence of 32-bit words, in two lanes; `digest` gives 16 hexadecimal digits. */
export class RunningHash {
  #one = 0x243f_6a88;
  #two = 0x85a3_08d3 | 0;
  #words = 0;

  add(word: number): void {
    this.#one = Math.imul(this.#one ^ word, 0x9e37_79b1);
    this.#one = (this.#one << 13) | (this.#one >>> 19);
    this.#two = (Math.imul(this.#two, 0x85eb_ca6b) + (word ^ this.#one)) | 0;
    this.#two ^= this.#two >>> 15;
    this.#words += 1;
  }

  digest(): string {
    const one = avalanche(this.#one ^ this.#words) >>> 0;
    const two = avalanche(this.#two ^ Math.imul(one, 0xc2b2_ae35)) >>> 0;
    return one.toString(16).padStart(8, "0") + two.toString(16).padStart(8, "0");
  }
}
