const shapes: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201A\u201B\u2032\u02BC]/gu, "'"],
  [/[\u201C\u201D\u201E\u201F\u2033\u00AB\u00BB]/gu, '"'],
  [/[\u2010\u2011\u2012\u2013\u2212]/gu, "-"],
  [/\s*(?:\u2014|\s-{1,3}\s)\s*/gu, " - "],
  [/\u2026/gu, "..."],
  [/[\u00AD\u200B-\u200D\u2060\uFEFF]/gu, ""],
  [/(?<=\d)\s+(?=%)/gu, ""],
  [/\s+/gu, " "],
];

/**
 * A text without what typography alone decides: the shapes of quotation marks, dashes and ellipses, invisible
 * characters, kinds and numbers of blanks. Two texts with equal plain text say the same. Upper case, punctuation and
 * raised digits stay, since they may carry meaning: 10² is not 102.
 */
export function plainText(text: string): string {
  let plain = text.normalize("NFC");
  for (const [shape, replacement] of shapes) plain = plain.replace(shape, replacement);
  return plain.trim();
}

const endings: readonly (readonly [string, string])[] = [
  ["ies", "y"],
  ["ied", "y"],
  ["ing", ""],
  ["edly", ""],
  ["ed", ""],
  ["es", ""],
  ["s", ""],
  ["ly", ""],
  ["e", ""],
];

/** A word without its commonest endings, so that "retries" and "retried" meet. Short words stay as they are. */
function stemOf(word: string): string {
  if (word.length < 5 || !/^\p{L}+$/u.test(word)) return word;
  for (const [ending, replacement] of endings) {
    if (word.endsWith(ending) && word.length - ending.length >= 3) return word.slice(0, -ending.length) + replacement;
  }
  return word;
}

const wordPattern = /[+-]?\d[\p{L}\p{N}.,:/]*(?<=[\p{L}\p{N}])|[\p{L}\p{N}]+(?:'\p{L}+)?|[%<>=≤≥≠§$€]/gu;

/** The words of a plain text as written, numbers with their sign whole. Punctuation is no word. */
export const wordsOf = (plain: string): readonly string[] => plain.match(wordPattern) ?? [];

/** The words of a plain text as they are compared: lower case, without endings. */
export const stemsOf = (plain: string): readonly string[] => wordsOf(plain.toLowerCase()).map(stemOf);
