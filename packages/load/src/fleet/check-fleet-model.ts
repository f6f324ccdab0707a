import type { FleetFault, FleetModel } from "./fleet-model.ts";
import type { ReconnectPolicy } from "./reconnect-policy.ts";

/** One thing that is wrong with a model: where, what, and how to mend it. */
export interface FleetProblem {
  /** "faults[0].to" */
  readonly place: string;
  readonly says: string;
}

/** A fleet that can not be simulated; the message lists every problem, one a line. */
export class FleetModelError extends Error {
  override readonly name = "FleetModelError";
  readonly problems: readonly FleetProblem[];
  constructor(problems: readonly FleetProblem[]) {
    super(problems.map(({ place, says }) => `${place}: ${says}`).join("\n"));
    this.problems = problems;
  }
}

const mostDevices = 4_000_000;
const mostEntries = 1_000_000;
/** A longer run could reach times at which sums are no longer exact. */
const longest = 20 * 365 * 86_400 * 1_000_000;

/** @throws FleetModelError */
export function checkFleetModel(model: FleetModel): void {
  const checks = new Checks();
  checks.whole("devices", model.devices, 1, mostDevices);
  checks.whole("duration", model.duration, 1, longest);
  checks.whole("resolution", model.resolution ?? 1_000_000, 1, longest);
  if (model.duration / (model.resolution ?? 1_000_000) > mostEntries) {
    checks.add("resolution", `the series would have more than ${String(mostEntries)} entries; make it longer`);
  }
  checkPlaces(checks, model);
  checkDevice(checks, model);
  for (const [index, fault] of (model.faults ?? []).entries())
    checkFault(checks, `faults[${String(index)}]`, fault, model);
  checkCredentials(checks, model);
  checkRollout(checks, model);
  checkTelemetry(checks, model);
  checks.finish();
}

function checkPlaces(checks: Checks, { sites, cloud }: FleetModel): void {
  checks.whole("sites.devicesPerSite", sites.devicesPerSite, 1, mostDevices);
  for (const kind of ["power", "uplink"] as const) {
    const times = sites[kind];
    if (times === undefined) continue;
    checks.whole(`sites.${kind}.meanTimeBetween`, times.meanTimeBetween, 1_000_000, longest);
    checks.whole(`sites.${kind}.meanTimeToRepair`, times.meanTimeToRepair, 1_000_000, longest);
  }
  checks.whole("cloud.regions", cloud.regions, 1, 1_000);
  checks.whole("cloud.cellsPerRegion", cloud.cellsPerRegion, 1, 10_000);
  checks.number("cloud.frontDoor.connectionsPerSecond", cloud.frontDoor.connectionsPerSecond, 0.001, 1_000_000);
  checks.whole("cloud.frontDoor.queueBound", cloud.frontDoor.queueBound, 0, mostDevices * 4);
}

function checkDevice(checks: Checks, { device }: FleetModel): void {
  checks.whole("device.noticesWithin", device.noticesWithin, 0, longest);
  checks.whole("device.clientTimeout", device.clientTimeout, 1, longest);
  checks.whole("device.syncTime", device.syncTime, 0, longest);
  checks.span("device.bootTime", device.bootTime, 0, longest);
  checkPolicy(checks, "device.retry", device.retry);
}

function checkPolicy(checks: Checks, place: string, policy: ReconnectPolicy): void {
  if (policy.kind === "range") {
    checks.span(`${place}.min and max`, [policy.min, policy.max], 0, longest);
    if (policy.max < 1_000) checks.add(`${place}.max`, "a wait below 1 ms would never let the run end; make it longer");
  } else if (policy.kind === "tr-369") {
    checks.whole(`${place}.minimumWait`, policy.minimumWait, 1_000, 65_535_000_000);
    checks.number(`${place}.multiplier`, policy.multiplier, 1_000, 65_535);
  } else {
    checks.span(`${place}.base and cap`, [policy.base, policy.cap], 1_000, longest);
  }
}

