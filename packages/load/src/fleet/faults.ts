import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { naturalLogarithm } from "@fieldbook/kernel";
import type { Agenda } from "./agenda.ts";
import { fleetEvent } from "./agenda.ts";
import type { Connections } from "./connections.ts";
import type { Credentials } from "./credentials.ts";
import type { Devices } from "./devices.ts";
import type { FleetLog } from "./fleet-log.ts";
import type { FailureTimes, FleetFault, FleetModel } from "./fleet-model.ts";
import { fleetStreams } from "./fleet-streams.ts";

/** Outages, dead power and dead uplinks: the planned ones of the model and those of each site by chance. */
export class Faults {
  readonly #model: FleetModel;
  readonly #devices: Devices;
  readonly #agenda: Agenda;
  readonly #connections: Connections;
  readonly #credentials: Credentials | undefined;
  readonly #log: FleetLog;
  readonly #random: KeyedRandom;
  readonly #outagesOfCell: Uint8Array;
  /** How often the power and the uplink of a site failed and returned by chance. */
  readonly #powerTurns: Uint16Array;
  readonly #uplinkTurns: Uint16Array;

  constructor(
    model: FleetModel,
    parts: { devices: Devices; agenda: Agenda; connections: Connections; credentials: Credentials | undefined },
    log: FleetLog,
    random: KeyedRandom,
  ) {
    this.#model = model;
    this.#devices = parts.devices;
    this.#agenda = parts.agenda;
    this.#connections = parts.connections;
    this.#credentials = parts.credentials;
    this.#log = log;
    this.#random = random;
    this.#outagesOfCell = new Uint8Array(parts.devices.cells);
    this.#powerTurns = new Uint16Array(model.sites.power === undefined ? 0 : parts.devices.sites);
    this.#uplinkTurns = new Uint16Array(model.sites.uplink === undefined ? 0 : parts.devices.sites);
  }

  start(): void {
    for (const [index, fault] of (this.#model.faults ?? []).entries()) {
      this.#agenda.at(fault.from, fleetEvent.faultBegins, index);
      if (typeof fault.to === "number") this.#agenda.at(fault.to, fleetEvent.faultEnds, index);
    }
    const { power, uplink } = this.#model.sites;
    for (let site = 0; site < this.#devices.sites; site += 1) {
      if (power !== undefined) this.#planSite(site, power, "power", true);
      if (uplink !== undefined) this.#planSite(site, uplink, "uplink", true);
    }
  }

  begin(index: number): void {
    const fault = this.#model.faults![index]!;
    this.#log.add("fault-begins", describeFleetFault(fault));
    if (fault.kind === "outage") this.#beginOutage(fault.region);
    else if (fault.kind === "issuer") this.#credentials?.close(fault);
    else this.#forStruckSites(index, fault.share, (site) => this.#siteFails(site, fault.kind));
  }

  end(index: number): void {
    const fault = this.#model.faults![index]!;
    this.#log.add("fault-ends", describeFleetFault(fault));
    if (fault.kind === "outage") this.#endOutage(fault.region);
    else if (fault.kind === "issuer") this.#credentials?.open(fault);
    else this.#forStruckSites(index, fault.share, (site) => this.#siteReturns(site, fault.kind));
  }

  /** By chance, from the agenda. */
  siteTurns(site: number, kind: "power" | "uplink", fails: boolean): void {
    const times = kind === "power" ? this.#model.sites.power! : this.#model.sites.uplink!;
    if (fails) this.#siteFails(site, kind);
    else this.#siteReturns(site, kind);
    this.#planSite(site, times, kind, !fails);
  }

  #planSite(site: number, times: FailureTimes, kind: "power" | "uplink", nextFails: boolean): void {
    const turns = kind === "power" ? this.#powerTurns : this.#uplinkTurns;
    const turn = turns[site]!;
    turns[site] = turn + 1;
    const [up, down] =
      kind === "power"
        ? [fleetStreams.powerUp, fleetStreams.powerDown]
        : [fleetStreams.uplinkUp, fleetStreams.uplinkDown];
    const unit = this.#random.unit(nextFails ? up : down, site, turn);
    const mean = nextFails ? times.meanTimeBetween : times.meanTimeToRepair;
    const code =
      kind === "power"
        ? nextFails
          ? fleetEvent.powerFails
          : fleetEvent.powerReturns
        : nextFails
          ? fleetEvent.uplinkFails
          : fleetEvent.uplinkReturns;
    this.#agenda.at(this.#agenda.now + Math.round(-naturalLogarithm(1 - unit) * mean), code, site);
  }

