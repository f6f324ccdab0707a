import { milliseconds } from "@fieldbook/kernel";
import type { Microseconds } from "@fieldbook/kernel";

/**
 * How far two stopwatches that began with the run, or one of them and true time, are apart at most after this long: each
 * drifts by 200 parts per million at most, and a millisecond is for rounding and the steps of one event.
 */
export const driftedApart = (time: Microseconds): Microseconds => milliseconds(1) + Math.ceil(time * 400e-6);
