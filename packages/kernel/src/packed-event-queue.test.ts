import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventQueue } from "./event-queue.ts";
import { PackedEventQueue } from "./packed-event-queue.ts";
import { keyedRandom } from "./random.ts";

const farthest = Number.MAX_SAFE_INTEGER;

describe("PackedEventQueue", () => {
  it("pops what EventQueue pops, whatever the times and whenever the next time is asked for", () => {
    const wait = fc.oneof(
      fc.nat({ max: 3 }),
      fc.nat({ max: 1_000 }),
      fc.nat({ max: 100_000_000 }),
      fc.nat({ max: 20_000_000_000_000 }),
    );
    const steps = fc.array(fc.oneof(wait, wait, fc.constantFrom("pop" as const, "next" as const)), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (script) => {
        const packed = new PackedEventQueue();
        const known = new EventQueue<number>();
        for (const [id, step] of script.entries()) {
          if (step === "next") {
            expect(packed.nextTime).toBe(known.nextTime);
          } else if (step === "pop") {
            const item = known.pop();
            expect(packed.pop()).toBe(item !== undefined);
            if (item !== undefined)
              expect([packed.time, packed.code, packed.data]).toEqual([known.now, item, item - 1_000]);
          } else {
            packed.push(known.now + step, id, id - 1_000);
            known.push(known.now + step, id);
          }
          expect(packed.size).toBe(known.size);
        }
        for (let item = known.pop(); item !== undefined; item = known.pop()) {
          expect(packed.pop()).toBe(true);
          expect([packed.time, packed.code]).toEqual([known.now, item]);
        }
        expect(packed.pop()).toBe(false);
        expect(packed.nextTime).toBe(Infinity);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps the order with 200,000 pending, many of them at one time", () => {
    const random = keyedRandom(7);
    const packed = new PackedEventQueue();
    const known = new EventQueue<number>();
    const push = (id: number): void => {
      const time = known.now + random.below(id % 3 === 0 ? 10 : 400_000_000, 1, id);
      packed.push(time, 0, id);
      known.push(time, id);
    };
    for (let id = 0; id < 200_000; id += 1) push(id);
    let same = true;
    for (let id = 200_000; id < 400_000; id += 1) {
      same = packed.pop() && packed.data === known.pop() && packed.time === known.now && same;
      push(id);
    }
    expect(same).toBe(true);
    expect(packed.bytes / packed.size).toBeLessThan(80);
  });

  it("keeps the same order in room made beforehand, and grows past it", () => {
    const random = keyedRandom(3);
    const grown = new PackedEventQueue();
    const roomy = new PackedEventQueue(1_000);
    const { bytes } = roomy;
    const pushBoth = (id: number): void => {
      const time = grown.time + random.below(5_000_000, 1, id);
      grown.push(time, id, -id);
      roomy.push(time, id, -id);
    };
    for (let id = 0; id < 1_000; id += 1) pushBoth(id);
    expect(roomy.bytes).toBe(bytes);
    for (let id = 1_000; id < 50_000; id += 1) pushBoth(id);
    expect(roomy.bytes).toBeGreaterThan(bytes);
    while (grown.pop()) {
      expect(roomy.pop()).toBe(true);
      if (roomy.time !== grown.time || roomy.code !== grown.code) expect(roomy.code).toBe(grown.code);
    }
    expect(roomy.size).toBe(0);
  });

  it("takes an event at the last time there is, and one after it at the same time", () => {
    const queue = new PackedEventQueue();
    queue.push(farthest, 1, 0);
    queue.push(0, 2, 0);
    const codes: number[] = [];
    while (queue.pop()) {
      codes.push(queue.code);
      if (queue.code === 1) queue.push(farthest, 3, 0);
    }
    expect(codes).toEqual([2, 1, 3]);
    expect(queue.time).toBe(farthest);
  });

  it("refuses the past, parts of a microsecond, and payloads that do not fit", () => {
    const queue = new PackedEventQueue();
    queue.push(10, 0, 0);
    queue.pop();
    expect(() => queue.push(9, 0, 0)).toThrow(/not before 10; got 9/);
    expect(() => queue.push(10.5, 0, 0)).toThrow(RangeError);
    expect(() => queue.push(NaN, 0, 0)).toThrow(RangeError);
    expect(() => queue.push(10, 0.5, 0)).toThrow(/32 bits; got 0.5 and 0/);
    expect(() => queue.push(10, 0, 2 ** 31)).toThrow(RangeError);
    expect(queue.size).toBe(0);
  });
});
