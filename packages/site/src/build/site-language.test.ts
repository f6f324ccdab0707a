import { expect, it } from "vitest";
import { languages } from "../words/words.ts";
import { siteLanguage } from "./site-language.ts";

it("is English, or what the setting says", () => {
  expect(siteLanguage({}).tag).toBe("en");
  expect(siteLanguage({ FIELDBOOK_LANGUAGE: "de" }).search).toBe("Suchen");
});

it("is refused with what there is when the shell does not speak it", () => {
  for (const tag of ["xx", "constructor", ""]) {
    expect(() => siteLanguage({ FIELDBOOK_LANGUAGE: tag })).toThrow(/it speaks en, de\./);
  }
});

it("leaves no word in English by mistake", () => {
  const { en, de } = languages;
  const shared = Object.entries(en!).filter(([name, word]) => word === de![name as keyof typeof de]);
  // The same word in both languages.
  expect(shared.map(([name]) => name)).toEqual([]);
});
