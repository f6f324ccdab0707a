import { plainText, wordsOf } from "./plain-text.ts";

/** What changes the meaning of a sentence though few letters change. */
export type MeaningChange = "number" | "negation";

const negations: ReadonlySet<string> = new Set(
  "no not never none neither nor cannot without nothing nobody nowhere unless hardly".split(" "),
);

const numbersOf = (plain: string): readonly string[] =>
  wordsOf(plain)
    .filter((word) => /\d/u.test(word))
    .toSorted();

const negationsIn = (plain: string): number =>
  wordsOf(plain.toLowerCase()).filter((word) => negations.has(word) || word.endsWith("n't")).length;

/** Whether the numbers of two texts differ, or how often they negate. */
export function meaningChanges(thenText: string, nowText: string): readonly MeaningChange[] {
  const then = plainText(thenText);
  const now = plainText(nowText);
  const changes: MeaningChange[] = [];
  if (numbersOf(then).join(" ") !== numbersOf(now).join(" ")) changes.push("number");
  if (negationsIn(then) !== negationsIn(now)) changes.push("negation");
  return changes;
}