function checkFault(checks: Checks, place: string, fault: FleetFault, { duration, cloud }: FleetModel): void {
  checks.whole(`${place}.from`, fault.from, 0, longest);
  if (typeof fault.to === "number") {
    checks.whole(`${place}.to`, fault.to, 0, longest);
    if (fault.to <= fault.from) checks.add(`${place}.to`, "a fault ends after it begins; make it later than from");
  } else {
    checks.whole(`${place}.to.failedRenewals`, fault.to.failedRenewals, 1, mostDevices);
    checks.whole(`${place}.to.repair`, fault.to.repair, 0, longest);
  }
  if (fault.from > duration) checks.add(`${place}.from`, "it begins after the run; make it earlier or the run longer");
  if (fault.kind === "power" || fault.kind === "uplink") checks.number(`${place}.share`, fault.share, 0, 1);
  else if ("region" in fault && fault.region !== undefined)
    checks.whole(`${place}.region`, fault.region, 0, cloud.regions - 1);
}

function checkCredentials(checks: Checks, { credentials, faults }: FleetModel): void {
  if (credentials === undefined) {
    const place = (faults ?? []).findIndex(({ kind }) => kind === "issuer");
    if (place >= 0)
      checks.add(`faults[${String(place)}]`, "there is no issuer without credentials; declare credentials");
    return;
  }
  checks.whole("credentials.lifetime", credentials.lifetime, 1_000_000, longest);
  checks.span("credentials.renewAt", credentials.renewAt, 0.001, 1);
  if (credentials.issued.kind === "within") {
    checks.whole("credentials.issued.span", credentials.issued.span, 0, longest);
  }
  if (credentials.renewalsPerSecond !== undefined) {
    checks.number("credentials.renewalsPerSecond", credentials.renewalsPerSecond, 1e-6, 1_000_000);
  }
  checkPolicy(checks, "credentials.retry", credentials.retry);
}

function checkRollout(checks: Checks, { rollout, devices }: FleetModel): void {
  if (rollout === undefined) return;
  checks.whole("rollout.at", rollout.at, 0, longest);
  if (rollout.waves.length === 0 || rollout.waves.length > 1_000) {
    checks.add("rollout.waves", "from 1 to 1,000 waves; give each its number of devices");
  }
  let sum = 0;
  for (const [index, size] of rollout.waves.entries()) {
    checks.whole(`rollout.waves[${String(index)}]`, size, 1, mostDevices);
    sum += size;
  }
  if (sum > devices) {
    checks.add(
      "rollout.waves",
      `${String(sum)} devices in waves, ${String(devices)} in the fleet; make the waves smaller`,
    );
  }
  checks.whole("rollout.waveWithin", rollout.waveWithin, 0, longest);
  checks.span("rollout.applyTime", rollout.applyTime, 0, longest);
  checks.number("rollout.defect", rollout.defect, 0, 1);
  checks.whole("rollout.healthAfter", rollout.healthAfter, 0, longest);
  checks.whole("rollout.soak", rollout.soak, 0, longest);
  if (rollout.haltAt !== undefined) checks.whole("rollout.haltAt", rollout.haltAt, 1, mostDevices);
  if (rollout.fallBackAfter !== undefined) checks.whole("rollout.fallBackAfter", rollout.fallBackAfter, 0, longest);
}

function checkTelemetry(checks: Checks, { telemetry, devices }: FleetModel): void {
  if (telemetry === undefined) return;
  checks.whole("telemetry.interval", telemetry.interval, 1_000_000, longest);
  checks.number("telemetry.ingestPerSecond", telemetry.ingestPerSecond, 0, 1e9);
  checks.number("telemetry.buffer", telemetry.buffer, 0, 1e12);
  checks.whole("telemetry.sampledDevices", telemetry.sampledDevices, 0, Math.min(devices, 1_000));
}

class Checks {
  readonly #problems: FleetProblem[] = [];

  add(place: string, says: string): void {
    this.#problems.push({ place, says });
  }

  whole(place: string, value: number, least: number, most: number): void {
    if (Number.isSafeInteger(value)) this.number(place, value, least, most);
    else this.add(place, `a whole number is needed; got ${String(value)}`);
  }

  number(place: string, value: number, least: number, most: number): void {
    if (!(value >= least && value <= most)) {
      this.add(place, `a number from ${String(least)} to ${String(most)} is needed; got ${String(value)}`);
    }
  }

  span(place: string, [first, second]: readonly [number, number], least: number, most: number): void {
    this.number(place, first, least, most);
    this.number(place, second, least, most);
    if (second < first)
      this.add(place, `the second may not be below the first; got ${String(first)} and ${String(second)}`);
  }

  finish(): void {
    if (this.#problems.length > 0) throw new FleetModelError(this.#problems);
  }
}
