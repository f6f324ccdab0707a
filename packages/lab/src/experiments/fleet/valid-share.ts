/**
 * The share of devices whose credential is still valid some time after renewals stopped, for a fleet that has run long.
 *
 * A device renews at a share R of the lifetime, uniform from a to b. The age of a credential at a moment chosen at
 * random then has the density P(R > age) / E(R) (renewal theory), and it is valid t later if its age is below 1 − t. Where a = b
 * this is piecewise linear: all until 1 − a, none from 1 on, a straight line between.
 *
 * @param time since renewals stopped, as a share of the lifetime
 * @param renewAt [a, b], shares of the lifetime
 */
export function validShare(time: number, [a, b]: readonly [number, number]): number {
  const age = Math.max(0, 1 - time);
  const mean = (a + b) / 2;
  if (age >= b) return 1;
  if (age <= a) return age / mean;
  const past = age - a;
  return (a + past - (past * past) / (2 * (b - a))) / mean;
}
