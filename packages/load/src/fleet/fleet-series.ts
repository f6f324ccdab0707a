import type { Microseconds } from "@fieldbook/kernel";

/** Counted over each entry. */
export const fleetCounts = [
  "attempts",
  "connected",
  "refused",
  "vanished",
  "timedOut",
  "served",
  "wasted",
  "renewals",
  "failedRenewals",
  "updates",
] as const;

/** Taken at the end of each entry. */
export const fleetLevels = [
  "offline",
  "backOff",
  "connecting",
  "syncing",
  "ready",
  "degraded",
  "ill",
  "queue",
  "telemetryBacklog",
] as const;

/** Messages per second over each entry. */
export const fleetRates = ["telemetrySent", "telemetryTaken", "telemetryLost"] as const;

export type FleetCount = (typeof fleetCounts)[number];
export type FleetLevel = (typeof fleetLevels)[number];
export type FleetRate = (typeof fleetRates)[number];
type Column = FleetCount | FleetLevel | FleetRate;

/**
 * What operations would see, one value an entry of `resolution`:
 *
 * - attempts: begun; each ends as connected, refused (queue full), timedOut, or cut off by a fault
 * - vanished: attempts that met an outage or a dead uplink; they time out later
 * - served: connections set up by the front doors; wasted: those of them whose client had given up
 * - renewals and failedRenewals of credentials; updates: devices that finished applying the new generation
 * - the six states; ill: devices that run a generation that does not work; queue: attempts that wait at front doors
 */
export type FleetSeries = Readonly<Record<Column, Float64Array>>;

/** Writes the series. Hot counts are plain fields, emptied at the end of each entry. */
export class FleetRecorder {
  readonly series: FleetSeries;
  readonly resolution: Microseconds;
  readonly entries: number;
  attempts = 0;
  connected = 0;
  refused = 0;
  vanished = 0;
  timedOut = 0;
  served = 0;
  wasted = 0;
  renewals = 0;
  failedRenewals = 0;
  updates = 0;
  #entry = 0;

  constructor(duration: Microseconds, resolution: Microseconds) {
    this.resolution = resolution;
    this.entries = Math.ceil(duration / resolution);
    const series: Partial<Record<Column, Float64Array>> = {};
    for (const name of [...fleetCounts, ...fleetLevels, ...fleetRates]) series[name] = new Float64Array(this.entries);
    this.series = series as FleetSeries;
  }

  /** When the entry that is being written ends. */
  get entryEnds(): Microseconds {
    return (this.#entry + 1) * this.resolution;
  }

  get entry(): number {
    return this.#entry;
  }

  /** Closes the entry that is being written. */
  closeEntry(levels: Readonly<Record<FleetLevel, number>>, rates: Readonly<Record<FleetRate, number>>): void {
    const at = this.#entry;
    if (at >= this.entries) return;
    for (const name of fleetCounts) {
      this.series[name][at] = this[name];
      this[name] = 0;
    }
    for (const name of fleetLevels) this.series[name][at] = levels[name];
    for (const name of fleetRates) this.series[name][at] = rates[name];
    this.#entry += 1;
  }
}
