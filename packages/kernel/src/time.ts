/**
 * Virtual time is a whole number of microseconds since the start of a run, kept in a JavaScript number: exact up to
 * 2^53 µs, about 285 years.
 */
export type Microseconds = number;

export const microsecondsPerMillisecond = 1_000;
export const microsecondsPerSecond = 1_000_000;

/** Whole microseconds in `count` milliseconds. */
export const milliseconds = (count: number): Microseconds => Math.round(count * microsecondsPerMillisecond);

/** Whole microseconds in `count` seconds. */
export const seconds = (count: number): Microseconds => Math.round(count * microsecondsPerSecond);
