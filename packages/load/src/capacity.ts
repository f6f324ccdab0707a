import type { Microseconds } from "@fieldbook/kernel";

/** From `from` on every server works at `share` of its full speed: 1 is full speed, 0 stands still. */
export interface CapacityStep {
  readonly from: Microseconds;
  readonly share: number;
}

/**
 * When work that begins at `start` is done, if the speed changes on the way.
 *
 * Steps are known before the run, so the end is known at the start and nothing has to be rescheduled.
 *
 * @param work microseconds of service at full speed
 * @param steps in order of time, as `checkCapacity` demands; before the first one the speed is full
 * @returns whole microseconds, not before `start`
 */
export function finishTime(steps: readonly CapacityStep[], start: Microseconds, work: Microseconds): Microseconds {
  let at = start;
  let left = work;
  let share = 1;
  for (const step of steps) {
    if (step.from > at) {
      const done = (step.from - at) * share;
      if (done >= left) break;
      left -= done;
      at = step.from;
    }
    share = step.share;
  }
  return Math.round(at + (share === 1 ? left : left / share));
}

/**
 * @throws RangeError when steps are out of order, a share is negative, or the last share is 0: work would never end
 */
export function checkCapacity(steps: readonly CapacityStep[]): void {
  let before = -1;
  for (const { from, share } of steps) {
    if (!Number.isSafeInteger(from) || from <= before) {
      throw new RangeError(
        `Capacity steps go forward in whole µs; got one from ${String(from)} after ${String(before)}.`,
      );
    }
    if (!(share >= 0 && share < Infinity)) {
      throw new RangeError(`A share of capacity is 0 or more; got ${String(share)}.`);
    }
    before = from;
  }
  if (steps.at(-1)?.share === 0) {
    throw new RangeError("The last capacity step has share 0, so work would never end; add a step that restores it.");
  }
}
