import type { ServiceRun } from "@fieldbook/load";
import { finalSeconds } from "./retry-storm-model.ts";
import type { RetryStormValues } from "./retry-storm-parameters.ts";

/** Goodput counts as recovered from this share of the offered load on. */
const recoveredShare = 0.95;

/** Rates that vary from second to second are judged over this many seconds at a time. */
const windowSeconds = 10;

export interface RetryStormOutcome {
  /** Requests/s over the last `finalSeconds`. */
  readonly offered: number;
  readonly goodput: number;
  readonly recovers: boolean;
  /** Share of the attempts served in the last `finalSeconds` whose client had given up, in %; 0 when none was served. */
  readonly wastedShare: number;
  /** From the end of the dip until goodput is back for `windowSeconds`; undefined when it never is within the run. */
  readonly secondsToRecover: number | undefined;
  /** Attempts per request over the last `finalSeconds`; 1 when nothing was offered. */
  readonly amplification: number;
  /** The most attempts per request in any `windowSeconds`. */
  readonly peakAmplification: number;
}

export function outcomeOf(values: RetryStormValues, { series }: ServiceRun): RetryStormOutcome {
  const from = values.duration - finalSeconds;
  const inFinal = (column: Float64Array): number => sum(column, from, values.duration);
  const goodput = inFinal(series.goodput);
  const wasted = inFinal(series.wasted);
  const offered = inFinal(series.offered);
  return {
    offered: offered / finalSeconds,
    goodput: goodput / finalSeconds,
    recovers: goodput >= recoveredShare * offered,
    wastedShare: wasted === 0 ? 0 : (100 * wasted) / (wasted + goodput),
    secondsToRecover: secondsToRecover(values, series.goodput, series.offered),
    amplification: offered === 0 ? 1 : inFinal(series.attempts) / offered,
    peakAmplification: peakAmplification(series.attempts, series.offered),
  };
}

function secondsToRecover(values: RetryStormValues, goodput: Float64Array, offered: Float64Array): number | undefined {
  const dipEnd = values.calmSeconds + values.dipSeconds;
  for (let second = dipEnd; second + windowSeconds <= values.duration; second += 1) {
    const good = sum(goodput, second, second + windowSeconds);
    if (good >= recoveredShare * sum(offered, second, second + windowSeconds)) return second - dipEnd;
  }
  return undefined;
}

function peakAmplification(attempts: Float64Array, offered: Float64Array): number {
  let peak = 1;
  for (let second = 0; second + windowSeconds <= offered.length; second += 1) {
    const requests = sum(offered, second, second + windowSeconds);
    if (requests > 0) peak = Math.max(peak, sum(attempts, second, second + windowSeconds) / requests);
  }
  return peak;
}

function sum(column: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let index = from; index < to; index += 1) total += column[index]!;
  return total;
}