  #siteFails(site: number, kind: "power" | "uplink"): void {
    const faults = kind === "power" ? this.#devices.powerFaults : this.#devices.uplinkFaults;
    faults[site]! += 1;
    if (faults[site] !== 1) return;
    for (let device = this.#firstOf(site); device < this.#devices.endOfSite(site); device += 1) {
      if (kind === "power") this.#connections.stop(device);
      else this.#connections.lose(device);
    }
  }

  #siteReturns(site: number, kind: "power" | "uplink"): void {
    const faults = kind === "power" ? this.#devices.powerFaults : this.#devices.uplinkFaults;
    faults[site]! -= 1;
    if (faults[site] !== 0 || kind === "uplink") return;
    for (let device = this.#firstOf(site); device < this.#devices.endOfSite(site); device += 1) {
      if (!this.#connections.hooks.staysIll(device)) this.#connections.boot(device);
    }
  }

  #firstOf(site: number): number {
    return site * this.#devices.devicesPerSite;
  }

  #forStruckSites(fault: number, share: number, act: (site: number) => void): void {
    for (let site = 0; site < this.#devices.sites; site += 1) {
      if (this.#random.unit(fleetStreams.faultStrikes, fault, site) < share) act(site);
    }
  }

  #beginOutage(region: number | undefined): void {
    const { cells, sites } = this.#devices;
    for (let cell = 0; cell < cells; cell += 1) {
      if (!this.#isIn(cell, region)) continue;
      this.#outagesOfCell[cell]! += 1;
      this.#connections.close(cell);
    }
    for (let site = 0; site < sites; site += 1) {
      if (!this.#isIn(this.#devices.cellOfSite(site), region)) continue;
      for (let device = this.#firstOf(site); device < this.#devices.endOfSite(site); device += 1) {
        this.#connections.lose(device);
      }
    }
  }

  #endOutage(region: number | undefined): void {
    for (let cell = 0; cell < this.#devices.cells; cell += 1) {
      if (!this.#isIn(cell, region)) continue;
      this.#outagesOfCell[cell]! -= 1;
      this.#connections.doors[cell]!.open = this.#outagesOfCell[cell] === 0;
    }
  }

  #isIn(cell: number, region: number | undefined): boolean {
    return region === undefined || Math.floor(cell / this.#devices.cellsPerRegion) === region;
  }
}

/** "outage of region 2", "power fails at 10 % of the sites" */
function describeFleetFault(fault: FleetFault): string {
  switch (fault.kind) {
    case "outage":
      return fault.region === undefined ? "outage of every front door" : `outage of region ${String(fault.region)}`;
    case "power":
    case "uplink":
      return `no ${fault.kind} at ${String(Math.round(fault.share * 1_000) / 10)} % of the sites`;
    case "issuer":
      return fault.region === undefined
        ? "no credential is issued"
        : `region ${String(fault.region)} does not reach the issuer`;
  }
}

/** When the last planned fault ended; undefined when none did within the run. */
export function lastFaultEnd(faults: readonly FleetFault[], duration: Microseconds): Microseconds | undefined {
  const ends = faults.flatMap(({ to }) => (typeof to === "number" && to <= duration ? [to] : []));
  return ends.length === 0 ? undefined : Math.max(...ends);
}
