import type { Microseconds } from "@fieldbook/kernel";
import type { FrontDoorModel } from "./front-door.ts";
import type { ReconnectPolicy } from "./reconnect-policy.ts";

/** A fleet of access points that a cloud manages, and what happens to it. Times are µs from the start of the run. */
export interface FleetModel {
  readonly devices: number;
  readonly duration: Microseconds;
  /** The length of one entry of the series; one second when absent. */
  readonly resolution?: Microseconds;
  readonly sites: SiteModel;
  readonly cloud: CloudModel;
  readonly device: DeviceModel;
  readonly faults?: readonly FleetFault[];
  /** Without it devices need no credential. */
  readonly credentials?: CredentialModel;
  readonly rollout?: RolloutModel;
  readonly telemetry?: TelemetryModel;
}

/** Devices of a site share its power and its uplink, and one cell serves them. */
export interface SiteModel {
  /** The last site may have fewer. */
  readonly devicesPerSite: number;
  /** Failures by chance, each site for itself: exponential times up and down. Without it only `faults` happen. */
  readonly power?: FailureTimes;
  readonly uplink?: FailureTimes;
}

export interface FailureTimes {
  readonly meanTimeBetween: Microseconds;
  readonly meanTimeToRepair: Microseconds;
}

/** Regions of cells; sites are dealt out to the cells in turn. */
export interface CloudModel {
  readonly regions: number;
  readonly cellsPerRegion: number;
  /** Of each cell. */
  readonly frontDoor: FrontDoorModel;
}

export interface DeviceModel {
  /** A device that loses the cloud notices within this time, each moment as likely. */
  readonly noticesWithin: Microseconds;
  /** How long it waits for one attempt. */
  readonly clientTimeout: Microseconds;
  /** From connected to ready: the device compares and fetches its configuration. */
  readonly syncTime: Microseconds;
  /** From power to the first attempt, each moment as likely. */
  readonly bootTime: readonly [Microseconds, Microseconds];
  readonly retry: ReconnectPolicy;
}

/** Faults begin at `from` and end at `to`. */
export type FleetFault =
  /** The front doors of all cells, or of one region, answer nothing; connections there are lost. */
  | { readonly kind: "outage"; readonly from: Microseconds; readonly to: Microseconds; readonly region?: number }
  /** A share of the sites, drawn by chance, has no power or no uplink. */
  | {
      readonly kind: "power" | "uplink";
      readonly from: Microseconds;
      readonly to: Microseconds;
      readonly share: number;
    }
  /**
   * Credentials can not be renewed: by any device, or by those of one region that a partition keeps from the issuer.
   * With `noticed` in place of `to`, people notice when a number of renewals has failed, and mend it in a fixed time.
   */
  | {
      readonly kind: "issuer";
      readonly from: Microseconds;
      readonly to: Microseconds | { readonly failedRenewals: number; readonly repair: Microseconds };
      readonly region?: number;
    };

export interface CredentialModel {
  readonly lifetime: Microseconds;
  /** A renewal is due at a share of the lifetime, each value from the first to the second as likely. */
  readonly renewAt: readonly [number, number];
  /** When the credentials that the run starts with were issued: long running, or all in the span before the start. */
  readonly issued: { readonly kind: "steady" } | { readonly kind: "within"; readonly span: Microseconds };
  readonly retry: ReconnectPolicy;
  /** Renewals that the issuer can serve in a second, in the order in which they come; without it any number. */
  readonly renewalsPerSecond?: number;
}

/** A new generation of firmware or configuration, given to the fleet in waves of whole devices. */
export interface RolloutModel {
  /** Firmware restarts the device, which then comes back through the front door. */
  readonly kind: "firmware" | "configuration";
  readonly at: Microseconds;
  /** Devices in each wave; together at most the fleet. What is left keeps the old generation. */
  readonly waves: readonly number[];
  /** A wave's devices begin within this time, each moment as likely. */
  readonly waveWithin: Microseconds;
  /** Download and restart, or applying; each moment as likely. */
  readonly applyTime: readonly [Microseconds, Microseconds];
  /** The probability that the new generation does not work on a device. */
  readonly defect: number;
  /** From applied until the device's health is known. */
  readonly healthAfter: Microseconds;
  /** From the last health report of a wave to the next wave. */
  readonly soak: Microseconds;
  /** The rollout halts when this many devices were reported ill; without it nothing halts it. */
  readonly haltAt?: number;
  /** What a halt does to the devices that have the new generation. */
  readonly onHalt: "stop" | "roll-back";
  /** A device that does not work returns to its previous generation by itself after this time. */
  readonly fallBackAfter?: Microseconds;
}

export interface TelemetryModel {
  /** Between two messages of a ready device. */
  readonly interval: Microseconds;
  /** Spread over the interval, or all at the same time, as a common time reference makes them. */
  readonly phase: "spread" | "aligned";
  /** Messages that a cell takes in a second. */
  readonly ingestPerSecond: number;
  /** Messages that a cell keeps while it can not take them in; what is more is lost. */
  readonly buffer: number;
  /** Devices whose messages are recorded one by one. */
  readonly sampledDevices: number;
}
