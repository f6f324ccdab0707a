import { expect, test } from "vitest";
import { typeset } from "./typography.ts";

test("quotation marks open before a word and close behind it", () => {
  expect(typeset('He said "no", ("never") and left.')).toBe("He said “no”, (“never”) and left.");
  expect(typeset('" behind emphasis')).toBe("” behind emphasis");
  expect(typeset("a 'word' and \"'both'\"")).toBe("a ‘word’ and “‘both’”");
});

test("an apostrophe is one", () => {
  expect(typeset("last year's, the clients' and don't")).toBe("last year’s, the clients’ and don’t");
});

test("a number keeps its sign", () => {
  expect(typeset("98.0 % of § 3, 5 % too")).toBe("98.0\u00A0% of §\u00A03, 5\u00A0% too");
});
