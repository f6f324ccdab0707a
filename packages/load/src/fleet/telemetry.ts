import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { microsecondsPerSecond } from "@fieldbook/kernel";
import type { Agenda } from "./agenda.ts";
import { fleetEvent } from "./agenda.ts";
import { deviceState, deviceStateNames } from "./device-state.ts";
import type { DeviceStateName } from "./device-state.ts";
import type { Devices } from "./devices.ts";
import type { TelemetryModel } from "./fleet-model.ts";
import type { FleetRate } from "./fleet-series.ts";
import { fleetStreams } from "./fleet-streams.ts";

/** What is kept of one message of a sampled device, or of its silence when it was due. */
export interface SampledMessage {
  readonly at: Microseconds;
  readonly device: number;
  readonly state: DeviceStateName;
  readonly generation: number;
  /** Only a ready device sends. */
  readonly sent: boolean;
}

const keptMessages = 20_000;

/**
 * Telemetry as a fluid: each entry of the series a cell's ready devices send their share of messages, the cell takes in
 * what it can, keeps some and loses the rest. A few devices are followed message by message.
 */
export class Telemetry {
  readonly messages: SampledMessage[] = [];
  /** Since the start, in messages. */
  readonly totals = { sent: 0, taken: 0, lost: 0 };
  readonly #model: TelemetryModel;
  readonly #devices: Devices;
  readonly #agenda: Agenda;
  readonly #random: KeyedRandom;
  readonly #backlogs: Float64Array;
  readonly #resolution: Microseconds;

  constructor(
    model: TelemetryModel,
    devices: Devices,
    agenda: Agenda,
    { random, resolution }: { random: KeyedRandom; resolution: Microseconds },
  ) {
    this.#model = model;
    this.#devices = devices;
    this.#agenda = agenda;
    this.#random = random;
    this.#resolution = resolution;
    this.#backlogs = new Float64Array(devices.cells);
  }

  start(): void {
    const { sampledDevices, interval, phase } = this.#model;
    for (let index = 0; index < sampledDevices; index += 1) {
      const first = phase === "aligned" ? 0 : this.#random.below(interval, fleetStreams.telemetryPhase, index);
      this.#agenda.at(first, fleetEvent.message, index);
    }
  }

  message(index: number): void {
    const device = this.#sampled(index);
    const state = this.#devices.state[device]!;
    if (this.messages.length < keptMessages) {
      this.messages.push({
        at: this.#agenda.now,
        device,
        state: deviceStateNames[state]!,
        generation: this.#devices.reported[device]!,
        sent: state === deviceState.ready,
      });
    }
    this.#agenda.at(this.#agenda.now + this.#model.interval, fleetEvent.message, index);
  }

  get backlog(): number {
    return this.#backlogs.reduce((sum, backlog) => sum + backlog, 0);
  }

  /** Moves the fluid over one entry. @param entry from 0 @returns messages per second over it */
  flow(entry: number): Record<FleetRate, number> {
    const { ingestPerSecond, buffer } = this.#model;
    const span = this.#resolution / microsecondsPerSecond;
    const perDevice = this.#messagesPerDevice(entry);
    let [sent, taken, lost] = [0, 0, 0];
    for (let cell = 0; cell < this.#backlogs.length; cell += 1) {
      const offered = this.#devices.readyInCell[cell]! * perDevice;
      const pending = this.#backlogs[cell]! + offered;
      const taking = Math.min(pending, ingestPerSecond * span);
      const left = pending - taking;
      const kept = Math.min(left, buffer);
      this.#backlogs[cell] = kept;
      sent += offered;
      taken += taking;
      lost += left - kept;
    }
    this.totals.sent += sent;
    this.totals.taken += taken;
    this.totals.lost += lost;
    return { telemetrySent: sent / span, telemetryTaken: taken / span, telemetryLost: lost / span };
  }

  /** What a device sends in an entry while it is ready. */
  #messagesPerDevice(entry: number): number {
    const { interval, phase } = this.#model;
    if (phase === "spread") return this.#resolution / interval;
    const due = (end: number): number => Math.ceil((end * this.#resolution) / interval);
    return due(entry + 1) - due(entry);
  }

  /** One device from each of as many equal parts of the fleet. */
  #sampled(index: number): number {
    const unit = this.#random.unit(fleetStreams.sampledDevice, index);
    return Math.floor(((index + unit) / this.#model.sampledDevices) * this.#devices.count);
  }
}
