import { expect, it } from "vitest";
import { firstWords } from "./first-words.ts";

it("names a thread by what its text begins with", () => {
  expect(firstWords("Why is **this** so?\n\nMore.")).toBe("Why is this so?");
  expect(firstWords("\n---\n> - See [the paper](https://example.org) for `it`")).toBe("See the paper for it");
  expect(firstWords("![](x)\nSo it is")).toBeNull();
  expect(firstWords("!?\n…")).toBeNull();
  const long = firstWords("word ".repeat(40));
  expect(long).toBe(`${"word ".repeat(15)}word …`);
});
