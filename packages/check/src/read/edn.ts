import { errorAt } from "../history-error.ts";
import type { HistoryError } from "../history-error.ts";
import type { Value } from "../history.ts";
import { collection, exactInteger } from "./values.ts";

const isBlank = (code: number): boolean => code <= 32 || code === 44 || code === 0xa0 || code === 0xfeff;

/** Ends a number, keyword or symbol: blank, or one of " ( ) ; [ ] { }. */
const endsToken = (code: number): boolean =>
  isBlank(code) ||
  code === 34 ||
  code === 40 ||
  code === 41 ||
  code === 59 ||
  code === 91 ||
  code === 93 ||
  code === 123 ||
  code === 125;

const integer = /^[+-]?(?:0|[1-9]\d*)N?$/;
const decimal = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?M?$/;
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
const characters: Readonly<Record<string, string>> = { newline: "\n", space: " ", tab: "\t", return: "\r" };
const closers: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}" };
const nestingMax = 500;

/**
 * Reads EDN, the notation of Clojure, from a text. Keywords keep their colon, so that `:a` is not "a"; lists are
 * vectors; tags are left out; a map or set becomes an array that is marked as such, its entries in a fixed order.
 */
export class EdnReader {
  readonly #text: string;
  readonly #end: number;
  #depth = 0;
  offset: number;

  constructor(text: string, offset = 0, end = text.length) {
    this.#text = text;
    this.offset = offset;
    this.#end = end;
  }

