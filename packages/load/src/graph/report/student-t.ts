/** The 97.5th percentiles of Student's t for 1 to 30 degrees of freedom. */
const small = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
  2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
];
const z = 1.959963984540054;

/**
 * How many standard errors a two-sided 95 % interval reaches from the mean: Student's t. From a table for up to 30
 * degrees of freedom, beyond by the expansion of Abramowitz and Stegun 26.7.5, which is right to 10^−5 there.
 *
 * @param freedom a whole number, at least 1
 */
export function studentT95(freedom: number): number {
  const known = small[freedom - 1];
  if (known !== undefined) return known;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + first / freedom + second / freedom ** 2;
}
