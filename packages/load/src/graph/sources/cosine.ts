const terms = 10;

/** cos(2π·turns), the same bit for bit on every engine (see kernel's `naturalLogarithm`); error below 10^−15. */
export function cosineOfTurn(turns: number): number {
  const part = Math.abs(turns - Math.round(turns));
  // Half a turn is a change of sign; beyond an eighth the series of the sine converges faster.
  if (part > 0.25) return -cosineOfTurn(0.5 - part);
  if (part <= 0.125) return series(2 * Math.PI * part, 0);
  const angle = 2 * Math.PI * (0.25 - part);
  return angle * series(angle, 1);
}

/** Σ (−1)^k x^2k / (2k + odd)!: the cosine for 0, the sine over x for 1. */
function series(x: number, odd: 0 | 1): number {
  let sum = 1;
  for (let k = terms; k >= 1; k -= 1) sum = 1 - (x * x * sum) / ((2 * k + odd) * (2 * k - 1 + odd));
  return sum;
}
