const letter = /[\p{L}\p{N}]/gu;

/** How many letters and digits a text has. Quotation marks and spaces are set in other ways; these are not. */
export const countLetters = (text: string): number => text.match(letter)?.length ?? 0;

/** The letters and digits alone. */
export const lettersIn = (text: string): string => (text.match(letter) ?? []).join("");

/**
 * The offsets of a stretch that is counted in letters and digits.
 *
 * @returns undefined when the text has not so many
 */
export function spanOfLetters(text: string, start: number, end: number): { start: number; end: number } | undefined {
  const all = [...text.matchAll(letter)];
  const first = all[start];
  const last = all[end - 1];
  if (first === undefined || last === undefined || start >= end) return undefined;
  return { start: first.index, end: last.index + last[0].length };
}
