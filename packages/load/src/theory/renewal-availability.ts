import { checkNotNegative, checkPositive, checkShare, decay } from "./ranges.ts";
import { enoughAnswered } from "./fan-out.ts";

/** One part that fails and is repaired in turn; both times are independent, in one unit. */
export interface RenewalPart {
  readonly meanTimeToFailure: number;
  readonly meanTimeToRepair: number;
}

/**
 * The share of time that a part is up in the long run, MTTF / (MTTF + MTTR), whatever the distributions: by the theorem
 * of renewal and reward. Barlow and Proschan, "Mathematical Theory of Reliability" (1965); Ross, "Stochastic Processes",
 * 2nd edition (1996), section 3.4.
 *
 * @throws RangeError for times that are not positive
 */
export function renewalAvailability({ meanTimeToFailure, meanTimeToRepair }: RenewalPart): number {
  checkPositive("The mean time to failure", meanTimeToFailure);
  checkNotNegative("The mean time to repair", meanTimeToRepair);
  return meanTimeToFailure / (meanTimeToFailure + meanTimeToRepair);
}

/** Outages per unit of time in the long run: 1 / (MTTF + MTTR). */
export function outageRate({ meanTimeToFailure, meanTimeToRepair }: RenewalPart): number {
  checkPositive("The mean time to failure", meanTimeToFailure);
  checkNotNegative("The mean time to repair", meanTimeToRepair);
  return 1 / (meanTimeToFailure + meanTimeToRepair);
}

/**
 * P(up at time t) for a part that was up at 0, when both times are exponential: A + (1 − A) e^(−(1/MTTF + 1/MTTR) t).
 *
 * @param time at least 0
 */
export function availabilityAt(part: RenewalPart, time: number): number {
  checkNotNegative("The time", time);
  const steady = renewalAvailability(part);
  if (steady === 1) return 1;
  return steady + (1 - steady) * decay(-time * (1 / part.meanTimeToFailure + 1 / part.meanTimeToRepair));
}

/**
 * The variance of the share of time up within a long span, when both times are exponential: 2 λμ / ((λ + μ)³ T), with
 * λ = 1/MTTF and μ = 1/MTTR. Takács, "On Certain Sojourn Time Problems in the Theory of Stochastic Processes", Acta
 * Mathematica Hungarica 8 (1957). It says how far a month may be from the long run by chance alone.
 *
 * @param span T, many times as long as MTTF + MTTR
 */
export function varianceOfUptime(part: RenewalPart, span: number): number {
  checkPositive("The span", span);
  checkPositive("The mean time to failure", part.meanTimeToFailure);
  checkPositive("The mean time to repair", part.meanTimeToRepair);
  const failing = 1 / part.meanTimeToFailure;
  const repairing = 1 / part.meanTimeToRepair;
  return (2 * failing * repairing) / ((failing + repairing) ** 3 * span);
}

/**
 * The availability of a chain that needs all its parts, independent of each other: the product.
 *
 * @throws RangeError for an availability that is not from 0 to 1
 */
export function availabilityOfAll(availabilities: readonly number[]): number {
  let product = 1;
  for (const [index, availability] of availabilities.entries()) {
    checkShare(`Availability ${index + 1}`, availability);
    product *= availability;
  }
  return product;
}

/**
 * The availability of `copies` alike, independent of each other, of which `needed` have to be up.
 *
 * @throws RangeError for values out of range
 */
export const availabilityOfSome = (availability: number, copies: number, needed = 1): number =>
  enoughAnswered(availability, copies, needed);
