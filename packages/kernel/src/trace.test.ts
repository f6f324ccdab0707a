import { expect, it } from "vitest";
import { Trace } from "./trace.ts";

function fill(trace: Trace, lines: number): void {
  for (let n = 0; n < lines; n += 1) trace.add(n * 3_000_000_000, n % 7, n, -n, n * n, 5, `label ${String(n % 3)}`);
}

it("hashes alike whether it keeps its lines or not", () => {
  const kept = new Trace({ recorded: true });
  const dropped = new Trace({ recorded: false });
  fill(kept, 1_000);
  fill(dropped, 1_000);
  expect(kept.digest()).toBe(dropped.digest());
  expect([...dropped.entries()]).toEqual([]);
  expect(kept.length).toBe(dropped.length);
});

it("gives its lines back as they were", () => {
  const trace = new Trace({ recorded: true });
  fill(trace, 600);
  const entries = [...trace.entries()];
  expect(entries).toHaveLength(600);
  expect(entries[599]).toEqual({ time: 599 * 3_000_000_000, kind: 4, a: 599, b: -599, c: 599 * 599, label: "label 2" });
});

it("changes its hash with each number of a line", () => {
  const line: [number, number, number, number, number, number] = [1, 2, 3, 4, 5, 6];
  const digests = [-1, 0, 1, 2, 3, 4, 5].map((changed) => {
    const trace = new Trace({ recorded: false });
    const [time, kind, a, b, c, content] = line.map((number, at) => (at === changed ? number + 2 ** 32 / 4 : number));
    trace.add(time!, kind!, a!, b!, c!, content!, "");
    return trace.digest();
  });
  expect(new Set(digests).size).toBe(digests.length);
});
