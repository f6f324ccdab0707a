import { describe, expect, it } from "vitest";
import { EventQueue } from "./event-queue.ts";
import { PendingEvents } from "./pending-events.ts";
import { keyedRandom } from "./random.ts";

describe("PendingEvents", () => {
  it.each([3, 31, 32, 33, 500])("gives %i and more events in the order of the plain queue, equal times too", (most) => {
    const random = keyedRandom(most);
    const plain = new EventQueue<number>();
    const events = new PendingEvents();
    let pushed = 0;
    const push = (): void => {
      // Few different times, so that many are equal.
      const time = events.time + random.below(9, 1, pushed);
      plain.push(time, pushed);
      events.push(time, pushed & 7, pushed);
      pushed += 1;
    };
    for (let round = 0; round < 5_000; round += 1) {
      if (events.size < most && random.below(2, 2, round) === 0) push();
      else if (events.size > 0) {
        const expected = plain.pop();
        expect(events.pop()).toBe(true);
        expect([events.time, events.code, events.data]).toEqual([plain.now, events.data & 7, expected]);
      }
      expect(events.size).toBe(plain.size);
    }
  });

  it("says when none is left", () => {
    const events = new PendingEvents();
    expect(events.pop()).toBe(false);
    events.push(5, 1, 2);
    expect([events.pop(), events.pop()]).toEqual([true, false]);
  });

  it.each([4, NaN, 5.5, -1])("refuses the time %s after 5", (time) => {
    const events = new PendingEvents();
    events.push(5, 0, 0);
    events.pop();
    expect(() => events.push(time, 0, 0)).toThrow("whole number of µs, not before 5");
  });
});
