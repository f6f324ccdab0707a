import type { KeyedRandom } from "@fieldbook/kernel";
import { keyedRandom, microsecondsPerSecond, RunningHash } from "@fieldbook/kernel";
import { Agenda, fleetEvent } from "./agenda.ts";
import { checkFleetModel } from "./check-fleet-model.ts";
import { Connections } from "./connections.ts";
import { Credentials } from "./credentials.ts";
import { deviceState, deviceStateNames } from "./device-state.ts";
import type { DeviceStateName } from "./device-state.ts";
import { Devices } from "./devices.ts";
import { Faults, lastFaultEnd } from "./faults.ts";
import { checkInvariants } from "./fleet-invariants.ts";
import { FleetLog } from "./fleet-log.ts";
import type { FleetModel } from "./fleet-model.ts";
import type { FleetRun } from "./fleet-run.ts";
import { FleetRecorder } from "./fleet-series.ts";
import type { FleetLevel } from "./fleet-series.ts";
import { Rollout } from "./rollout.ts";
import { Telemetry } from "./telemetry.ts";

/**
 * A run of a fleet: discrete events over typed arrays. Equal models and seeds give equal runs on every machine.
 *
 * @param seed a whole number from 0 to 2^53 − 1
 * @throws FleetModelError that lists what is wrong with the model, each with its place and mend
 */
export function simulateFleet(model: FleetModel, seed: number): FleetRun {
  checkFleetModel(model);
  return new FleetSimulation(model, keyedRandom(seed)).run();
}

const noFlow = { telemetrySent: 0, telemetryTaken: 0, telemetryLost: 0 };

class FleetSimulation {
  readonly #model: FleetModel;
  readonly #devices: Devices;
  readonly #agenda: Agenda;
  readonly #recorder: FleetRecorder;
  readonly #connections: Connections;
  readonly #faults: Faults;
  readonly #log: FleetLog;
  readonly #credentials: Credentials | undefined;
  readonly #rollout: Rollout | undefined;
  readonly #telemetry: Telemetry | undefined;
  readonly #hash = new RunningHash();

  constructor(model: FleetModel, random: KeyedRandom) {
    const { credentials, rollout, telemetry } = model;
    const devices = new Devices(model);
    const agenda = new Agenda(model.device.clientTimeout, model.device.syncTime, devices.count);
    const recorder = new FleetRecorder(model.duration, model.resolution ?? microsecondsPerSecond);
    const connections = new Connections(model, devices, agenda, recorder, random);
    const log = new FleetLog(() => agenda.now);
    const parts = { devices, agenda, connections, recorder };
    this.#model = model;
    this.#devices = devices;
    this.#agenda = agenda;
    this.#recorder = recorder;
    this.#connections = connections;
    this.#log = log;
    this.#credentials = credentials === undefined ? undefined : new Credentials(credentials, parts, log, random);
    this.#rollout = rollout === undefined ? undefined : new Rollout(rollout, parts, log, random);
    this.#telemetry =
      telemetry === undefined
        ? undefined
        : new Telemetry(telemetry, devices, agenda, { random, resolution: recorder.resolution });
    this.#faults = new Faults(model, { ...parts, credentials: this.#credentials }, log, random);
    this.#join();
  }

