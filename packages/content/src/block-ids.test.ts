import { expect, test } from "vitest";
import { BlockIds, slugOf } from "./block-ids.ts";

test("a slug keeps letters and digits and joins them by hyphens", () => {
  expect(slugOf("Limits & bounds: 99.9 %")).toBe("limits-bounds-99-9");
  expect(slugOf("Écrit à part")).toBe("ecrit-a-part");
  expect(slugOf("…")).toBe("section");
});

test("the second block that wants an id gets a number", () => {
  const ids = new BlockIds();
  expect(["a", "a", "a-2", "a"].map((wanted) => ids.take(wanted))).toEqual(["a", "a-2", "a-2-2", "a-3"]);
});
