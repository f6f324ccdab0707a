import { expect, test } from "vitest";
import { DelayLine } from "./delay-line.ts";

test("events come out in the order of adding, each the delay later, over many blocks", () => {
  const line = new DelayLine(10);
  let taken = 0;
  for (let added = 0; added < 30_000; added += 1) {
    line.add(added, added * 3, added & 0xffff);
    // Two of three stay, so that blocks fill and are given back by turns.
    if (added % 3 !== 0) continue;
    expect(line.nextTime).toBe(taken + 10);
    line.take();
    expect([line.device, line.epoch]).toEqual([taken * 3, taken & 0xffff]);
    taken += 1;
  }
  for (; taken < 30_000; taken += 1) {
    expect(line.nextTime).toBe(taken + 10);
    line.take();
    expect(line.device).toBe(taken * 3);
  }
  expect(line.nextTime).toBe(Infinity);
  line.add(50_000, 1, 2);
  expect(line.nextTime).toBe(50_010);
});
