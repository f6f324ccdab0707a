import { expect, test } from "vitest";
import { offerNames } from "./offer-names.ts";

test("a slip of the pen gets the nearest name", () => {
  expect(offerNames("perfect-shop", ["soft-dependencies", "perfect-store"])).toBe('Did you mean "perfect-store"?');
  expect(offerNames("bronson-2012", ["bronson-2021", "brooker-2022"])).toBe('Did you mean "bronson-2021"?');
});

test("anything else gets the names there are, a dozen at most", () => {
  expect(offerNames("x", ["one", "two"])).toBe("There are: one, two.");
  const many = Array.from({ length: 14 }, (_, index) => `name-${String(index)}`);
  expect(offerNames("x", many)).toMatch(/^There are: name-0, .*, name-11 and 2 more\.$/);
  expect(offerNames("x", [])).toBe("There are none yet.");
});
