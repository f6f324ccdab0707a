import { microsecondsPerSecond, seconds } from "@fieldbook/kernel";
import type { FleetModel, FleetRun } from "@fieldbook/load";
import { simulateFleet } from "@fieldbook/load";
import { defineExperiment } from "../../experiment.ts";
import type { ParameterSpecs, ValuesOf } from "../../parameters.ts";
import { fleetFigure } from "./fleet-figure.ts";

const daySeconds = 86_400;
const hourSeconds = 3_600;

const parameters = {
  issuedWithinDays: {
    kind: "number",
    label: "certificates issued within",
    unit: "days",
    min: 0,
    max: 300,
    step: 5,
    default: 0,
    help: "0: all in the same moment, as by one script; more: each at a random moment of that span.",
  },
  leadDays: {
    kind: "number",
    label: "renewed before the end",
    unit: "days",
    min: 0,
    max: 90,
    step: 5,
    default: 0,
    help: "How long before it runs out a device asks for its next certificate.",
  },
  failuresToNotice: {
    kind: "integer",
    label: "failed renewals until someone notices",
    unit: "devices",
    min: 1,
    max: 1_000,
    step: 10,
    default: 20,
    help: "Renewal is broken from the start of the run; this many devices must have failed to renew.",
  },
  repairDays: {
    kind: "number",
    label: "repair",
    unit: "days",
    min: 0,
    max: 60,
    default: 2,
    help: "From noticed to renewals that work again.",
  },
  lifetimeDays: {
    kind: "integer",
    label: "lifetime of a certificate",
    unit: "days",
    min: 30,
    max: 825,
    step: 10,
    default: 365,
    help: "Devices without a valid certificate lose the cloud.",
  },
  devices: {
    kind: "integer",
    label: "devices",
    unit: "",
    min: 1_000,
    max: 100_000,
    step: 1_000,
    default: 2_000,
    help: "Each has one certificate.",
  },
} as const satisfies ParameterSpecs;

type Values = ValuesOf<typeof parameters>;

/** Renewal does not work, and nobody knows until certificates fall due. */
export const certificateCliff = defineExperiment({
  id: "certificate-cliff",
  title: "Certificate cliff",
  summary:
    "Devices hold certificates of a long lifetime. Renewal is broken, which nobody notices until the first renewals are " +
    "due and fail. Then it is mended, and devices try again every hour or two.",
  leavesOut:
    "People notice by failed renewals alone and mend all devices at once. The new certificates need no restart and the " +
    "issuer serves everyone who comes.",
  parameters,
  properties: {
    noOutage: { says: "No certificate runs out." },
    noCliff: { says: "Less than one device in ten is without a valid certificate at any time." },
  },
  metrics: {
    peakExpired: { label: "most devices without a valid certificate", unit: "%", digits: 1 },
    formula: { label: "the same by the quantile formula", unit: "%", digits: 1 },
    noticedDay: { label: "noticed after", unit: "days", digits: 1 },
    steepestHour: { label: "most sessions lost in an hour", unit: "%", digits: 1 },
  },
  validate({ lifetimeDays, leadDays, issuedWithinDays, failuresToNotice, devices }) {
    if (leadDays + issuedWithinDays >= lifetimeDays) {
      return `Renewal must lie within the lifetime: ${String(leadDays)} and ${String(issuedWithinDays)} days do not fit into ${String(lifetimeDays)}.`;
    }
    return failuresToNotice > devices
      ? `${String(failuresToNotice)} failures are never reached with ${String(devices)} devices.`
      : undefined;
  },
  run(values, seed) {
    const run = simulateFleet(cliffModel(values), seed);
    const outcome = outcomeOf(values, run);
    const verdict = (holds: boolean) => ({
      verdict: holds ? ("holds" as const) : ("violated" as const),
      says: describe(outcome),
    });
    return {
      verdicts: { noOutage: verdict(outcome.peakExpired === 0), noCliff: verdict(outcome.peakExpired < 10) },
      metrics: { ...outcome },
      traceHash: run.traceHash,
      events: run.events,
    };
  },
  picture(values, seed, against) {
    const run = simulateFleet(cliffModel(values), seed);
    const other = against === undefined ? undefined : simulateFleet(cliffModel(against.values), seed);
    const from = daySeconds * Math.max(0, values.lifetimeDays - values.leadDays - values.issuedWithinDays - 5);
    return fleetFigure(
      run,
      [
        { title: "Ready", unit: "devices", column: "ready", reference: { label: "fleet", at: values.devices } },
        { title: "Failed renewals", unit: "renewals/h", column: "failedRenewals" },
        { title: "Renewals", unit: "renewals/h", column: "renewals" },
      ],
      {
        from,
        says: describe(outcomeOf(values, run)),
        against:
          against === undefined || other === undefined
            ? undefined
            : { name: against.name, run: other, says: describe(outcomeOf(against.values, other)) },
      },
    );
  },
});