  /** Moves to the next form, past blanks, comments and discarded forms. False at the end of the text. */
  skip(): boolean {
    for (;;) {
      while (this.offset < this.#end && isBlank(this.#text.charCodeAt(this.offset))) this.offset += 1;
      if (this.offset >= this.#end) return false;
      const code = this.#text.charCodeAt(this.offset);
      if (code === 59) {
        const lineEnd = this.#text.indexOf("\n", this.offset);
        this.offset = lineEnd === -1 ? this.#end : lineEnd;
      } else if (code === 35 && this.#text.charCodeAt(this.offset + 1) === 95) {
        this.offset += 2;
        this.read();
      } else if (code === 35 && !'{"#'.includes(this.#text.charAt(this.offset + 1))) {
        this.offset += 1;
        this.#token();
      } else {
        return true;
      }
    }
  }

  /** The first character of the form at hand. */
  peek(): string {
    return this.#text.charAt(this.offset);
  }

  /** Steps over an opening or closing bracket. */
  step(): void {
    this.offset += 1;
  }

  /** @throws HistoryError for what is not EDN */
  read(): Value {
    if (!this.skip()) throw this.cutOff("a value");
    const first = this.peek();
    if (first === '"') return this.#string();
    if (first === "\\") return this.#character();
    if (first === "[" || first === "(") return this.#items(first);
    if (first === "{")
      return collection(
        "map",
        pairs(this.#items(first), (problem) => this.error(problem)),
      );
    if (first === "#" && this.#text.charAt(this.offset + 1) === "{") {
      this.offset += 1;
      return collection("set", this.#items("{"));
    }
    if (first === "#") return this.#symbolic();
    if (first === ")" || first === "]" || first === "}") throw this.error(`"${first}" closes nothing`);
    return this.#atom();
  }

  error(problem: string, offset = this.offset): HistoryError {
    return errorAt(this.#text, offset, `${problem}.`);
  }

  cutOff(expected: string): HistoryError {
    return this.error(
      `the text ends where ${expected} was expected: it seems to be cut off. Take away what is incomplete at the end`,
      this.#end,
    );
  }

  #items(opener: string): Value[] {
    const start = this.offset;
    const closer = closers[opener] ?? "";
    if (this.#depth >= nestingMax) throw this.error(`values are nested more than ${nestingMax} deep`);
    this.#depth += 1;
    this.offset += 1;
    const items: Value[] = [];
    for (;;) {
      if (!this.skip()) {
        throw this.error(
          `"${opener}" is never closed: the text seems to be cut off. Take away what is incomplete`,
          start,
        );
      }
      if (this.peek() === closer) break;
      items.push(this.read());
    }
    this.offset += 1;
    this.#depth -= 1;
    return items;
  }

  /** ##NaN, ##Inf, ##-Inf. */
  #symbolic(): number {
    const start = this.offset;
    this.offset += 1;
    const name = this.peek() === "#" ? this.#token() : "";
    if (name === "#NaN") return NaN;
    if (name === "#Inf") return Infinity;
    if (name === "#-Inf") return -Infinity;
    throw this.error(`"#${name}" stands for nothing`, start);
  }

  /** The text up to the next blank or bracket. */
  #token(): string {
    const start = this.offset;
    while (this.offset < this.#end && !endsToken(this.#text.charCodeAt(this.offset))) this.offset += 1;
    return this.#text.slice(start, this.offset);
  }

  #atom(): Value {
    const start = this.offset;
    const small = this.#smallInteger();
    if (small !== undefined) return small;
    const token = this.#token();
    if (token === "nil") return null;
    if (token === "true") return true;
    if (token === "false") return false;
    const first = token.charCodeAt(0);
    const sign = first === 43 || first === 45;
    const digit = sign ? token.charCodeAt(1) : first;
    if (!(digit >= 48 && digit <= 57)) return token;
    if (integer.test(token)) return exactInteger(token.replace("N", ""));
    if (decimal.test(token)) return Number(token.replace("M", ""));
    if (/^[+-]?\d+\/\d+$/.test(token)) return token;
    throw this.error(`"${token}" is not a number`, start);
  }

  /** The common case, without a text in between: up to 15 digits. */
  #smallInteger(): number | undefined {
    const text = this.#text;
    let at = this.offset;
    const negative = text.charCodeAt(at) === 45;
    if (negative) at += 1;
    const firstDigit = at;
    let value = 0;
    for (; at < this.#end; at += 1) {
      const digit = text.charCodeAt(at) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    const digits = at - firstDigit;
    if (digits === 0 || digits > 15 || (at < this.#end && !endsToken(text.charCodeAt(at)))) return undefined;
    if (digits > 1 && text.charCodeAt(firstDigit) === 48) return undefined;
    this.offset = at;
    return negative && value !== 0 ? -value : value;
  }

  #string(): string {
    const start = this.offset;
    let from = start + 1;
    let result = "";
    for (let at = from; at < this.#end; at += 1) {
      const code = this.#text.charCodeAt(at);
      if (code === 34) {
        this.offset = at + 1;
        return result + this.#text.slice(from, at);
      }
      if (code !== 92) continue;
      result += this.#text.slice(from, at);
      const escape = this.#text.charAt(at + 1);
      if (escape === "u") {
        result += String.fromCharCode(this.#hexadecimal(at + 2));
        at += 5;
      } else {
        result += escapes[escape] ?? escape;
        at += 1;
      }
      from = at + 1;
    }
    throw this.error(
      "a text in quotes is never closed: the line seems to be cut off. Take it away or complete it",
      start,
    );
  }

  #hexadecimal(at: number): number {
    const digits = this.#text.slice(at, at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.error(`"\\u${digits}" is not a character`, at - 2);
    return Number.parseInt(digits, 16);
  }

  #character(): string {
    this.offset += 1;
    const first = this.peek();
    this.offset += 1;
    const name = first + this.#token();
    return (
      characters[name] ??
      (/^u[0-9a-fA-F]{4}$/.test(name) ? String.fromCharCode(Number.parseInt(name.slice(1), 16)) : name)
    );
  }
}

function pairs(items: readonly Value[], error: (problem: string) => HistoryError): Value[] {
  if (items.length % 2 === 1) throw error("a map has a key without a value");
  const entries: Value[] = [];
  for (let index = 0; index < items.length; index += 2) entries.push([items[index]!, items[index + 1]!]);
  return entries;
}
