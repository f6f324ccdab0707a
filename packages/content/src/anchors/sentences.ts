/** Part of a text: code units from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const abbreviations: ReadonlySet<string> = new Set("e.g i.e vs cf approx dr mr mrs prof".split(" "));

/** A full stop behind these ends no sentence when a number follows. */
const countedAbbreviations: ReadonlySet<string> = new Set("fig figs eq sec no vol p pp ch ca".split(" "));

const sentenceEnd = /[.!?…]+["'”’»)\]]*(?=\s)/gu;

/** Whether the mark at `stop`, which ends before `end`, closes no sentence. */
function goesOn(line: string, stop: number, end: number): boolean {
  const next = line.slice(end).trimStart();
  if (/^\p{Ll}/u.test(next)) return true;
  if (line[stop] !== "." || end - stop > 1) return false;
  const before = line.slice(0, stop);
  const word = (/[\p{L}.]+$/u.exec(before)?.[0] ?? "").toLowerCase();
  if (abbreviations.has(word)) return true;
  if (countedAbbreviations.has(word) && /^\d/u.test(next)) return true;
  // The initial of a name follows a name, another initial or nothing; "choose N." ends a sentence.
  return /(?:^|\p{Lu}\p{L}* |\p{Lu}\. ?)\p{Lu}$/u.test(before) && /^\p{Lu}/u.test(next);
}

function splitLine(line: string, offset: number, spans: Span[]): void {
  let start = 0;
  const push = (end: number): void => {
    const part = line.slice(start, end);
    const lead = part.length - part.trimStart().length;
    if (part.trim() !== "") spans.push({ start: offset + start + lead, end: offset + start + part.trimEnd().length });
    start = end;
  };
  for (const match of line.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length;
    if (!goesOn(line, match.index, end)) push(end);
  }
  push(line.length);
}

/**
 * The sentences of a block's canonical text, in order and without blanks at their ends. A line ends a sentence, so that
 * items and rows are apart. A full stop ends none before a small letter, after an abbreviation or after an initial. Code
 * is one passage.
 */
export function sentencesOf(text: string, kind = "paragraph"): readonly Span[] {
  if (text.trim() === "") return [];
  if (kind === "code") return [{ start: 0, end: text.length }];
  const spans: Span[] = [];
  let offset = 0;
  for (const line of text.split("\n")) {
    splitLine(line, offset, spans);
    offset += line.length + 1;
  }
  return spans;
}
