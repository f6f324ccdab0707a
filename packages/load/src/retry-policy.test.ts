import { keyedRandom } from "@fieldbook/kernel";
import { expect, test } from "vitest";
import { retryDelay } from "./retry-policy.ts";

const random = keyedRandom(1);

test("a fixed delay is the same for every retry", () => {
  expect(retryDelay({ kind: "fixed", after: 250 }, random, 1, 1)).toBe(250);
  expect(retryDelay({ kind: "fixed", after: 250 }, random, 9, 3)).toBe(250);
});

test("full jitter spreads the k-th retry evenly from 0 to min(cap, base · 2^(k − 1))", () => {
  const delay = { kind: "exponential-jitter", base: 100, cap: 300 } as const;
  for (const [retry, longest] of [
    [1, 100],
    [2, 200],
    [3, 300],
    [7, 300],
  ] as const) {
    const waits = Array.from({ length: 4_000 }, (_, request) => retryDelay(delay, random, request, retry));
    expect(Math.min(...waits)).toBe(0);
    expect(Math.max(...waits)).toBe(longest);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(Math.abs(mean / longest - 0.5)).toBeLessThan(0.02);
  }
});
