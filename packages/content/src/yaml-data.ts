import * as v from "valibot";
import { isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import { ContentError } from "./content-error.ts";
import { isDay } from "./day.ts";

/** A day of the calendar, YYYY-MM-DD. */
export const daySchema = v.pipe(
  v.string("a day is written YYYY-MM-DD"),
  v.check(isDay, "a day of the calendar is written YYYY-MM-DD, for instance 2026-11-23"),
);

/** A text that is not empty. */
export const textSchema = v.pipe(v.string("a text is expected"), v.trim(), v.nonEmpty("the text must not be empty"));

/** Lower-case words joined by hyphens: ids, keys and slugs. */
export const keySchema = v.pipe(
  v.string("a key is expected"),
  v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "a key is lower-case words joined by hyphens"),
);

/** A link that leaves the book: http or https. */
export const webLinkSchema = v.pipe(
  v.string("a link is expected"),
  v.url("a whole link is expected"),
  v.regex(/^https?:\/\//, "a link begins with https:// or http://"),
);

interface Origin {
  readonly path: string;
  /** The line of the file on which the text begins, from 1. */
  readonly firstLine: number;
}

export type KeyPath = readonly (string | number)[];

/**
 * Data from YAML, checked against a schema.
 *
 * @throws ContentError at the line of the key that is wrong
 */
export function readYaml<Schema extends v.GenericSchema>(
  text: string,
  schema: Schema,
  origin: Origin,
): v.InferOutput<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (line: number, problem: string, mend: string): never => {
    throw new ContentError({ path: origin.path, line: origin.firstLine + line - 1 }, problem, mend);
  };
  // A tag that YAML does not know asks for more than data: it is refused with what is broken.
  const [broken] = [...document.errors, ...document.warnings];
  if (broken !== undefined) {
    fail(lines.linePos(broken.pos[0]).line, `This is not YAML: ${broken.message}.`, "Mend the line or quote the text.");
  }
  const result = v.safeParse(schema, document.toJS());
  if (result.success) return result.output;
  if (document.contents === null) fail(1, "The file is empty.", "Write it.");
  const [issue] = result.issues;
  const keys = (issue.path ?? []).map((item) => item.key as string | number);
  const where = keys.length === 0 ? "The file" : `"${keys.join(".")}"`;
  return fail(lineOf(document, lines, keys), `${where} is wrong: ${explain(issue)}.`, "Mend this entry.");
}

/** The lines on which the items of a list begin, from 1: for what shows only when several items are seen together. */
export function linesOfItems(text: string): readonly number[] {
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (!isSeq(contents)) return [];
  return contents.items.map((item) => (isNode(item) ? lines.linePos(item.range?.[0] ?? 0).line : 1));
}

/** Where values stand in a file. */
export interface Lines {
  /** The line on which the value of a key stands, from 1; of a text in a block, the line on which its words begin. */
  of(keys: KeyPath): number;
  /** Whether it is a text in a block: then its lines are lines of the file. */
  isBlock(keys: KeyPath): boolean;
}

export function findLines(text: string): Lines {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const isBlock = (keys: KeyPath): boolean => {
    const node = document.getIn(keys, true);
    return isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED");
  };
  return { of: (keys) => lineOf(document, lines, keys) + (isBlock(keys) ? 1 : 0), isBlock };
}

/** The line of the deepest key on the path that is there: a missing key is reported where it should stand. */
function lineOf(document: Document, lines: LineCounter, keys: KeyPath): number {
  for (let length = keys.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(keys.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
      return lines.linePos(Number(node.range[0])).line;
    }
  }
  return 1;
}

function explain(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "strict_object") {
    return issue.expected === "never" ? "this key is not known here" : "it is missing";
  }
  // Of a text that is too short or too long only the length is told.
  if (/^(?:non_empty|min_length|max_length)$/.test(issue.type)) return issue.message;
  // What came is told where it is short: a text, a number, nothing. "Object" helps nobody.
  if (/^[A-Z]/.test(issue.received) && issue.kind === "validation") return issue.message;
  const came = issue.received === "undefined" ? "nothing" : issue.received;
  return `${issue.message}; got ${came}`;
}
