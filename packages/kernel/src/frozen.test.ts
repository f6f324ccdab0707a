import { describe, expect, it } from "vitest";
import { frozen } from "./frozen.ts";
import { hashPlain } from "./hash.ts";
import { copyPlain } from "./plain.ts";

const entry = (): { term: number; command: { keys: string[]; from: { key: number } } } => ({
  term: 3,
  command: { keys: ["a", "b"], from: { key: 1 } },
});

describe("frozen data", () => {
  it("can not be changed at any depth", () => {
    const data = frozen(entry());
    expect(() => (data.term = 4)).toThrow(TypeError);
    expect(() => data.command.keys.push("c")).toThrow(TypeError);
    expect(() => (data.command.from.key = 2)).toThrow(TypeError);
    expect(data).toEqual(entry());
  });

  it("has the hash of equal data that is not frozen, alone and within other data", () => {
    expect(hashPlain(frozen(entry()))).toBe(hashPlain(entry()));
    expect(hashPlain([frozen(entry()), { entry: frozen(entry()) }])).toBe(hashPlain([entry(), { entry: entry() }]));
    expect(hashPlain(frozen([]))).toBe(hashPlain([]));
    expect(hashPlain(frozen({ term: 4 }))).not.toBe(hashPlain(frozen({ term: 5 })));
  });

  it("is shared by copies, in arrays and in objects", () => {
    const shared = frozen(entry());
    const copy = copyPlain({ log: [shared], last: shared, own: entry() }, "The state");
    expect(copy.log[0]).toBe(shared);
    expect(copy.last).toBe(shared);
    copy.own.term = 9;
    expect(copy.own).toEqual({ ...entry(), term: 9 });
  });

  it("gives a copy that can be changed when it is spread, with a hash of its own", () => {
    const changed = { ...frozen(entry()), term: 4 };
    expect(hashPlain(changed)).toBe(hashPlain({ ...entry(), term: 4 }));
    expect(copyPlain(changed, "An entry")).not.toBe(changed);
  });

  it("may hold frozen data and be frozen twice", () => {
    const inner = frozen(entry());
    const outer = frozen({ inner });
    expect(outer.inner).toBe(inner);
    expect(frozen(outer)).toBe(outer);
    expect(hashPlain(outer)).toBe(hashPlain({ inner: entry() }));
  });

  it("is plain data without Map and Set, which freezing does not stop from changing", () => {
    expect(() => frozen({ keys: new Set([1]) })).toThrow(/A Map or a Set can not be frozen/);
    expect(() => frozen({ at: new Date(0) })).toThrow(/instances of classes; got a Date/);
  });
});
