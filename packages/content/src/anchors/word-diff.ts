/** A run of text that both have, only the old one, or only the new one. */
export interface DiffPart {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Beyond so many table cells the middle is shown as replaced whole; a sentence stays far below. */
const mostCells = 4_000_000;

const piecesOf = (text: string): readonly string[] => text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];

/** Lengths of the longest common subsequences of the ends, as one table by rows. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint32Array {
  const width = now.length + 1;
  const table = new Uint32Array((old.length + 1) * width);
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      const at = row * width + column;
      table[at] = old[row] === now[column] ? table[at + width + 1]! + 1 : Math.max(table[at + width]!, table[at + 1]!);
    }
  }
  return table;
}

/** Collects parts; neighbours of one kind become one. */
class Parts {
  readonly parts: { kind: DiffPart["kind"]; text: string }[] = [];

  add(kind: DiffPart["kind"], text: string): void {
    const last = this.parts.at(-1);
    if (text === "") return;
    if (last?.kind === kind) last.text += text;
    else this.parts.push({ kind, text });
  }
}

function diffMiddle(old: readonly string[], now: readonly string[], parts: Parts): void {
  if (old.length * now.length > mostCells) {
    parts.add("removed", old.join(""));
    parts.add("added", now.join(""));
    return;
  }
  const table = commonLengths(old, now);
  const width = now.length + 1;
  let row = 0;
  let column = 0;
  while (row < old.length && column < now.length) {
    if (old[row] === now[column]) {
      parts.add("same", old[row]!);
      row += 1;
      column += 1;
    } else if (table[(row + 1) * width + column]! >= table[row * width + column + 1]!) {
      parts.add("removed", old[row]!);
      row += 1;
    } else {
      parts.add("added", now[column]!);
      column += 1;
    }
  }
  parts.add("removed", old.slice(row).join(""));
  parts.add("added", now.slice(column).join(""));
}

/**
 * What changed from one text to the other, by whole words: a longest common subsequence of words, blanks and marks. The
 * "same" and "removed" parts together are the old text, the "same" and "added" ones the new.
 */
export function wordDiff(oldText: string, newText: string): readonly DiffPart[] {
  const old = piecesOf(oldText);
  const now = piecesOf(newText);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, now.length) - head;
  while (tail < most && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const parts = new Parts();
  parts.add("same", old.slice(0, head).join(""));
  diffMiddle(old.slice(head, old.length - tail), now.slice(head, now.length - tail), parts);
  parts.add("same", old.slice(old.length - tail).join(""));
  return parts.parts;
}