  run(): FleetRun {
    const { duration } = this.#model;
    this.#credentials?.start();
    this.#rollout?.start();
    this.#telemetry?.start();
    this.#faults.start();
    const agenda = this.#agenda;
    while (agenda.next(duration)) {
      while (this.#recorder.entryEnds <= agenda.now) this.#closeEntry();
      this.#hash.add(agenda.now | 0);
      this.#hash.add(agenda.kind | (agenda.epoch << 8));
      this.#hash.add(agenda.data);
      this.#handle(agenda.kind, agenda.data, agenda.epoch);
    }
    agenda.now = duration;
    while (this.#recorder.entry < this.#recorder.entries) this.#closeEntry();
    return this.#result();
  }

  /** The parts meet here: what one of them needs of another is said in one place. */
  #join(): void {
    const credentials = this.#credentials;
    const rollout = this.#rollout;
    const { ill } = this.#devices;
    this.#connections.hooks = {
      mayTry: (device) => ill[device] === 0 && (credentials?.isValid(device) ?? true),
      staysIll: (device) => rollout?.staysIll(device) ?? false,
      reconcile: (device) => rollout?.reconcile(device) ?? false,
    };
    if (credentials !== undefined) {
      credentials.faultIndex = (fault) => (this.#model.faults ?? []).indexOf(fault);
    }
  }

  #handle(kind: number, data: number, epoch: number): void {
    if (kind <= fleetEvent.fallBack) {
      if (this.#devices.isCurrent(data, epoch)) this.#handleDevice(kind, data);
    } else if (kind === fleetEvent.served) {
      if (this.#connections.doors[data]!.life === epoch) this.#connections.served(data);
    } else {
      this.#handleOther(kind, data);
    }
  }

  #handleDevice(kind: number, device: number): void {
    switch (kind) {
      case fleetEvent.attempt:
      case fleetEvent.lossNoticed:
        return this.#connections.attempt(device);
      case fleetEvent.timeout:
        return this.#connections.timedOut(device);
      case fleetEvent.synced:
        return this.#connections.synced(device);
      case fleetEvent.restarted:
      case fleetEvent.applied:
        return this.#rollout?.applied(device);
      default:
        return this.#rollout?.fallBack(device);
    }
  }

  #handleOther(kind: number, data: number): void {
    switch (kind) {
      case fleetEvent.renew:
        return this.#credentials?.renew(data);
      case fleetEvent.renewed:
        return this.#credentials?.renewed(data);
      case fleetEvent.expire:
        return this.#credentials?.expire(data);
      case fleetEvent.update:
        return this.#rollout?.update(data);
      case fleetEvent.health:
        return this.#rollout?.health(data);
      case fleetEvent.waveBegins:
        return this.#rollout?.waveBegins(data);
      case fleetEvent.waveEnds:
        return this.#rollout?.waveEnds(data);
      case fleetEvent.rollBack:
        return this.#rollout?.rollBack(data);
      case fleetEvent.message:
        return this.#telemetry?.message(data);
      case fleetEvent.faultBegins:
        return this.#faults.begin(data);
      case fleetEvent.faultEnds:
        return this.#faults.end(data);
      case fleetEvent.powerFails:
      case fleetEvent.powerReturns:
        return this.#faults.siteTurns(data, "power", kind === fleetEvent.powerFails);
      default:
        return this.#faults.siteTurns(data, "uplink", kind === fleetEvent.uplinkFails);
    }
  }

  #closeEntry(): void {
    const { inState, illCount } = this.#devices;
    const rates = this.#telemetry?.flow(this.#recorder.entry) ?? noFlow;
    let queue = 0;
    for (const door of this.#connections.doors) queue += door.waiting;
    const levels: Record<FleetLevel, number> = {
      offline: inState[deviceState.offline]!,
      backOff: inState[deviceState.backOff]!,
      connecting: inState[deviceState.connecting]!,
      syncing: inState[deviceState.syncing]!,
      ready: inState[deviceState.ready]!,
      degraded: inState[deviceState.degraded]!,
      ill: illCount,
      queue,
      telemetryBacklog: this.#telemetry?.backlog ?? 0,
    };
    this.#recorder.closeEntry(levels, rates);
  }

  #result(): FleetRun {
    const { duration, faults = [] } = this.#model;
    const since = lastFaultEnd(faults, duration) ?? 0;
    const { doors, totals } = this.#connections;
    const inState: Partial<Record<DeviceStateName, number>> = {};
    for (const [state, name] of deviceStateNames.entries()) inState[name] = this.#devices.inState[state]!;
    return {
      series: this.#recorder.series,
      resolution: this.#recorder.resolution,
      duration,
      totals: {
        ...totals,
        served: doors.reduce((sum, door) => sum + door.served, 0),
        swept: doors.reduce((sum, door) => sum + door.swept, 0),
      },
      inState: inState as Record<DeviceStateName, number>,
      notes: this.#log.notes,
      reconnectSince: since,
      timesToReconnect: this.#devices.timesToReconnect(since),
      peakExpired: this.#credentials?.peakExpired ?? 0,
      rollout: this.#rollout?.outcome(),
      telemetry: this.#telemetry?.totals,
      messages: this.#telemetry?.messages ?? [],
      invariants: checkInvariants(duration, this.#model.cloud.frontDoor.connectionsPerSecond, {
        devices: this.#devices,
        connections: this.#connections,
        telemetry: this.#telemetry,
      }),
      traceHash: this.#hash.digest(),
      events: this.#agenda.events,
    };
  }
}
