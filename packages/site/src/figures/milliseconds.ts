/** Virtual microseconds as figures write them: milliseconds with one digit. */
export const milliseconds = (time: number): string => (time / 1_000).toFixed(1);
