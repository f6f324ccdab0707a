import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashPlain, RunningHash } from "./hash.ts";

describe("hashPlain", () => {
  it("does not see the order of keys, of a Map or of a Set, and sees that of an array", () => {
    expect(hashPlain({ a: 1, b: [2] })).toBe(hashPlain({ b: [2], a: 1 }));
    expect(
      hashPlain(
        new Map([
          ["a", 1],
          ["b", 2],
        ]),
      ),
    ).toBe(
      hashPlain(
        new Map([
          ["b", 2],
          ["a", 1],
        ]),
      ),
    );
    expect(hashPlain(new Set([1, 2]))).toBe(hashPlain(new Set([2, 1])));
    expect(hashPlain([1, 2])).not.toBe(hashPlain([2, 1]));
    expect(hashPlain(-0)).toBe(hashPlain(0));
  });

  it("tells different JSON values apart", () => {
    const seen = new Map<number, string>();
    const samples = fc.sample(fc.jsonValue({ depthSize: "small" }), { numRuns: 3_000, seed: 5 });
    for (const value of samples) {
      const text = canonical(value);
      const hash = hashPlain(value);
      expect(seen.get(hash) ?? text).toBe(text);
      seen.set(hash, text);
    }
    expect(seen.size).toBeGreaterThan(1_000);
  });

  it("refuses what is not plain data", () => {
    expect(() => hashPlain({ now: new Date(0) })).toThrow(/instances of classes; got a Date/);
    expect(() => hashPlain([() => 1])).toThrow(/no function/);
  });
});

function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value === 0 ? 0 : value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${entries.toSorted().join()}}`;
}

describe("RunningHash", () => {
  const digest = (...words: number[]): string => {
    const hash = new RunningHash();
    for (const word of words) hash.add(word);
    return hash.digest();
  };

  it("sees each word, their order and their number", () => {
    const digests = [digest(), digest(0), digest(0, 0), digest(1, 2), digest(2, 1), digest(1, 2, 0)];
    expect(new Set(digests).size).toBe(digests.length);
    expect(digests.every((text) => /^[0-9a-f]{16}$/.test(text))).toBe(true);
  });
});