/**
 * Renewals fall due uniformly over the span W of issue. The q-th quantile of them is when people notice; mended after a
 * repair of F, all those have run out whose end lay before: the share q + (F − lead) / W, and with W = 0 all or none.
 */
function expiredShare(values: Values): number {
  const { issuedWithinDays: span, leadDays, repairDays, failuresToNotice, devices } = values;
  const quantile = failuresToNotice / devices;
  if (span === 0) return repairDays >= leadDays ? 1 : 0;
  return Math.min(1, Math.max(0, quantile + (repairDays - leadDays) / span));
}

function cliffModel(values: Values): FleetModel {
  const lifetime = seconds(daySeconds * values.lifetimeDays);
  const due = 1 - values.leadDays / values.lifetimeDays;
  return {
    devices: values.devices,
    duration: lifetime + seconds(daySeconds * (values.repairDays + 3)),
    resolution: seconds(hourSeconds),
    sites: { devicesPerSite: 1 },
    cloud: {
      regions: 1,
      cellsPerRegion: 1,
      frontDoor: { connectionsPerSecond: 10_000, queueBound: values.devices, order: "fifo", dropsAbandoned: false },
    },
    device: {
      noticesWithin: 0,
      clientTimeout: seconds(60),
      syncTime: 0,
      bootTime: [0, 0],
      retry: { kind: "range", min: seconds(5), max: seconds(10) },
    },
    faults: [
      {
        kind: "issuer",
        from: 0,
        to: { failedRenewals: values.failuresToNotice, repair: seconds(daySeconds * values.repairDays) },
      },
    ],
    credentials: {
      lifetime,
      renewAt: [due, due],
      issued: { kind: "within", span: seconds(daySeconds * values.issuedWithinDays) },
      retry: { kind: "range", min: seconds(hourSeconds), max: seconds(2 * hourSeconds) },
    },
  };
}

interface CliffOutcome extends Readonly<Record<string, number>> {
  readonly peakExpired: number;
  readonly formula: number;
  readonly noticedDay: number;
  readonly steepestHour: number;
}

function outcomeOf(values: Values, run: FleetRun): CliffOutcome {
  const noticed = run.notes.find(({ kind }) => kind === "noticed")?.at ?? run.duration;
  let steepest = 0;
  for (let hour = 1; hour < run.series.ready.length; hour += 1) {
    steepest = Math.max(steepest, run.series.ready[hour - 1]! - run.series.ready[hour]!);
  }
  return {
    peakExpired: (100 * run.peakExpired) / values.devices,
    formula: 100 * expiredShare(values),
    noticedDay: noticed / microsecondsPerSecond / daySeconds,
    steepestHour: (100 * steepest) / values.devices,
  };
}

function describe({ peakExpired, noticedDay, steepestHour }: CliffOutcome): string {
  const noticed = `the failure is noticed on day ${noticedDay.toFixed(1)}`;
  return peakExpired === 0
    ? `${noticed}, and no certificate runs out.`
    : `${noticed}; at the worst ${peakExpired.toFixed(1)} % of the devices have no valid certificate, ` +
        `${steepestHour.toFixed(1)} % of them lost in one hour.`;
}
