import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventQueue } from "./event-queue.ts";

describe("EventQueue", () => {
  it("pops in the order of (time, pushed first), as a sorted list would, with pops in between", () => {
    const steps = fc.array(fc.oneof(fc.nat({ max: 20 }), fc.constant("pop" as const)), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (script) => {
        const queue = new EventQueue<number>();
        const pending: { time: number; id: number }[] = [];
        for (const [id, step] of script.entries()) {
          if (step === "pop") {
            pending.sort((one, other) => one.time - other.time || one.id - other.id);
            expect(queue.pop()).toBe(pending.shift()?.id);
          } else {
            const time = queue.now + step;
            queue.push(time, id);
            pending.push({ time, id });
          }
          expect(queue.size).toBe(pending.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("keeps the order with thousands pending", () => {
    const queue = new EventQueue<number>();
    for (let id = 0; id < 5_000; id += 1) queue.push((id * 7_919) % 1_000, id);
    let last = { time: -1, id: -1 };
    for (let popped = queue.pop(); popped !== undefined; popped = queue.pop()) {
      const next = { time: queue.now, id: popped };
      expect(next.time > last.time || (next.time === last.time && next.id > last.id)).toBe(true);
      last = next;
    }
    expect(queue.nextTime).toBe(Infinity);
  });

  it("refuses the past and parts of a microsecond", () => {
    const queue = new EventQueue<string>();
    queue.push(10, "a");
    queue.pop();
    expect(() => queue.push(9, "b")).toThrow(/not before 10; got 9/);
    expect(() => queue.push(10.5, "b")).toThrow(RangeError);
    expect(() => queue.push(NaN, "b")).toThrow(RangeError);
  });
});
