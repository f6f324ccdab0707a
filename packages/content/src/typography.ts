/**
 * Text as it is set: apostrophes and quotation marks get their shape, and a number is not torn from its sign. What is
 * typed stays in the model; this happens when HTML is made.
 */
export function typeset(text: string): string {
  return text
    .replace(/(?<![^\s([{–—])"(?=\S)/gu, "“")
    .replaceAll('"', "”")
    .replace(/(?<![^\s([{–—“])'(?=\S)/gu, "‘")
    .replaceAll("'", "’")
    .replace(/(?<=\d) (?=%)/gu, "\u00A0")
    .replace(/(?<=§) (?=\d)/gu, "\u00A0");
}
