import { normalQuantile } from "../graph/durations/normal-quantile.ts";

/** Up to here the distribution is summed exactly; beyond, its expansion is right to about 10^−11. */
const exactUpTo = 200;
const halvings = 4;
const arctangentTerms = 15;

/** From the four operations and square roots alone, so that it is the same on every engine. @param x at least 0 */
function arctangent(x: number): number {
  let reduced = x;
  // arctan x = 2 arctan(x / (1 + √(1 + x²))); four times make it smaller than 0.1.
  for (let step = 0; step < halvings; step += 1) reduced /= 1 + Math.sqrt(1 + reduced * reduced);
  const square = reduced * reduced;
  let sum = 0;
  for (let term = arctangentTerms; term >= 1; term -= 2) sum = 1 / term - square * sum;
  return 2 ** halvings * reduced * sum;
}

/**
 * P(|T| ≤ t) for Student's t: Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4.
 *
 * @param t at least 0
 * @param freedom degrees of freedom: a whole number, at least 1; the sum has half as many terms
 * @throws RangeError for another t or another number of degrees
 */
export function studentTCentralProbability(t: number, freedom: number): number {
  checkFreedom(freedom);
  if (!(t >= 0)) throw new RangeError(`t is 0 or more; got ${String(t)}.`);
  if (t === Infinity) return 1;
  const root = Math.sqrt(freedom + t * t);
  const sine = t / root;
  const cosine = Math.sqrt(freedom) / root;
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (arctangent(t / Math.sqrt(freedom)) + sine * sum) : sine * sum;
}

/**
 * The value below which Student's t lies with the given probability: Student, "The Probable Error of a Mean",
 * Biometrika 6 (1908). Up to 200 degrees of freedom by bisection of the exact sum, beyond by the expansion of Abramowitz
 * and Stegun 26.7.5. Relative error below 10^−9.
 *
 * @param probability from 0.0001 to 0.9999; 0.975 for a two-sided 95 % interval
 * @param freedom degrees of freedom: a whole number, at least 1
 * @throws RangeError for another probability or another number of degrees
 */
export function studentTQuantile(probability: number, freedom: number): number {
  checkFreedom(freedom);
  if (!(probability >= 0.0001 && probability <= 0.9999)) {
    throw new RangeError(`A probability from 0.0001 to 0.9999 is needed; got ${String(probability)}.`);
  }
  if (probability < 0.5) return -studentTQuantile(1 - probability, freedom);
  if (probability === 0.5) return 0;
  if (freedom > exactUpTo) return expansion(normalQuantile(probability), freedom);
  const wanted = 2 * probability - 1;
  let low = 0;
  let high = 1;
  while (studentTCentralProbability(high, freedom) < wanted) {
    low = high;
    high *= 2;
  }
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (studentTCentralProbability(middle, freedom) < wanted) low = middle;
    else high = middle;
  }
}

function expansion(z: number, freedom: number): number {
  const square = z * z;
  const first = (z * (square + 1)) / 4;
  const second = (z * ((5 * square + 16) * square + 3)) / 96;
  const third = (z * (((3 * square + 19) * square + 17) * square - 15)) / 384;
  const fourth = (z * ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945)) / 92_160;
  return z + (first + (second + (third + fourth / freedom) / freedom) / freedom) / freedom;
}

function checkFreedom(freedom: number): void {
  if (!(Number.isSafeInteger(freedom) && freedom >= 1)) {
    throw new RangeError(`Degrees of freedom are a whole number, at least 1; got ${String(freedom)}.`);
  }
}
