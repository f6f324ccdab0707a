import { naturalExponential, naturalLogarithm } from "@fieldbook/kernel";

/** @throws RangeError when the value is not finite and above 0 */
export function checkPositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} is above 0; got ${String(value)}.`);
}

/** @throws RangeError when the value is not finite and at least 0 */
export function checkNotNegative(name: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) throw new RangeError(`${name} is 0 or more; got ${String(value)}.`);
}

/** @throws RangeError when the value is not from 0 to 1 */
export function checkShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} is from 0 to 1; got ${String(value)}.`);
}

/** @throws RangeError when the value is not from 0 to less than 1 */
export function checkShareBelowOne(name: string, value: number): void {
  if (!(value >= 0 && value < 1)) throw new RangeError(`${name} is from 0 to less than 1; got ${String(value)}.`);
}

/** @throws RangeError when the value is not a whole number from `least` to 2^53 − 1 */
export function checkCount(name: string, value: number, least = 0): void {
  if (!(Number.isSafeInteger(value) && value >= least)) {
    throw new RangeError(`${name} is a whole number, at least ${least}; got ${String(value)}.`);
  }
}

/** @throws RangeError when the work offered is as much as can be done, or more: the queue grows without end */
export function checkSteady(utilisation: number): void {
  if (!(utilisation < 1)) {
    const percent = Math.round(utilisation * 1_000) / 10;
    throw new RangeError(
      `There is no steady state: the work offered is ${percent} % of what can be done. Offer less, serve faster or bound the queue.`,
    );
  }
}

/** e^x for x up to 0; 0 where it is too small for a number. */
export const decay = (x: number): number => (x < -700 ? 0 : naturalExponential(Math.min(0, x)));

/** base^exponent for a base from 0 to 1 and an exponent of at least 0; 0 where it is too small for a number. */
export function shareToThe(base: number, exponent: number): number {
  if (exponent === 0 || base === 1) return 1;
  // The logarithm takes no subnormal numbers; any power that matters of these is 0.
  return base < 1e-300 ? (exponent === 1 ? base : 0) : decay(exponent * naturalLogarithm(base));
}

/** 1 + 1/2 + … + 1/n, summed from the small end. O(n) */
export function harmonicNumber(count: number): number {
  checkCount("The number of terms", count);
  let sum = 0;
  for (let term = count; term >= 1; term -= 1) sum += 1 / term;
  return sum;
}
