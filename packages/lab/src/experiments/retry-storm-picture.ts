import type { ServiceRun } from "@fieldbook/load";
import { percentile } from "@fieldbook/load";
import type { Series, TimeSeriesPicture } from "../picture.ts";
import { outcomeOf } from "./retry-storm-outcome.ts";
import type { RetryStormOutcome } from "./retry-storm-outcome.ts";
import type { RetryStormValues } from "./retry-storm-parameters.ts";

/** A run with the values that it came from. */
export interface RetryStormRun {
  readonly values: RetryStormValues;
  readonly run: ServiceRun;
}

/** Goodput, attempts and queue length by the second; what the run is held against in grey behind it. */
export function retryStormPicture(
  shown: RetryStormRun,
  against: (RetryStormRun & { readonly name: string }) | undefined,
): TimeSeriesPicture {
  const { values, run } = shown;
  const { offered, capacity, timeoutMs, calmSeconds, dipSeconds, dipCapacity } = values;
  const panel = (
    title: string,
    unit: string,
    column: "goodput" | "attempts" | "queueLength",
    reference: { readonly label: string; readonly value: number },
  ): TimeSeriesPicture["panels"][number] => {
    const series: Series[] = [
      { label: reference.label, role: "reference", values: Array.from(run.series[column], () => reference.value) },
      { label: title.toLowerCase(), role: "run", values: Array.from(run.series[column]) },
    ];
    if (against !== undefined) {
      series.unshift({ label: against.name, role: "control", values: Array.from(against.run.series[column]) });
    }
    return { title, unit, series };
  };
  return {
    kind: "time-series",
    x: Array.from(run.series.offered, (_, second) => second),
    panels: [
      panel("Goodput", "requests/s", "goodput", { label: "offered", value: offered }),
      panel("Attempts", "attempts/s", "attempts", { label: "capacity", value: capacity }),
      panel("Queue", "attempts", "queueLength", {
        label: "served within the timeout",
        value: (capacity * timeoutMs) / 1_000,
      }),
    ],
    spans:
      dipSeconds === 0
        ? []
        : [
            {
              from: calmSeconds,
              to: calmSeconds + dipSeconds,
              label: `capacity ${String(dipCapacity)} of ${String(capacity)} requests/s`,
            },
          ],
    says:
      capitalised(describe(values, run)) +
      (against === undefined ? "" : ` ${capitalised(against.name)}: ${describe(against.values, against.run)}`),
  };
}

/** The outcome of a run in one sentence, which serves as the verdict's words too. */
export function describeOutcome(outcome: RetryStormOutcome): string {
  const rates = `goodput in the last minute is ${outcome.goodput.toFixed(1)} of ${outcome.offered.toFixed(1)} requests/s offered`;
  const wasted = `${outcome.wastedShare.toFixed(0)} % of the work served then is for clients who had given up`;
  const recovery =
    outcome.secondsToRecover === undefined
      ? "it does not come back within the run"
      : `it was back ${String(outcome.secondsToRecover)} s after the dip`;
  return `${rates}; ${recovery}; ${wasted}.`;
}

function describe(values: RetryStormValues, run: ServiceRun): string {
  const latency = percentile(run.latencies, 99);
  const ofAnswers =
    latency === undefined ? "" : ` 99 % of the answers in time took at most ${(latency / 1_000).toFixed(0)} ms.`;
  return describeOutcome(outcomeOf(values, run)) + ofAnswers;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
