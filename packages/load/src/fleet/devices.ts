import type { Microseconds } from "@fieldbook/kernel";
import { microsecondsPerMillisecond } from "@fieldbook/kernel";
import { deviceState, deviceStateCount } from "./device-state.ts";
import type { FleetModel } from "./fleet-model.ts";

/** What `reconnectedAt` says of a device that has not come back. */
const never = 0xffff_ffff;

/**
 * The devices of a fleet in typed arrays. A run starts calm: everyone is ready with generation 0.
 *
 * Each change of state gives a device a new epoch. What was planned for it carries the epoch of its making and is void
 * once that has passed, so nothing is ever taken out of a queue.
 */
export class Devices {
  readonly count: number;
  readonly devicesPerSite: number;
  readonly sites: number;
  readonly cells: number;
  readonly cellsPerRegion: number;
  readonly state: Uint8Array;
  readonly epoch: Uint16Array;
  /** Failed attempts since the device was connected last, at most 255. */
  readonly retry: Uint8Array;
  /** The generation that the cloud wants, and the one that the device runs. */
  readonly desired: Uint8Array;
  readonly reported: Uint8Array;
  /** 1 while a generation that does not work runs on the device. */
  readonly ill: Uint8Array;
  /** How many reasons a site has to be without power or without uplink. */
  readonly powerFaults: Uint8Array;
  readonly uplinkFaults: Uint8Array;
  /** Devices in each state. */
  readonly inState = new Int32Array(deviceStateCount);
  readonly readyInCell: Int32Array;
  illCount = 0;
  /** Milliseconds since the start at which a device that was cut off became ready; `never` until then. */
  readonly #reconnectedAt: Uint32Array;
  readonly #lost: Uint8Array;

  constructor({ devices, sites, cloud }: FleetModel) {
    this.count = devices;
    this.devicesPerSite = sites.devicesPerSite;
    this.sites = Math.ceil(devices / sites.devicesPerSite);
    this.cellsPerRegion = cloud.cellsPerRegion;
    this.cells = cloud.regions * cloud.cellsPerRegion;
    this.state = new Uint8Array(devices).fill(deviceState.ready);
    this.epoch = new Uint16Array(devices);
    this.retry = new Uint8Array(devices);
    this.desired = new Uint8Array(devices);
    this.reported = new Uint8Array(devices);
    this.ill = new Uint8Array(devices);
    this.powerFaults = new Uint8Array(this.sites);
    this.uplinkFaults = new Uint8Array(this.sites);
    this.#reconnectedAt = new Uint32Array(devices).fill(never);
    this.#lost = new Uint8Array(devices);
    this.inState[deviceState.ready] = devices;
    this.readyInCell = new Int32Array(this.cells);
    for (let site = 0; site < this.sites; site += 1) {
      this.readyInCell[this.cellOfSite(site)]! += this.endOfSite(site) - site * this.devicesPerSite;
    }
  }

  /** Neighbouring sites lie in different cells. */
  cellOfSite(site: number): number {
    return site % this.cells;
  }

  cellOf(device: number): number {
    return this.cellOfSite(this.siteOf(device));
  }

  siteOf(device: number): number {
    return this.devicesPerSite === 1 ? device : Math.floor(device / this.devicesPerSite);
  }

  regionOf(device: number): number {
    return Math.floor(this.cellOf(device) / this.cellsPerRegion);
  }

  /** One past the last device of a site. */
  endOfSite(site: number): number {
    return Math.min(this.count, (site + 1) * this.devicesPerSite);
  }

  hasPower(device: number): boolean {
    return this.powerFaults[this.siteOf(device)] === 0;
  }

  hasUplink(device: number): boolean {
    return this.uplinkFaults[this.siteOf(device)] === 0;
  }

  isConnected(device: number): boolean {
    const state = this.state[device]!;
    return state === deviceState.ready || state === deviceState.syncing;
  }

  /** Whether what was planned for the device in `epoch` still stands. */
  isCurrent(device: number, epoch: number): boolean {
    return this.epoch[device] === epoch;
  }

  /** @returns the device's new epoch */
  move(device: number, state: number): number {
    const before = this.state[device]!;
    this.inState[before]! -= 1;
    this.inState[state]! += 1;
    this.state[device] = state;
    if (before === deviceState.ready) this.readyInCell[this.cellOf(device)]! -= 1;
    if (state === deviceState.ready) this.readyInCell[this.cellOf(device)]! += 1;
    const epoch = (this.epoch[device]! + 1) & 0xffff;
    this.epoch[device] = epoch;
    return epoch;
  }

  setIll(device: number, ill: boolean): void {
    this.illCount += (ill ? 1 : 0) - this.ill[device]!;
    this.ill[device] = ill ? 1 : 0;
  }

  markLost(device: number): void {
    this.#lost[device] = 1;
    this.#reconnectedAt[device] = never;
  }

  /** The device is ready: what was lost is found again. Times are rounded up to milliseconds. */
  markReady(device: number, now: Microseconds): void {
    if (this.#lost[device] === 1 && this.#reconnectedAt[device] === never) {
      this.#reconnectedAt[device] = Math.ceil(now / microsecondsPerMillisecond);
    }
  }

  /**
   * For each device that was cut off at any time the milliseconds from `since` until it was ready for good, in
   * ascending order; Infinity for those that never were. A device that was back before `since` counts with 0.
   */
  timesToReconnect(since: Microseconds): Float64Array {
    const from = since / microsecondsPerMillisecond;
    const times = new Float64Array(this.#lost.reduce((sum, lost) => sum + lost, 0));
    let at = 0;
    for (let device = 0; device < this.count; device += 1) {
      if (this.#lost[device] === 0) continue;
      const back = this.#reconnectedAt[device]!;
      times[at] = back === never ? Infinity : Math.max(0, back - from);
      at += 1;
    }
    return times.sort();
  }
}
