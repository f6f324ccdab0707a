import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import type { Agenda } from "./agenda.ts";
import { fleetEvent } from "./agenda.ts";
import { deviceState } from "./device-state.ts";
import type { Devices } from "./devices.ts";
import type { FleetModel } from "./fleet-model.ts";
import type { FleetRecorder } from "./fleet-series.ts";
import { fleetStreams } from "./fleet-streams.ts";
import { FrontDoor } from "./front-door.ts";
import { ReconnectWaits } from "./reconnect-policy.ts";

/** Over the whole run, for the invariants. */
export interface ConnectionTotals {
  attempts: number;
  connected: number;
  refused: number;
  timedOut: number;
  /** Cut off by loss of power while the attempt was out. */
  cutOff: number;
  vanished: number;
  wasted: number;
}

/** What else decides whether a device may try, and what it does once it is connected. */
export interface ConnectionHooks {
  /** False: the device has no valid credential. */
  mayTry(device: number): boolean;
  /** Power is back at the device. True: it runs something that does not work, which goes on where it was. */
  staysIll(device: number): boolean;
  /** True: the cloud wishes for another generation, and the device is applying it. */
  reconcile(device: number): boolean;
}

/** How devices lose the cloud and come back to it. */
export class Connections {
  readonly doors: readonly FrontDoor[];
  readonly totals: ConnectionTotals = {
    attempts: 0,
    connected: 0,
    refused: 0,
    timedOut: 0,
    cutOff: 0,
    vanished: 0,
    wasted: 0,
  };
  /** Set once, when the parts of the run are put together. */
  hooks: ConnectionHooks = { mayTry: () => true, staysIll: () => false, reconcile: () => false };
  readonly #devices: Devices;
  readonly #agenda: Agenda;
  readonly #recorder: FleetRecorder;
  readonly #random: KeyedRandom;
  readonly #waits: ReconnectWaits;
  readonly #noticesWithin: Microseconds;
  readonly #syncTime: Microseconds;
  readonly #bootTime: readonly [Microseconds, Microseconds];
  readonly #isAbandoned: (device: number, epoch: number) => boolean;

  constructor(model: FleetModel, devices: Devices, agenda: Agenda, recorder: FleetRecorder, random: KeyedRandom) {
    this.#devices = devices;
    this.#agenda = agenda;
    this.#recorder = recorder;
    this.#random = random;
    this.#waits = new ReconnectWaits(model.device.retry, devices.count, random, fleetStreams.reconnectWait);
    this.#noticesWithin = model.device.noticesWithin;
    this.#syncTime = model.device.syncTime;
    this.#bootTime = model.device.bootTime;
    this.doors = Array.from({ length: devices.cells }, () => new FrontDoor(model.cloud.frontDoor));
    this.#isAbandoned = (device, epoch) => !devices.isCurrent(device, epoch);
  }

  /** The cloud is gone for a connected device, which notices a little later. */
  lose(device: number): void {
    if (!this.#devices.isConnected(device)) return;
    this.#devices.markLost(device);
    const epoch = this.#devices.move(device, deviceState.degraded);
    const after = Math.floor(this.#unit(fleetStreams.notice, device, epoch) * (this.#noticesWithin + 1));
    this.#agenda.at(this.#agenda.now + after, fleetEvent.lossNoticed, device, epoch);
  }

  /** The device begins to run, and tries the cloud once it has booted. */
  boot(device: number): void {
    const epoch = this.#devices.move(device, deviceState.offline);
    const [least, most] = this.#bootTime;
    const after = least + Math.floor(this.#unit(fleetStreams.boot, device, epoch) * (most - least + 1));
    this.#agenda.at(this.#agenda.now + after, fleetEvent.attempt, device, epoch);
  }

  /** The device stops: no power, or a restart. */
  stop(device: number): number {
    if (this.#devices.state[device] === deviceState.connecting) this.totals.cutOff += 1;
    this.#devices.markLost(device);
    this.#devices.retry[device] = 0;
    return this.#devices.move(device, deviceState.offline);
  }

  attempt(device: number): void {
    const { hooks, totals } = this;
    const devices = this.#devices;
    if (!hooks.mayTry(device)) {
      devices.move(device, deviceState.degraded);
      return;
    }
    this.#recorder.attempts += 1;
    totals.attempts += 1;
    const epoch = devices.move(device, deviceState.connecting);
    const cell = devices.cellOf(device);
    const door = this.doors[cell]!;
    if (!door.open || !devices.hasUplink(device)) {
      this.#recorder.vanished += 1;
      totals.vanished += 1;
      this.#agenda.timeout(device, epoch);
    } else if (door.accept(device, epoch)) {
      this.#agenda.timeout(device, epoch);
      if (!door.busy) this.#serveNext(cell);
    } else {
      this.#recorder.refused += 1;
      totals.refused += 1;
      this.#backOff(device);
    }
  }

  timedOut(device: number): void {
    this.#recorder.timedOut += 1;
    this.totals.timedOut += 1;
    this.#backOff(device);
  }

  /** A front door has set a connection up. */
  served(cell: number): void {
    const door = this.doors[cell]!;
    door.end();
    this.#recorder.served += 1;
    const { device, epoch } = door;
    if (this.#devices.isCurrent(device, epoch) && this.#devices.hasUplink(device)) this.#connected(device);
    else {
      this.#recorder.wasted += 1;
      this.totals.wasted += 1;
    }
    this.#serveNext(cell);
  }

  /** The device knows what the cloud wishes for. */
  synced(device: number): void {
    if (!this.hooks.reconcile(device)) this.settle(device);
  }

  /** The device is connected and has nothing left to apply. */
  settle(device: number): void {
    this.#devices.move(device, deviceState.ready);
    this.#devices.markReady(device, this.#agenda.now);
  }

  /** Outages: doors close, who waits is swept out, connections are lost. */
  close(cell: number): void {
    const door = this.doors[cell]!;
    door.open = false;
    door.sweep(this.#agenda.now);
  }

  #connected(device: number): void {
    this.#recorder.connected += 1;
    this.totals.connected += 1;
    this.#devices.retry[device] = 0;
    const epoch = this.#devices.move(device, deviceState.syncing);
    if (this.#syncTime === 0) this.synced(device);
    else this.#agenda.sync(device, epoch);
  }

  #backOff(device: number): void {
    const devices = this.#devices;
    const epoch = devices.move(device, deviceState.backOff);
    const retry = Math.min(255, devices.retry[device]! + 1);
    devices.retry[device] = retry;
    const wait = this.#waits.wait(device, retry, epoch);
    this.#agenda.at(this.#agenda.now + wait, fleetEvent.attempt, device, epoch);
  }

  #serveNext(cell: number): void {
    const door = this.doors[cell]!;
    const ends = door.begin(this.#agenda.now, this.#isAbandoned);
    if (ends !== undefined) this.#agenda.at(ends, fleetEvent.served, cell, door.life);
  }

  /** Thirty-two bits are enough for a moment, and half the price of 53. */
  #unit(stream: number, device: number, id: number): number {
    return this.#random.u32(stream, device, id) / 0x1_0000_0000;
  }
}
