import { microsecondsPerSecond, seconds } from "@fieldbook/kernel";
import type { FleetModel, FleetRun } from "@fieldbook/load";
import { simulateFleet } from "@fieldbook/load";
import { defineExperiment } from "../../experiment.ts";
import type { ParameterSpecs, ValuesOf } from "../../parameters.ts";
import { fleetFigure } from "./fleet-figure.ts";
import { validShare } from "./valid-share.ts";

const parameters = {
  lifetimeMinutes: {
    kind: "integer",
    label: "lifetime of a credential",
    unit: "min",
    min: 5,
    max: 1_440,
    step: 5,
    default: 60,
    help: "How long a credential is accepted; so long a revoked one lives on as well.",
  },
  renewAt: {
    kind: "integer",
    label: "renewed after",
    unit: "% of the lifetime",
    min: 5,
    max: 95,
    step: 5,
    default: 50,
    help: "The mean share of the lifetime after which a device asks for the next one.",
  },
  jitter: {
    kind: "integer",
    label: "jitter of the renewal",
    unit: "% of the lifetime",
    min: 0,
    max: 45,
    step: 5,
    default: 0,
    help: "A renewal lies up to this much earlier or later, each moment as likely.",
  },
  partitionMinutes: {
    kind: "integer",
    label: "length of the partition",
    unit: "min",
    min: 1,
    max: 2_880,
    step: 5,
    default: 45,
    help: "How long the devices do not reach the issuer.",
  },
  devices: {
    kind: "integer",
    label: "devices",
    unit: "",
    min: 100,
    max: 100_000,
    step: 500,
    default: 2_000,
    help: "All lie on the far side of the partition.",
  },
} as const satisfies ParameterSpecs;

type Values = ValuesOf<typeof parameters>;

/** Renewals go on for this share of a lifetime before the partition. */
const calmShare = 0.5;

/** Devices that can not renew their credentials for a while. */
export const credentialPartition = defineExperiment({
  id: "credential-partition",
  title: "Credentials under a partition",
  summary:
    "Devices hold credentials of a limited lifetime and renew them long before they run out. A partition keeps them " +
    "from the issuer, but not from the rest of the cloud. Who has no valid credential loses its session.",
  leavesOut:
    "The issuer can serve all renewals at once, clocks agree, and nobody revokes anything. A device without a session " +
    "goes on forwarding; only its management is lost.",
  parameters,
  properties: {
    noImpact: { says: "No device loses its session." },
  },
  metrics: {
    firstLossMinutes: {
      label: "first session lost after the partition began, or the rest of the run",
      unit: "min",
      digits: 1,
    },
    allLostMinutes: {
      label: "all sessions lost after the partition began, or the rest of the run",
      unit: "min",
      digits: 1,
    },
    lowestReady: { label: "fewest devices with a session", unit: "%", digits: 1 },
    formulaGap: { label: "largest gap to the formula while the partition lasts", unit: "% of the devices", digits: 2 },
  },
  validate({ renewAt, jitter }) {
    return renewAt - jitter < 1 || renewAt + jitter > 100
      ? `Renewals from ${String(renewAt - jitter)} to ${String(renewAt + jitter)} % of the lifetime: they must lie between 1 and 100 %.`
      : undefined;
  },
  run(values, seed) {
    const run = simulateFleet(partitionModel(values), seed);
    const outcome = outcomeOf(values, run);
    return {
      verdicts: {
        noImpact: { verdict: outcome.lowestReady === 100 ? "holds" : "violated", says: describe(outcome) },
      },
      metrics: { ...outcome },
      traceHash: run.traceHash,
      events: run.events,
    };
  },
  picture(values, seed, against) {
    const run = simulateFleet(partitionModel(values), seed);
    const other = against === undefined ? undefined : simulateFleet(partitionModel(against.values), seed);
    const begins = partitionBegins(values);
    const formula = (second: number): number | null => {
      const since = second - begins;
      if (since > 60 * values.partitionMinutes) return null;
      return values.devices * shareLeft(values, Math.max(0, since));
    };
    return fleetFigure(
      run,
      [
        { title: "Ready", unit: "devices", column: "ready", reference: { label: "formula", at: formula } },
        { title: "Renewals", unit: "renewals", column: "renewals" },
        { title: "Failed renewals", unit: "renewals", column: "failedRenewals" },
      ],
      {
        says: describe(outcomeOf(values, run)),
        against:
          against === undefined || other === undefined
            ? undefined
            : { name: against.name, run: other, says: describe(outcomeOf(against.values, other)) },
      },
    );
  },
});

