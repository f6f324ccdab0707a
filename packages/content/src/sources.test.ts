import { expect, test } from "vitest";
import { parseSources } from "./sources.ts";

const entry = (key: string, authors: string, year: number, more = ""): string =>
  `${key}:\n  authors: [${authors}]\n  title: T\n  container: C\n  year: ${String(year)}\n  link: https://example.org/\n  checked: 2026-11-23\n${more}`;

const citedAs = (yaml: string): string[] =>
  [...parseSources(yaml, "book/sources.yaml").values()].map((one) => one.citedAs);

test("one author, two, and more are named by their surnames and the year", () => {
  expect(citedAs(entry("a", "Ann Ames", 2001))).toEqual(["Ames 2001"]);
  expect(citedAs(entry("a", "Ann Ames, Bo van Beek", 2001))).toEqual(["Ames and Beek 2001"]);
  expect(citedAs(entry("a", "Ann Ames, Bo Beek, Cy Cole", 2001))).toEqual(["Ames et al. 2001"]);
});

test("a name that does not follow from the authors is given", () => {
  expect(citedAs(entry("a", "Amazon Web Services", 2015, "  short: AWS\n"))).toEqual(["AWS 2015"]);
});

test("several of one name and year get letters, in the order of the file", () => {
  const yaml = entry("b", "Bo Beek", 2022) + entry("a", "Ann Ames", 2022) + entry("c", "Bo Beek", 2022);
  expect(citedAs(yaml)).toEqual(["Beek 2022a", "Ames 2022", "Beek 2022b"]);
});
