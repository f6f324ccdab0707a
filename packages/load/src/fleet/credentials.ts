import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { microsecondsPerSecond } from "@fieldbook/kernel";
import type { Agenda } from "./agenda.ts";
import { fleetEvent } from "./agenda.ts";
import type { Connections } from "./connections.ts";
import { deviceState } from "./device-state.ts";
import type { Devices } from "./devices.ts";
import type { FleetLog } from "./fleet-log.ts";
import type { CredentialModel, FleetFault } from "./fleet-model.ts";
import type { FleetRecorder } from "./fleet-series.ts";
import { fleetStreams } from "./fleet-streams.ts";
import { ReconnectWaits } from "./reconnect-policy.ts";

type IssuerFault = Extract<FleetFault, { kind: "issuer" }>;

/**
 * Credentials with a lifetime. A device asks for the next one at a share of the lifetime, and again and again when it
 * gets none. It keeps its session until the credential expires; then it only forwards until it has a new one.
 */
export class Credentials {
  readonly #model: CredentialModel;
  readonly #devices: Devices;
  readonly #agenda: Agenda;
  readonly #connections: Connections;
  readonly #recorder: FleetRecorder;
  readonly #log: FleetLog;
  readonly #random: KeyedRandom;
  readonly #waits: ReconnectWaits;
  readonly #expiresAt: Float64Array;
  readonly #expired: Uint8Array;
  readonly #failed: Uint8Array;
  readonly #renewals: Uint16Array;
  /** Faults that are on. */
  readonly #faults: { readonly fault: IssuerFault; failures: number }[] = [];
  #issuerFreeAt: Microseconds = 0;
  expiredCount = 0;
  /** The most devices without a valid credential at one time. */
  peakExpired = 0;

  constructor(
    model: CredentialModel,
    parts: { devices: Devices; agenda: Agenda; connections: Connections; recorder: FleetRecorder },
    log: FleetLog,
    random: KeyedRandom,
  ) {
    this.#model = model;
    this.#devices = parts.devices;
    this.#agenda = parts.agenda;
    this.#connections = parts.connections;
    this.#recorder = parts.recorder;
    this.#log = log;
    this.#random = random;
    const { count } = parts.devices;
    this.#waits = new ReconnectWaits(model.retry, count, random, fleetStreams.renewalWait);
    this.#expiresAt = new Float64Array(count);
    this.#expired = new Uint8Array(count);
    this.#failed = new Uint8Array(count);
    this.#renewals = new Uint16Array(count);
  }

  start(): void {
    const { lifetime, issued } = this.#model;
    for (let device = 0; device < this.#devices.count; device += 1) {
      const unit = this.#random.unit(fleetStreams.issuedAt, device);
      const renewAfter = issued.kind === "steady" ? this.#longestSeen(device) : this.#renewAfter(device, 0);
      const age = issued.kind === "steady" ? Math.floor(unit * renewAfter) : Math.floor(unit * issued.span);
      this.#expiresAt[device] = lifetime - age;
      if (lifetime - age <= 0) this.#agenda.at(0, fleetEvent.expire, device);
      this.#agenda.at(Math.max(0, renewAfter - age), fleetEvent.renew, device);
    }
  }

  isValid(device: number): boolean {
    return this.#expired[device] === 0;
  }

  renew(device: number): void {
    if (!this.#reaches(device)) {
      this.#renewalFails(device);
      return;
    }
    const { renewalsPerSecond } = this.#model;
    if (renewalsPerSecond === undefined) {
      this.renewed(device);
      return;
    }
    this.#issuerFreeAt = Math.max(this.#issuerFreeAt, this.#agenda.now) + microsecondsPerSecond / renewalsPerSecond;
    const done = Math.ceil(this.#issuerFreeAt);
    if (done > this.#expiresAt[device]! && this.#failed[device] === 0) this.#planExpiry(device);
    this.#agenda.at(done, fleetEvent.renewed, device);
  }

  renewed(device: number): void {
    this.#recorder.renewals += 1;
    this.#failed[device] = 0;
    const renewal = (this.#renewals[device]! + 1) & 0xffff;
    this.#renewals[device] = renewal;
    const { now } = this.#agenda;
    this.#expiresAt[device] = now + this.#model.lifetime;
    this.#agenda.at(now + this.#renewAfter(device, renewal), fleetEvent.renew, device);
    if (this.#expired[device] === 0) return;
    this.#expired[device] = 0;
    this.expiredCount -= 1;
    if (this.#devices.state[device] === deviceState.degraded) this.#connections.attempt(device);
  }

  expire(device: number): void {
    if (this.#expired[device] === 1 || this.#expiresAt[device]! > this.#agenda.now) return;
    this.#expired[device] = 1;
    this.expiredCount += 1;
    this.peakExpired = Math.max(this.peakExpired, this.expiredCount);
    if (!this.#devices.isConnected(device)) return;
    this.#devices.markLost(device);
    this.#devices.move(device, deviceState.degraded);
  }

  close(fault: IssuerFault): void {
    this.#faults.push({ fault, failures: 0 });
  }

  open(fault: IssuerFault): void {
    this.#faults.splice(
      this.#faults.findIndex((on) => on.fault === fault),
      1,
    );
  }

  #reaches(device: number): boolean {
    if (!this.#devices.hasPower(device) || !this.#devices.hasUplink(device)) return false;
    for (const { fault } of this.#faults) {
      if (fault.region === undefined || fault.region === this.#devices.regionOf(device)) return false;
    }
    return true;
  }

  #renewalFails(device: number): void {
    this.#recorder.failedRenewals += 1;
    const failed = Math.min(255, this.#failed[device]! + 1);
    this.#failed[device] = failed;
    if (failed === 1) {
      this.#planExpiry(device);
      this.#count();
    }
    const wait = this.#waits.wait(device, failed, this.#renewals[device]! * 256 + failed);
    this.#agenda.at(this.#agenda.now + wait, fleetEvent.renew, device);
  }

  /** People notice when the fault has kept enough devices from renewing. */
  #count(): void {
    for (const on of this.#faults) {
      const { to } = on.fault;
      if (typeof to === "number") continue;
      on.failures += 1;
      if (on.failures !== to.failedRenewals) continue;
      this.#log.add("noticed", `${String(to.failedRenewals)} renewals have failed`);
      this.#agenda.at(this.#agenda.now + to.repair, fleetEvent.faultEnds, this.faultIndex(on.fault));
    }
  }

  /** Where a fault stands in the model; set when the parts of the run are put together. */
  faultIndex: (fault: FleetFault) => number = () => 0;

  #planExpiry(device: number): void {
    this.#agenda.at(Math.max(this.#agenda.now, this.#expiresAt[device]!), fleetEvent.expire, device);
  }

  #renewAfter(device: number, renewal: number): Microseconds {
    const [least, most] = this.#model.renewAt;
    const unit = this.#random.u32(fleetStreams.renewal, device, renewal) / 0x1_0000_0000;
    return Math.round((least + unit * (most - least)) * this.#model.lifetime);
  }

  /**
   * The renewal that a moment chosen at random falls into: long ones hold more moments, so the density grows with the
   * length (the inspection paradox), here r over [least, most].
   */
  #longestSeen(device: number): Microseconds {
    const [least, most] = this.#model.renewAt;
    const unit = this.#random.unit(fleetStreams.renewalAge, device);
    return Math.round(Math.sqrt(least * least + unit * (most * most - least * least)) * this.#model.lifetime);
  }
}
