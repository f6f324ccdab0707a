import { english } from "./english.ts";
import type { Words } from "./english.ts";
import { german } from "./german.ts";

export type { Words } from "./english.ts";

declare global {
  interface ImportMeta {
    /** Written in by the bundler; absent outside of it. */
    readonly env?: { readonly PUBLIC_LANGUAGE?: string };
  }
}

/** The languages that the shell speaks, by the tag of BCP 47 that the pages carry. */
export const languages: Readonly<Record<string, Words>> = { en: english, de: german };

/** Of the build, so that pages carry one language; English outside of it. */
const tag = import.meta.env === undefined ? "en" : import.meta.env.PUBLIC_LANGUAGE;

export const words: Words = tag === "de" ? german : english;
