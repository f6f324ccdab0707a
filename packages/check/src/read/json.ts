import { errorAt } from "../history-error.ts";
import type { HistoryError } from "../history-error.ts";
import type { Value } from "../history.ts";
import { collection, exactInteger } from "./values.ts";

const nestingMax = 500;
const numberForm = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const plainText = /[^"\\\u0000-\u001f]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * Reads JSON from a text, value by value, so that every error has a place. Whole numbers that a double can not hold
 * exactly keep their digits; an object becomes an array that is marked as such, its entries in a fixed order.
 */
export class JsonReader {
  readonly #text: string;
  #depth = 0;
  offset: number;

  constructor(text: string, offset = 0) {
    this.#text = text;
    this.offset = offset;
  }

  /** Moves to the next character that is not blank. False at the end of the text. */
  skip(): boolean {
    for (; this.offset < this.#text.length; this.offset += 1) {
      const code = this.#text.charCodeAt(this.offset);
      if (code > 32 && code !== 0xfeff) return true;
    }
    return false;
  }

  peek(): string {
    return this.#text.charAt(this.offset);
  }

  /** Steps over a character that must come next. */
  expect(character: string): void {
    if (!this.skip()) throw this.cutOff(`"${character}"`);
    if (this.peek() !== character) throw this.error(`"${character}" was expected, "${this.peek()}" was found`);
    this.offset += 1;
  }

  /** @throws HistoryError for what is not JSON */
  read(): Value {
    if (!this.skip()) throw this.cutOff("a value");
    const first = this.peek();
    if (first === '"') return this.string();
    if (first === "{") return this.#object();
    if (first === "[") return this.#array();
    if (first === "-" || (first >= "0" && first <= "9")) return this.#number();
    return this.#word();
  }

  /** Calls `entry` for each key of an object; it has to read the value. */
  entries(entry: (key: string) => void): void {
    this.expect("{");
    this.#deeper();
    for (let first = true; ; first = false) {
      if (!this.skip()) throw this.cutOff('"}"');
      if (this.peek() === "}") break;
      if (!first) this.expect(",");
      if (!this.skip()) throw this.cutOff("a key");
      if (this.peek() !== '"') throw this.error(`a key in double quotes was expected, "${this.peek()}" was found`);
      const key = this.string();
      this.expect(":");
      entry(key);
    }
    this.offset += 1;
    this.#depth -= 1;
  }

  error(problem: string, offset = this.offset): HistoryError {
    return errorAt(this.#text, offset, `${problem}.`);
  }

  cutOff(expected: string): HistoryError {
    const end = this.#text.length;
    return this.error(
      `the text ends where ${expected} was expected: it seems to be cut off. Take away what is incomplete at the end`,
      end,
    );
  }

  string(): string {
    const start = this.offset;
    this.offset += 1;
    let result = "";
    for (;;) {
      plainText.lastIndex = this.offset;
      plainText.test(this.#text);
      result += this.#text.slice(this.offset, plainText.lastIndex);
      this.offset = plainText.lastIndex;
      const next = this.peek();
      if (next === '"') break;
      if (next !== "\\") {
        const problem = "a text in quotes is never closed: the line seems to be cut off. Take it away or complete it";
        throw this.error(problem, start);
      }
      result += this.#escape();
    }
    this.offset += 1;
    return result;
  }

  #escape(): string {
    const escape = this.#text.charAt(this.offset + 1);
    if (escape === "u") {
      const digits = this.#text.slice(this.offset + 2, this.offset + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.error(`"\\u${digits}" is not a character`);
      this.offset += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = escapes[escape];
    if (character === undefined) throw this.error(`"\\${escape}" is not a character`);
    this.offset += 2;
    return character;
  }

  #object(): Value {
    const entries: Value[] = [];
    this.entries((key) => entries.push([key, this.read()]));
    return collection("map", entries);
  }

  #array(): Value {
    this.offset += 1;
    this.#deeper();
    const items: Value[] = [];
    for (;;) {
      if (!this.skip()) throw this.cutOff('"]"');
      if (this.peek() === "]") break;
      if (items.length > 0) this.expect(",");
      items.push(this.read());
    }
    this.offset += 1;
    this.#depth -= 1;
    return items;
  }

  #number(): Value {
    numberForm.lastIndex = this.offset;
    const match = numberForm.exec(this.#text);
    if (match === null) throw this.error("a number was expected");
    this.offset = numberForm.lastIndex;
    const isWhole = match[1] === undefined && match[2] === undefined;
    return isWhole ? exactInteger(match[0]) : Number(match[0]);
  }

  #word(): Value {
    for (const [word, value] of [
      ["null", null],
      ["true", true],
      ["false", false],
    ] as const) {
      if (this.#text.startsWith(word, this.offset)) {
        this.offset += word.length;
        return value;
      }
    }
    const rest = this.#text.slice(this.offset, this.offset + 20).split(/[\s,\]}]/)[0] ?? "";
    throw this.error(`a value was expected, "${rest}" was found`);
  }

  #deeper(): void {
    this.#depth += 1;
    if (this.#depth > nestingMax) throw this.error(`values are nested more than ${nestingMax} deep`);
  }
}