/** In seconds. */
const partitionBegins = (values: Values): number => Math.round(60 * values.lifetimeMinutes * calmShare);

function partitionModel(values: Values): FleetModel {
  const from = seconds(partitionBegins(values));
  const to = from + seconds(60 * values.partitionMinutes);
  const renewAt = [(values.renewAt - values.jitter) / 100, (values.renewAt + values.jitter) / 100] as const;
  return {
    devices: values.devices,
    duration: to + seconds(30 * values.lifetimeMinutes),
    // A hundredth of the lifetime and coarser than ten seconds only where the lifetime is long.
    resolution: seconds(Math.max(3, Math.round((60 * values.lifetimeMinutes) / 360))),
    sites: { devicesPerSite: 1 },
    cloud: {
      regions: 1,
      cellsPerRegion: 1,
      frontDoor: { connectionsPerSecond: 100_000, queueBound: values.devices, order: "fifo", dropsAbandoned: false },
    },
    device: {
      noticesWithin: 0,
      clientTimeout: seconds(10),
      syncTime: 0,
      bootTime: [0, 0],
      retry: { kind: "range", min: seconds(5), max: seconds(10) },
    },
    faults: [{ kind: "issuer", from, to }],
    credentials: {
      lifetime: seconds(60 * values.lifetimeMinutes),
      renewAt,
      issued: { kind: "steady" },
      retry: { kind: "range", min: seconds(60), max: seconds(120) },
    },
  };
}

const shareLeft = (values: Values, sinceSeconds: number): number =>
  validShare(sinceSeconds / (60 * values.lifetimeMinutes), [
    (values.renewAt - values.jitter) / 100,
    (values.renewAt + values.jitter) / 100,
  ]);

interface PartitionOutcome extends Readonly<Record<string, number>> {
  readonly firstLossMinutes: number;
  readonly allLostMinutes: number;
  readonly lowestReady: number;
  readonly formulaGap: number;
}

function outcomeOf(values: Values, run: FleetRun): PartitionOutcome {
  const entry = run.resolution / microsecondsPerSecond;
  const begins = partitionBegins(values);
  const ends = begins + 60 * values.partitionMinutes;
  const { ready } = run.series;
  const minutesUntil = (below: number): number => {
    const found = ready.findIndex((count) => count < below);
    return ((found === -1 ? ready.length : found + 1) * entry - begins) / 60;
  };
  let gap = 0;
  for (const [index, count] of ready.entries()) {
    const second = (index + 1) * entry;
    if (second < begins || second > ends) continue;
    gap = Math.max(gap, Math.abs(count / values.devices - shareLeft(values, second - begins)));
  }
  return {
    firstLossMinutes: minutesUntil(values.devices),
    allLostMinutes: minutesUntil(1),
    lowestReady: (100 * ready.reduce((least, count) => Math.min(least, count), values.devices)) / values.devices,
    formulaGap: 100 * gap,
  };
}

function describe({ lowestReady, firstLossMinutes, allLostMinutes }: PartitionOutcome): string {
  if (lowestReady === 100) return "no device loses its session.";
  const first = `the first session is lost ${firstLossMinutes.toFixed(1)} min after the partition began`;
  return lowestReady === 0
    ? `${first}, the last after ${allLostMinutes.toFixed(1)} min.`
    : `${first}; at the worst ${lowestReady.toFixed(1)} % of the devices have one.`;
}
