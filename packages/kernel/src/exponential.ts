import { naturalLogarithm } from "./logarithm.ts";

const scratch = new DataView(new ArrayBuffer(8));
/** ln 2 in two parts; the first has so few digits that its product with a small whole number is exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
const terms = 14;

/**
 * e^x, the same bit for bit on every engine: ECMAScript leaves `Math.exp` to the engine, see `naturalLogarithm`.
 * x = k·ln 2 + r with |r| ≤ ½ ln 2, then the series of e^r. Error below 2 units in the last place.
 *
 * @param x from −700 to 700
 * @throws RangeError for any other x
 */
export function naturalExponential(x: number): number {
  if (!(x >= -700 && x <= 700)) throw new RangeError(`The exponential takes −700 to 700; got ${String(x)}.`);
  const k = Math.round(x / Math.LN2);
  const rest = x - k * ln2High - k * ln2Low;
  let sum = 1;
  for (let term = terms; term >= 1; term -= 1) sum = 1 + (rest * sum) / term;
  scratch.setUint32(0, (k + 1023) << 20);
  scratch.setUint32(4, 0);
  return sum * scratch.getFloat64(0);
}

/**
 * base^exponent for a positive base, the same bit for bit on every engine. The relative error grows with the size of the
 * logarithm of the result; below 10^−13 for results between 10^−60 and 10^60.
 *
 * @throws RangeError where the base is not positive or the result is beyond e^±700
 */
export const power = (base: number, exponent: number): number => naturalExponential(exponent * naturalLogarithm(base));
