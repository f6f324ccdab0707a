import { languages } from "../words/words.ts";
import type { Words } from "../words/words.ts";

/** The shell does not speak the language that was asked for; the message names those that it speaks. */
export class LanguageError extends Error {
  override readonly name = "LanguageError";
}

/**
 * The words of the shell in the language that `FIELDBOOK_LANGUAGE` names; English when it names none.
 *
 * @throws LanguageError
 */
export function siteLanguage(environment: Readonly<Record<string, string | undefined>>): Words {
  const tag = environment["FIELDBOOK_LANGUAGE"] ?? "en";
  const words = Object.hasOwn(languages, tag) ? languages[tag] : undefined;
  if (words !== undefined) return words;
  const known = Object.keys(languages).join(", ");
  throw new LanguageError(`FIELDBOOK_LANGUAGE: the shell does not speak "${tag}"; it speaks ${known}.`);
}
