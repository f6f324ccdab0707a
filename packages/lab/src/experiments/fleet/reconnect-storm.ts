import { seconds } from "@fieldbook/kernel";
import type { FleetModel, FleetRun, ReconnectPolicy } from "@fieldbook/load";
import { reconnectedWithin, reconnectPercentile, simulateFleet, tr369Defaults } from "@fieldbook/load";
import { defineExperiment } from "../../experiment.ts";
import { fleetFigure } from "./fleet-figure.ts";
import { reconnectStormParameters } from "./reconnect-storm-parameters.ts";
import type { ReconnectStormValues } from "./reconnect-storm-parameters.ts";

const calmSeconds = 10;

/** A cloud comes back after an outage, and so do all devices. */
export const reconnectStorm = defineExperiment({
  id: "reconnect-storm",
  title: "Reconnect storm",
  summary:
    "Every device of a fleet loses the cloud. Each tries again and again; when the cloud is back, its front door sets " +
    "connections up one after the other, behind a queue with a bound. A device gives up on an attempt after a timeout.",
  leavesOut:
    "The front door needs the same time for each connection; refusing costs it nothing. No session is resumed, no cell " +
    "helps another, and the devices' configuration does not change meanwhile.",
  parameters: reconnectStormParameters,
  properties: {
    allBack: { says: "Every device is ready again when the run ends." },
    noWaste: { says: "The front door sets up no connection for a device that has given up." },
    nearIdeal: { says: "The last device is ready at most a tenth and a timeout later than devices / capacity." },
  },
  metrics: {
    secondsToHalf: { label: "half of the devices back, or the length watched", unit: "s", digits: 0 },
    secondsTo99: { label: "99 % of the devices back, or the length watched", unit: "s", digits: 0 },
    secondsToAll: { label: "all devices back, or the length watched", unit: "s", digits: 0 },
    back: { label: "devices back when the run ends", unit: "", digits: 0 },
    peakAttempts: { label: "most attempts in a second after the outage", unit: "", digits: 0 },
    wasted: { label: "connections set up for nobody", unit: "", digits: 0 },
  },
  validate: problemOf,
  run(values, seed) {
    const run = simulateFleet(stormModel(values), seed);
    const outcome = outcomeOf(values, run);
    const says = describeOutcome(values, outcome);
    const verdict = (holds: boolean) => ({ verdict: holds ? ("holds" as const) : ("violated" as const), says });
    return {
      verdicts: {
        allBack: verdict(outcome.back === values.devices),
        noWaste: verdict(outcome.wasted === 0),
        nearIdeal: verdict(
          outcome.back === values.devices && outcome.secondsToAll <= 1.1 * idealSeconds(values) + values.timeoutSeconds,
        ),
      },
      metrics: { ...outcome },
      traceHash: run.traceHash,
      events: run.events,
    };
  },
  picture(values, seed, against) {
    const run = simulateFleet(stormModel(values), seed);
    const other = against === undefined ? undefined : simulateFleet(stormModel(against.values), seed);
    const capacity = { label: "capacity", at: values.connectionsPerSecond };
    return fleetFigure(
      run,
      [
        { title: "Ready", unit: "devices", column: "ready", reference: { label: "fleet", at: values.devices } },
        { title: "Attempts", unit: "attempts/s", column: "attempts", reference: capacity },
        {
          title: "Queue",
          unit: "attempts",
          column: "queue",
          reference: {
            label: "served within the timeout",
            at: values.connectionsPerSecond * values.timeoutSeconds,
          },
        },
        { title: "Wasted", unit: "connections/s", column: "wasted" },
      ],
      {
        says: describeOutcome(values, outcomeOf(values, run)),
        against:
          against === undefined || other === undefined
            ? undefined
            : {
                name: against.name,
                run: other,
                says: describeOutcome(against.values, outcomeOf(against.values, other)),
              },
      },
    );
  },
});

/** What capacity alone allows: nobody can do better. */
const idealSeconds = (values: ReconnectStormValues): number => values.devices / values.connectionsPerSecond;

function problemOf({ baseSeconds, capSeconds, devices, cells }: ReconnectStormValues): string | undefined {
  if (capSeconds < baseSeconds) {
    return `The longest wait, ${String(capSeconds)} s, is below the first, ${String(baseSeconds)} s.`;
  }
  return cells > devices
    ? `${String(cells)} cells need at least as many devices; there are ${String(devices)}.`
    : undefined;
}

function retryPolicy({ policy, baseSeconds, capSeconds }: ReconnectStormValues): ReconnectPolicy {
  if (policy === "range") return { kind: "range", min: seconds(5), max: seconds(10) };
  if (policy === "tr-369") return tr369Defaults;
  return { kind: policy, base: seconds(baseSeconds), cap: seconds(capSeconds) };
}

function stormModel(values: ReconnectStormValues): FleetModel {
  const from = seconds(calmSeconds);
  const to = from + seconds(60 * values.outageMinutes);
  const capacity = values.connectionsPerSecond / values.cells;
  return {
    devices: values.devices,
    duration: to + seconds(60 * values.horizonMinutes),
    sites: { devicesPerSite: 1 },
    cloud: {
      regions: 1,
      cellsPerRegion: values.cells,
      frontDoor: {
        connectionsPerSecond: capacity,
        queueBound: Math.round(capacity * values.queueSeconds),
        order: values.order,
        dropsAbandoned: values.dropsAbandoned,
      },
    },
    device: {
      noticesWithin: seconds(1),
      clientTimeout: seconds(values.timeoutSeconds),
      syncTime: 0,
      bootTime: [0, 0],
      retry: retryPolicy(values),
    },
    faults: [{ kind: "outage", from, to }],
  };
}

interface StormOutcome extends Readonly<Record<string, number>> {
  readonly secondsToHalf: number;
  readonly secondsTo99: number;
  readonly secondsToAll: number;
  readonly back: number;
  readonly peakAttempts: number;
  readonly wasted: number;
}

function outcomeOf(values: ReconnectStormValues, run: FleetRun): StormOutcome {
  const watched = 60 * values.horizonMinutes;
  const after = (percent: number): number => Math.min(watched, reconnectPercentile(run, percent)!);
  const back = Math.ceil(calmSeconds + 60 * values.outageMinutes);
  return {
    secondsToHalf: after(50),
    secondsTo99: after(99),
    secondsToAll: after(100),
    back: reconnectedWithin(run, watched),
    peakAttempts: run.series.attempts.subarray(back).reduce((most, attempts) => Math.max(most, attempts), 0),
    wasted: run.totals.wasted,
  };
}

function describeOutcome(values: ReconnectStormValues, outcome: StormOutcome): string {
  const ideal = `devices / capacity is ${idealSeconds(values).toFixed(0)} s`;
  const wasted = `${String(outcome.wasted)} connections were set up for devices that had given up`;
  return outcome.back === values.devices
    ? `all ${String(values.devices)} devices are back after ${outcome.secondsToAll.toFixed(0)} s; ${ideal}; ${wasted}.`
    : `${String(outcome.back)} of ${String(values.devices)} devices are back after ${String(values.horizonMinutes)} min; ` +
        `${ideal}; ${wasted}.`;
}
