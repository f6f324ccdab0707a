import { expect, test } from "vitest";
import { parseSources } from "./sources.ts";

/** @param authors given and family names with commas between; one word is an organisation */
const entry = (key: string, authors: string, year: number, more = ""): string => {
  const names = authors.split(", ").map((name) => {
    const [given = "", ...family] = name.split(" ");
    return family.length === 0 ? `{ literal: ${given} }` : `{ given: ${given}, family: ${family.join(" ")} }`;
  });
  return (
    `${key}:\n  type: article-journal\n  author: [${names.join(", ")}]\n  title: T\n  container-title: C\n  volume: 3\n  issue: 1\n` +
    `  issued: { date-parts: [[${String(year)}]] }\n  URL: https://example.org/\n  checked: 2026-11-23\n` +
    `  topic: latency\n  level: research\n${more}`
  );
};

const citedAs = (yaml: string): string[] =>
  [...parseSources(yaml, "book/sources.yaml").values()].map((one) => one.citedAs);

test("one author, two, and more are named by their surnames and the year", () => {
  expect(citedAs(entry("a", "Ann Ames", 2001))).toEqual(["Ames 2001"]);
  expect(citedAs(entry("a", "Ann Ames, Bo van Beek", 2001))).toEqual(["Ames and van Beek 2001"]);
  expect(citedAs(entry("a", "Ann Ames, Bo Beek, Cy Cole", 2001))).toEqual(["Ames et al. 2001"]);
});

test("a name that does not follow from the authors is given", () => {
  expect(citedAs(entry("a", "Amazon", 2015, "  short: AWS\n"))).toEqual(["AWS 2015"]);
});

test("several of one name and year get letters, in the order of the file", () => {
  const yaml = entry("b", "Bo Beek", 2022) + entry("a", "Ann Ames", 2022) + entry("c", "Bo Beek", 2022);
  expect(citedAs(yaml)).toEqual(["Beek 2022a", "Ames 2022", "Beek 2022b"]);
});

test("a source is written out from the fields of CSL, and a DOI is a link", () => {
  const yaml = entry("a", "Ann Ames, Bo Beek", 2001).replace("URL: https://example.org/", "DOI: 10.1145/1.2");
  expect(parseSources(yaml, "book/sources.yaml").get("a")).toMatchObject({
    authors: ["Ann Ames", "Bo Beek"],
    container: "C 3(1)",
    year: 2001,
    link: "https://doi.org/10.1145/1.2",
    topic: "latency",
    level: "research",
  });
});

test.each([
  ["URL: https://example.org/", "note: x", '"a.note" is wrong: this key is not known here'],
  ["  URL: https://example.org/\n", "", "a source has a DOI or a URL"],
  ["URL: https://example.org/", "DOI: doi.org/1", "a DOI begins with 10. and has a slash"],
  ["[[2001]]", "[[01]]", "a year is expected, as in [[2021]]"],
  ["topic: latency", "topic: speed", "a topic is one of availability, operations"],
  ["type: article-journal", "type: paper", "a type is one of article, article-journal"],
])("refuses %j as %j", (good, bad, message) => {
  expect(() => citedAs(entry("a", "Ann Ames", 2001).replace(good, bad))).toThrow(message);
});
