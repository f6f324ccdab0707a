import type { DiffPart } from "../anchors/word-diff.ts";
import { wordDiff } from "../anchors/word-diff.ts";

/** One paragraph, heading, list or other block of two versions side by side. */
export interface VersionRow {
  readonly kind: "same" | "changed" | "removed" | "added";
  /** "same" and "removed" parts are the old text, "same" and "added" parts the new. */
  readonly parts: readonly DiffPart[];
}

/** From here on two blocks count as one that was edited: the share of words that both have. */
const alike = 0.4;

/** A chapter's source as people read it: what the directives show, in place of how they are written. */
export function readableSource(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replaceAll(/:number\[([^\]]*)\]\{[^}]*\}/g, "$1")
    .replaceAll(/:term\[([^\]]*)\]\{[^}]*\}/g, "$1")
    .replaceAll(/:cite(?:\[([^\]]*)\])?\{key="?([^"}]+)"?\}/g, (_, where: string | undefined, key: string) =>
      where === undefined || where === "" ? `(${key})` : `(${key}, ${where})`,
    )
    .replaceAll(/^::claim\{id="?([^"}]+)"?\}$/gm, "[claim: $1]")
    .replaceAll(/^:::lens\{for="?([a-z]+)"?\}\n?/gm, "[for the $1]\n")
    .replaceAll(/^:::$/gm, "");
}

const blocksOf = (text: string): readonly string[] =>
  readableSource(text)
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== "" && block !== "---");

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));

/** Dice's coefficient over the sets of words: twice what both have by what each has. */
function likeness(one: string, other: string): number {
  if (one === other) return 1;
  const [ours, theirs] = [wordsOf(one), wordsOf(other)];
  if (ours.size + theirs.size === 0) return 0;
  let both = 0;
  for (const word of ours) if (theirs.has(word)) both += 1;
  return (2 * both) / (ours.size + theirs.size);
}

/** The pairing of blocks in order that keeps most: the sum of likeness, as a table by rows from the end. */
function bestPairing(old: readonly string[], now: readonly string[]): (row: number, column: number) => number {
  const width = now.length + 1;
  const table = new Float64Array((old.length + 1) * width);
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      const like = likeness(old[row]!, now[column]!);
      const paired = like < alike ? 0 : like + table[(row + 1) * width + column + 1]!;
      table[row * width + column] = Math.max(
        paired,
        table[(row + 1) * width + column]!,
        table[row * width + column + 1]!,
      );
    }
  }
  return (row, column) => table[row * width + column]!;
}

/** Two versions of a chapter's source, block by block in order. */
export function compareVersions(oldText: string, newText: string): readonly VersionRow[] {
  const [old, now] = [blocksOf(oldText), blocksOf(newText)];
  const best = bestPairing(old, now);
  const rows: VersionRow[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length || column < now.length) {
    const [before, after] = [old[row], now[column]];
    if (before === undefined || (after !== undefined && best(row, column) === best(row, column + 1))) {
      rows.push({ kind: "added", parts: [{ kind: "added", text: after! }] });
      column += 1;
    } else if (after === undefined || best(row, column) === best(row + 1, column)) {
      rows.push({ kind: "removed", parts: [{ kind: "removed", text: before }] });
      row += 1;
    } else {
      rows.push({ kind: before === after ? "same" : "changed", parts: wordDiff(before, after) });
      row += 1;
      column += 1;
    }
  }
  return rows;
}
