import { naturalLogarithm } from "@fieldbook/kernel";

const ln10 = Math.LN10;
/** ln √(2π). */
const lnRootTwoPi = 0.918_938_533_204_672_7;

/**
 * φ = −log₁₀ of the probability that a heartbeat comes even later than this, if the gaps between heartbeats are normally
 * distributed (Hayashibara et al. 2004, the definition of φ). φ = 3 means one wrong suspicion in a thousand.
 *
 * The tail of the normal distribution is its density times Mills' ratio R(z), and R(z) < 4 / (3z + √(z² + 8)) (Sampford,
 * Annals of Mathematical Statistics 24, 1953); with that bound for R the result is too low by at most 0.053, at z = 0,
 * and by less than 0.001 from z = 3 on. No exponential is needed.
 *
 * @param silence since the last heartbeat; `mean` and `deviation` of the gaps in the same unit, the deviation positive
 * @returns 0 while the heartbeat is not due, where φ would be at most 0.31
 */
export function suspicionLevel(silence: number, mean: number, deviation: number): number {
  const z = (silence - mean) / deviation;
  if (!(z > 0)) return 0;
  return ((z * z) / 2 + lnRootTwoPi + naturalLogarithm((3 * z + Math.sqrt(z * z + 8)) / 4)) / ln10;
}
