import { meanOf } from "@fieldbook/kernel";
import type { Distribution, Microseconds } from "@fieldbook/kernel";
import type { CapacityStep } from "./capacity.ts";
import { checkCapacity } from "./capacity.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import type { ServiceOrder } from "./waiting-line.ts";

/** Servers behind one waiting line. */
export interface StationModel {
  readonly servers: number;
  /** The demand of one attempt: how long one server at full speed works on it. */
  readonly service: Distribution;
  /** How many attempts may wait, beside those in service; one more is rejected at once. May be Infinity. */
  readonly queueBound: number;
  readonly order: ServiceOrder;
  /** Changes of speed, in order of time; empty for full speed throughout. */
  readonly capacity: readonly CapacityStep[];
  /**
   * True when a request carries its deadline and the server drops, unserved, what its client no longer waits for.
   * False is the common case: the server does not know that the client gave up, and does the work.
   */
  readonly dropsExpired: boolean;
}

export interface ClientModel {
  /** How long a client waits for one attempt. May be Infinity. */
  readonly timeout: Microseconds;
  readonly retry: RetryPolicy;
}

/** An open system: requests arrive whatever state the service is in. */
export interface ServiceModel {
  /** The time between two requests: exponential for Poisson arrivals, constant for a metronome. */
  readonly interarrival: Distribution;
  readonly station: StationModel;
  readonly clients: ClientModel;
  readonly duration: Microseconds;
}

/** @throws RangeError that names the field, what it takes and what came */
export function checkServiceModel({ interarrival, station, clients, duration }: ServiceModel): void {
  const demand = (holds: boolean, field: string, expected: string, came: number): void => {
    if (!holds) throw new RangeError(`${field} is ${expected}; got ${String(came)}.`);
  };
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  demand(meanOf(interarrival) > 0, "interarrival", "a distribution whose mean is above 0 µs", meanOf(interarrival));
  demand(isCount(duration) && duration > 0, "duration", "a whole number of µs above 0", duration);
  demand(isCount(station.servers) && station.servers > 0, "servers", "a whole number above 0", station.servers);
  demand(
    isCount(station.queueBound) || station.queueBound === Infinity,
    "queueBound",
    "a whole number, 0 or more, or Infinity",
    station.queueBound,
  );
  demand(
    (isCount(clients.timeout) && clients.timeout > 0) || clients.timeout === Infinity,
    "timeout",
    "a whole number of µs above 0, or Infinity",
    clients.timeout,
  );
  demand(isCount(clients.retry.retries), "retries", "a whole number, 0 or more", clients.retry.retries);
  checkCapacity(station.capacity);
}
