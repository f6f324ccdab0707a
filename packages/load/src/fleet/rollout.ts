import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import type { Agenda } from "./agenda.ts";
import { fleetEvent } from "./agenda.ts";
import type { Connections } from "./connections.ts";
import { deviceState } from "./device-state.ts";
import type { Devices } from "./devices.ts";
import type { FleetLog } from "./fleet-log.ts";
import type { RolloutModel } from "./fleet-model.ts";
import type { FleetRecorder } from "./fleet-series.ts";
import { fleetStreams } from "./fleet-streams.ts";
import { WaveOrder } from "./wave-order.ts";

const newGeneration = 1;

export interface RolloutOutcome {
  readonly wavesBegun: number;
  /** Devices that applied the new generation at least once, and those of them on which it did not work. */
  readonly exposed: number;
  readonly fellIll: number;
  /** The wave, from 0, in which the first device fell ill; undefined when none did. */
  readonly firstIllWave: number | undefined;
  readonly healthReports: number;
  readonly illReports: number;
  readonly haltedAt: Microseconds | undefined;
  /** Devices that ran a generation that does not work, times how long: in device-µs. */
  readonly illTime: number;
  /** Devices on the new generation at the end, and working. */
  readonly onNew: number;
}

/** A new generation goes out in waves. Health reports gate it; a device that is away takes it when it comes back. */
export class Rollout {
  readonly #model: RolloutModel;
  readonly #devices: Devices;
  readonly #agenda: Agenda;
  readonly #connections: Connections;
  readonly #recorder: FleetRecorder;
  readonly #log: FleetLog;
  readonly #random: KeyedRandom;
  readonly #order: WaveOrder;
  readonly #counted: Uint8Array;
  #wavesBegun = 0;
  #given = 0;
  #exposed = 0;
  #fellIll = 0;
  #firstIllWave: number | undefined;
  #healthReports = 0;
  #illReports = 0;
  #haltedAt: Microseconds | undefined;
  #illTime = 0;
  #illSince: Microseconds = 0;

  constructor(
    model: RolloutModel,
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
    this.#order = new WaveOrder(parts.devices.count, random);
    this.#counted = new Uint8Array(parts.devices.count);
  }

  start(): void {
    this.#agenda.at(this.#model.at, fleetEvent.waveBegins, 0);
  }

