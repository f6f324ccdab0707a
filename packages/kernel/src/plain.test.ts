import { expect, it } from "vitest";
import { copyPlain } from "./plain.ts";

it("copies deeply, so that no change to the copy shows in the original", () => {
  const original = { list: [{ n: 1 }], map: new Map([["k", { n: 2 }]]), set: new Set([3]), nothing: null };
  const copy = copyPlain(original, "state");
  expect(copy).toEqual(original);
  copy.list[0]!.n = 9;
  copy.map.get("k")!.n = 9;
  copy.set.add(9);
  expect(original).toEqual({ list: [{ n: 1 }], map: new Map([["k", { n: 2 }]]), set: new Set([3]), nothing: null });
});

it("names the place of what is not plain data", () => {
  class Account {}
  const copyOf = (value: unknown) => () => copyPlain(value, "The message");
  expect(copyOf({ a: [0, { when: new Account() }] })).toThrow(/^The message\.a\[1\]\.when is a Account; /);
  expect(copyOf({ f: () => 1 })).toThrow(/^The message\.f is a function; /);
  expect(copyOf({ ids: new Map([["x", 1n]]) })).toThrow(/^The message\.ids is a bigint; /);
});
