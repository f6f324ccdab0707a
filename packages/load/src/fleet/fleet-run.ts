import type { Microseconds } from "@fieldbook/kernel";
import type { ConnectionTotals } from "./connections.ts";
import type { DeviceStateName } from "./device-state.ts";
import type { FleetNote } from "./fleet-log.ts";
import type { FleetSeries } from "./fleet-series.ts";
import type { RolloutOutcome } from "./rollout.ts";
import type { SampledMessage } from "./telemetry.ts";

/** Something that every run must show, checked when it ends. */
export interface FleetInvariant {
  readonly says: string;
  readonly holds: boolean;
  /** The figures on both sides. */
  readonly figures: string;
}

/** What a run of a fleet leaves. Times are µs from the start unless a name says otherwise. */
export interface FleetRun {
  readonly series: FleetSeries;
  readonly resolution: Microseconds;
  readonly duration: Microseconds;
  readonly totals: Readonly<ConnectionTotals> & { readonly served: number; readonly swept: number };
  readonly inState: Readonly<Record<DeviceStateName, number>>;
  readonly notes: readonly FleetNote[];
  /** Since when times to reconnect count: the end of the last planned fault, or the start. */
  readonly reconnectSince: Microseconds;
  /** One value, in ms and ascending, a device that was cut off at any time; Infinity for those not yet back. */
  readonly timesToReconnect: Float64Array;
  readonly peakExpired: number;
  readonly rollout: RolloutOutcome | undefined;
  readonly telemetry: { readonly sent: number; readonly taken: number; readonly lost: number } | undefined;
  readonly messages: readonly SampledMessage[];
  readonly invariants: readonly FleetInvariant[];
  /** 16 hexadecimal digits over every event in order. */
  readonly traceHash: string;
  readonly events: number;
}

/**
 * Seconds after which `percent` % of the devices that were cut off were ready again, by the nearest rank; Infinity when
 * that many never were; undefined when none was cut off.
 *
 * @param percent above 0, at most 100
 */
export function reconnectPercentile(run: FleetRun, percent: number): number | undefined {
  const { timesToReconnect: times } = run;
  if (times.length === 0) return undefined;
  return times[Math.max(0, Math.ceil((percent / 100) * times.length) - 1)]! / 1_000;
}

/** How many of the devices that were cut off were ready within `seconds` after `reconnectSince`. */
export function reconnectedWithin(run: FleetRun, seconds: number): number {
  const bound = seconds * 1_000;
  let [low, high] = [0, run.timesToReconnect.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run.timesToReconnect[middle]! <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