  waveBegins(wave: number): void {
    const { waves, waveWithin, applyTime, healthAfter, soak } = this.#model;
    if (this.#haltedAt !== undefined) return;
    const size = waves[wave]!;
    this.#log.add("wave-begins", `wave ${String(wave + 1)} of ${String(waves.length)}: ${String(size)} devices`);
    this.#wavesBegun += 1;
    for (let place = this.#given; place < this.#given + size; place += 1) {
      const device = this.#order.deviceAt(place);
      const after = Math.floor(this.#unit(fleetStreams.updateStart, device) * (waveWithin + 1));
      this.#agenda.at(this.#agenda.now + after, fleetEvent.update, device);
    }
    this.#given += size;
    this.#agenda.at(this.#agenda.now + waveWithin + applyTime[1] + healthAfter + soak, fleetEvent.waveEnds, wave);
  }

  waveEnds(wave: number): void {
    if (this.#haltedAt !== undefined) return;
    if (wave + 1 < this.#model.waves.length) this.waveBegins(wave + 1);
    else this.#log.add("rollout-done", `${String(this.#exposed)} devices have the new generation`);
  }

  /** The cloud wants the device to have the new generation; a device that is not connected is told when it is. */
  update(device: number): void {
    if (this.#haltedAt !== undefined) return;
    this.#devices.desired[device] = newGeneration;
    if (this.#devices.state[device] === deviceState.ready) this.reconcile(device);
  }

  /** True: the device has something to apply, and is on it. */
  reconcile(device: number): boolean {
    const devices = this.#devices;
    if (devices.desired[device] === devices.reported[device]) return false;
    const [least, most] = this.#model.applyTime;
    const unit = this.#random.unit(fleetStreams.applyTime, device, devices.desired[device]);
    const done = this.#agenda.now + least + Math.floor(unit * (most - least + 1));
    if (this.#model.kind === "firmware") {
      this.#agenda.at(done, fleetEvent.restarted, device, this.#connections.stop(device));
    } else {
      this.#agenda.at(done, fleetEvent.applied, device, devices.move(device, deviceState.syncing));
    }
    return true;
  }

  /** The device runs what was desired of it when it asked. */
  applied(device: number): void {
    const devices = this.#devices;
    const generation = devices.desired[device]!;
    devices.reported[device] = generation;
    if (generation === newGeneration) {
      this.#recorder.updates += 1;
      if (this.#counted[device] === 0) {
        this.#counted[device] = 1;
        this.#exposed += 1;
        this.#agenda.at(this.#agenda.now + this.#model.healthAfter, fleetEvent.health, device);
      }
      if (this.#unit(fleetStreams.defect, device) < this.#model.defect) {
        this.#fallIll(device);
        return;
      }
    }
    if (this.#model.kind === "firmware") this.#connections.attempt(device);
    else this.#connections.settle(device);
  }

  health(device: number): void {
    this.#healthReports += 1;
    if (this.#devices.ill[device] === 0 && this.#devices.reported[device] === newGeneration) return;
    // A device that was rolled back by people is no news.
    if (this.#haltedAt !== undefined && this.#devices.ill[device] === 0) return;
    this.#illReports += 1;
    const { haltAt } = this.#model;
    if (haltAt !== undefined && this.#illReports >= haltAt && this.#haltedAt === undefined) this.#halt();
  }

  /** The watchdog of a device that does not work gives it its previous generation. */
  fallBack(device: number): void {
    this.#setIll(device, false);
    this.#devices.desired[device] = 0;
    this.#devices.reported[device] = 0;
    if (this.#model.kind === "firmware") this.#connections.boot(device);
    else this.#connections.attempt(device);
  }

  /** Power is back. True: the device does not work still, and its watchdog begins anew. */
  staysIll(device: number): boolean {
    if (this.#devices.ill[device] === 0) return false;
    this.#watch(device);
    return true;
  }

  rollBack(device: number): void {
    if (this.#devices.state[device] === deviceState.ready) this.reconcile(device);
  }

  outcome(): RolloutOutcome {
    this.#accountIllTime();
    const { reported, ill } = this.#devices;
    return {
      wavesBegun: this.#wavesBegun,
      exposed: this.#exposed,
      fellIll: this.#fellIll,
      firstIllWave: this.#firstIllWave,
      healthReports: this.#healthReports,
      illReports: this.#illReports,
      haltedAt: this.#haltedAt,
      illTime: this.#illTime,
      onNew: reported.reduce((sum, generation, at) => sum + (generation === newGeneration && ill[at] === 0 ? 1 : 0), 0),
    };
  }

  #fallIll(device: number): void {
    const devices = this.#devices;
    this.#fellIll += 1;
    this.#firstIllWave ??= this.#wavesBegun - 1;
    this.#setIll(device, true);
    devices.markLost(device);
    this.#watch(device);
  }

  /** The device starts, does not work, and its watchdog begins to count. */
  #watch(device: number): void {
    const state = this.#model.kind === "firmware" ? deviceState.offline : deviceState.degraded;
    const epoch = this.#devices.move(device, state);
    const { fallBackAfter } = this.#model;
    if (fallBackAfter !== undefined) {
      this.#agenda.at(this.#agenda.now + fallBackAfter, fleetEvent.fallBack, device, epoch);
    }
  }

  #halt(): void {
    this.#haltedAt = this.#agenda.now;
    const ill = `${String(this.#illReports)} devices were reported ill of ${String(this.#exposed)} exposed`;
    this.#log.add("rollout-halted", ill);
    const { desired, reported } = this.#devices;
    for (let place = 0; place < this.#given; place += 1) {
      const device = this.#order.deviceAt(place);
      const has = reported[device] === newGeneration;
      if (this.#model.onHalt === "stop" && has) continue;
      desired[device] = 0;
      if (!has) continue;
      const after = Math.floor(this.#unit(fleetStreams.updateStart, device) * (this.#model.waveWithin + 1));
      this.#agenda.at(this.#agenda.now + after, fleetEvent.rollBack, device);
    }
  }

  #setIll(device: number, ill: boolean): void {
    this.#accountIllTime();
    this.#devices.setIll(device, ill);
  }

  #accountIllTime(): void {
    this.#illTime += this.#devices.illCount * (this.#agenda.now - this.#illSince);
    this.#illSince = this.#agenda.now;
  }

  #unit(stream: number, device: number): number {
    return this.#random.unit(stream, device);
  }
}
