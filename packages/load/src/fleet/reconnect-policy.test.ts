import { keyedRandom, seconds } from "@fieldbook/kernel";
import { expect, test } from "vitest";
import type { ReconnectPolicy } from "./reconnect-policy.ts";
import { ReconnectWaits, tr369Defaults, waitBounds } from "./reconnect-policy.ts";

const base = seconds(2);
const cap = seconds(300);

function waits(policy: ReconnectPolicy, retries = 20, devices = 200): number[][] {
  const drawn = new ReconnectWaits(policy, devices, keyedRandom(7), 1);
  return Array.from({ length: devices }, (_, device) =>
    Array.from({ length: retries }, (_unused, index) => drawn.wait(device, index + 1, index)),
  );
}

test("TR-369's table of default waits, retry by retry", () => {
  const table = Array.from({ length: 11 }, (_, index) =>
    waitBounds(tr369Defaults, index + 1).map((wait) => wait / 1e6),
  );
  expect(table).toEqual([
    [5, 10],
    [10, 20],
    [20, 40],
    [40, 80],
    [80, 160],
    [160, 320],
    [320, 640],
    [640, 1_280],
    [1_280, 2_560],
    [2_560, 5_120],
    [2_560, 5_120],
  ]);
});

test("every wait lies within its bounds and comes near to both ends", () => {
  const policies: ReconnectPolicy[] = [
    { kind: "range", min: seconds(5), max: seconds(10) },
    { kind: "full-jitter", base, cap },
    tr369Defaults,
  ];
  for (const policy of policies) {
    const drawn = waits(policy);
    for (let retry = 1; retry <= 20; retry += 1) {
      const [least, most] = waitBounds(policy, retry);
      const ofRetry = drawn.map((ofDevice) => ofDevice[retry - 1]!);
      expect(Math.min(...ofRetry)).toBeGreaterThanOrEqual(least);
      expect(Math.max(...ofRetry)).toBeLessThanOrEqual(most);
      expect(Math.min(...ofRetry)).toBeLessThan(least + 0.05 * (most - least));
      expect(Math.max(...ofRetry)).toBeGreaterThan(most - 0.05 * (most - least));
    }
  }
});

test("without jitter all devices wait alike, twice as long each time up to the cap", () => {
  for (const ofDevice of waits({ kind: "exponential", base, cap }, 10, 3)) {
    expect(ofDevice.map((wait) => wait / 1e6)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  }
});

test("decorrelated jitter waits at least the base and at most three times the wait before", () => {
  let steepest = 0;
  for (const ofDevice of waits({ kind: "decorrelated", base, cap })) {
    let before = base;
    for (const wait of ofDevice) {
      expect(wait).toBeGreaterThanOrEqual(base);
      expect(wait).toBeLessThanOrEqual(Math.min(cap, 3 * (before + 1_000)));
      steepest = Math.max(steepest, wait / before);
      before = wait;
    }
  }
  expect(steepest).toBeGreaterThan(2.9);
});
