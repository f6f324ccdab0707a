import type { Tally } from "./campaign.ts";
import type { AgreesExpectation, DiffersExpectation, Expectation } from "./claim.ts";
import type { AnyExperiment } from "./experiment.ts";
import { metricText, writeFigures } from "./metric-text.ts";
import type { Interval } from "./statistics.ts";
import { meanInterval, runsForInterval, shareInterval } from "./statistics.ts";

/** Whether an expectation was met, with the finding in one sentence and its interval. */
export interface Judgement {
  readonly met: boolean;
  /** What was found, met or not: "violated in 101 of 2,000 runs (4.1 % to 6.1 %)". */
  readonly says: string;
  /** For a property: share of runs that violate it (95 %). For a metric: its mean (99 %). */
  readonly interval: Interval;
  /** The first seed worth looking at: one that violates the property; otherwise 1. */
  readonly shownSeed: number;
}

/** What must be decided in each run for an expectation. */
export const wantedProperties = (expectation: Expectation): readonly string[] =>
  "property" in expectation ? [expectation.property] : [];

/**
 * Holds an expectation against the tally of its campaign. An unknown verdict never counts as "holds".
 *
 * @throws RangeError when the tally covers another number of seeds than the expectation names
 */
export function judge(experiment: AnyExperiment, expectation: Expectation, tally: Tally): Judgement {
  if (tally.firstSeed !== 1 || tally.runs !== expectation.seeds) {
    throw new RangeError(`The expectation is over seeds 1 to ${count(expectation.seeds)}; the tally is not.`);
  }
  if (expectation.kind === "agrees" || expectation.kind === "differs")
    return judgeMetric(experiment, expectation, tally);
  const finding = describeProperty(tally, expectation.property);
  const property = tally.properties[expectation.property]!;
  const met = expectation.kind === "holds" ? property.holds === tally.runs : property.violated >= expectation.atLeast;
  return {
    met,
    says: finding,
    interval: shareInterval(property.violated, tally.runs),
    shownSeed: property.violatedSeeds[0] ?? property.unknownSeeds[0] ?? tally.firstSeed,
  };
}

/** "held in all 2,000 runs", "violated in 101 of 2,000 runs (4.1 % to 6.1 %)", with the unknown ones said. */
export function describeProperty(tally: Tally, property: string): string {
  const found = tally.properties[property];
  if (found === undefined) throw new RangeError(`The tally has nothing on "${property}".`);
  const unknown = found.unknown === 0 ? "" : `; unknown in ${count(found.unknown)}`;
  const runs = count(tally.runs);
  if (found.violated === 0) {
    const held = found.unknown === 0 ? `held in all ${runs} runs` : `held in ${count(found.holds)} of ${runs} runs`;
    const { high } = shareInterval(0, tally.runs);
    return `${held} (violated in at most ${percent(high)} % of all, 95 % confidence)${unknown}`;
  }
  const { low, high } = shareInterval(found.violated, tally.runs);
  const all = found.violated === tally.runs ? "all" : `${count(found.violated)} of`;
  return `violated in ${all} ${runs} runs (${percent(low)} % to ${percent(high)} %)${unknown}`;
}

function judgeMetric(
  experiment: AnyExperiment,
  expectation: AgreesExpectation | DiffersExpectation,
  tally: Tally,
): Judgement {
  const { metric, value } = expectation;
  const interval = meanInterval(tally.metrics[metric]!);
  const half = (interval.high - interval.low) / 2;
  const met =
    expectation.kind === "agrees"
      ? interval.low <= value && value <= interval.high && half <= expectation.within
      : value < interval.low - expectation.by || value > interval.high + expectation.by;
  const given = metricText(value, experiment.metrics[metric]!);
  return {
    met,
    says: `${describeMetric(experiment.metrics, tally, metric)}; ${expectation.formula} gives ${given}`,
    interval,
    shownSeed: tally.firstSeed,
  };
}

/** "mean availability 98.02 % (98.00 % to 98.04 %, 400 runs)". */
export function describeMetric(metrics: AnyExperiment["metrics"], tally: Tally, metric: string): string {
  const spec = metrics[metric];
  const moments = tally.metrics[metric];
  if (spec === undefined) throw new RangeError(`There is no metric "${metric}".`);
  if (moments === undefined) return `no run measured the ${spec.label}`;
  const few = moments.count < runsForInterval;
  const { low, high } = few ? { low: moments.mean, high: moments.mean } : meanInterval(moments);
  const written = writeFigures([moments.mean, low, high], spec);
  const unit = written.unit === "" ? "" : ` ${written.unit}`;
  const [mean, from, to] = written.texts;
  const found = `mean ${spec.label} ${mean!}${unit}`;
  if (few) return `${found} (${count(moments.count)} runs, too few for an interval)`;
  return `${found} (${from!} to ${to!}${unit}, 99 % confidence, ${count(moments.count)} runs)`;
}

/** 20000 → "20,000"; written out since `toLocaleString` differs between machines. */
export function count(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A share as percent: one digit after the point, more where the share or what is left of it is small. */
function percent(share: number): string {
  const value = share * 100;
  if (value === 0 || value === 100) return String(value);
  const rest = Math.min(value, 100 - value);
  return value.toFixed(rest >= 0.95 ? 1 : rest >= 0.095 ? 2 : 3);
}
