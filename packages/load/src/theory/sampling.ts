import { naturalLogarithm } from "@fieldbook/kernel";
import { checkCount, harmonicNumber, shareToThe } from "./ranges.ts";

/**
 * How many units have to meet a defect that strikes each with probability `defect`, so that at least one does with
 * probability `confidence`: the least n with 1 − (1 − p)^n ≥ confidence. 299 for 1 % and 95 %.
 *
 * @param defect above 0, up to 1
 * @param confidence above 0 and below 1
 * @throws RangeError for values out of range
 */
export function unitsToMeet(defect: number, confidence: number): number {
  if (!(defect > 0 && defect <= 1))
    throw new RangeError(`A defect strikes a share above 0 and up to 1; got ${defect}.`);
  checkConfidence(confidence);
  if (defect === 1) return 1;
  return Math.ceil(naturalLogarithm(1 - confidence) / logarithmOfRest(defect));
}

/**
 * The greatest share of defects that is consistent with none among `units`: 1 − (1 − confidence)^(1/n). For 95 % about 3/n,
 * the rule of three: Hanley and Lippman-Hand, "If Nothing Goes Wrong, Is Everything All Right?", JAMA 249 (1983).
 *
 * @param units a whole number, at least 1
 * @param confidence above 0 and below 1; 0.95 when absent
 * @throws RangeError for values out of range
 */
export function mostDefectsWithoutOne(units: number, confidence = 0.95): number {
  checkCount("The number of units", units, 1);
  checkConfidence(confidence);
  return 1 - shareToThe(1 - confidence, 1 / units);
}

/**
 * The mean number of draws, each as likely from `kinds`, until every kind was drawn: n (1 + 1/2 + … + 1/n). The coupon
 * collector's problem: Feller, "An Introduction to Probability Theory and Its Applications", volume 1, section IX.3.
 *
 * @param kinds a whole number, at least 1
 * @throws RangeError for other values
 */
export function drawsToSeeAll(kinds: number): number {
  checkCount("The number of kinds", kinds, 1);
  return kinds * harmonicNumber(kinds);
}

/**
 * The mean number of kinds that were drawn at least once in `draws`: n (1 − (1 − 1/n)^m).
 *
 * @throws RangeError for values out of range
 */
export function kindsSeen(kinds: number, draws: number): number {
  checkCount("The number of kinds", kinds, 1);
  checkCount("The number of draws", draws);
  return kinds * (1 - (kinds === 1 && draws > 0 ? 0 : shareToThe(1 - 1 / kinds, draws)));
}

/** ln(1 − x); by its series for small x, whose digits 1 − x would lose. */
function logarithmOfRest(x: number): number {
  if (x > 1e-4) return naturalLogarithm(1 - x);
  return -x * (1 + x * (1 / 2 + x * (1 / 3 + x / 4)));
}

function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`The confidence is above 0 and below 1; got ${String(confidence)}.`);
  }
}
