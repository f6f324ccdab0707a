import { seconds } from "@fieldbook/kernel";
import type { FleetModel, FleetRun, ReconnectPolicy } from "@fieldbook/load";
import { reconnectPercentile, simulateFleet } from "@fieldbook/load";
import { defineExperiment } from "../../experiment.ts";
import type { ParameterSpecs, ValuesOf } from "../../parameters.ts";
import { fleetFigure } from "./fleet-figure.ts";

/** Everyone loses the cloud at this second, tries at once, and gives up ten seconds later, when the cloud is back. */
const lossSecond = 5;
const timeoutSeconds = 10;
const waitsBegin = lossSecond + timeoutSeconds;

const parameters = {
  jitter: {
    kind: "choice",
    label: "wait before the retry",
    options: [
      { value: "none", label: "the longest, everyone" },
      { value: "half", label: "half of it to all of it" },
      { value: "full", label: "none to all of it" },
    ],
    default: "full",
    help: "How the devices' waits differ from one another.",
  },
  spanSeconds: {
    kind: "integer",
    label: "longest wait",
    unit: "s",
    min: 1,
    max: 3_600,
    step: 10,
    default: 100,
    help: "What the waits are spread over.",
  },
  devices: {
    kind: "integer",
    label: "devices",
    unit: "",
    min: 10,
    max: 1_000_000,
    step: 1_000,
    default: 10_000,
    help: "All of them fail at the same moment.",
  },
} as const satisfies ParameterSpecs;

type Values = ValuesOf<typeof parameters>;

/** One failure that all devices share, and when their retries arrive. */
export const retryJitter = defineExperiment({
  id: "retry-jitter",
  title: "Jitter",
  summary:
    "An attempt fails for every device at the same moment. Each waits as its policy says and tries once more. Shown is " +
    "when these retries arrive.",
  leavesOut: "One retry of one wave; the front door is fast enough to serve all of them at once.",
  parameters,
  properties: {
    spread: { says: "No second has more than twice the retries of an even spread, and ten." },
  },
  metrics: {
    peak: { label: "most retries in one second", unit: "", digits: 0 },
    rate: { label: "retries a second, between the first and the last", unit: "1/s", digits: 1 },
    firstSecond: { label: "first retry after the failure", unit: "s", digits: 3 },
    middleSecond: { label: "half of the retries after the failure", unit: "s", digits: 2 },
    lastSecond: { label: "last retry after the failure", unit: "s", digits: 2 },
  },
  run(values, seed) {
    const run = simulateFleet(jitterModel(values), seed);
    const outcome = outcomeOf(values, run);
    const even = values.devices / values.spanSeconds;
    return {
      verdicts: {
        spread: { verdict: outcome.peak <= 2 * even + 10 ? "holds" : "violated", says: describe(values, outcome) },
      },
      metrics: { ...outcome },
      traceHash: run.traceHash,
      events: run.events,
    };
  },
  picture(values, seed, against) {
    const run = simulateFleet(jitterModel(values), seed);
    const other = against === undefined ? undefined : simulateFleet(jitterModel(against.values), seed);
    const even = { label: "devices / longest wait", at: values.devices / values.spanSeconds };
    return fleetFigure(run, [{ title: "Retries", unit: "retries/s", column: "attempts", reference: even }], {
      from: waitsBegin,
      says: describe(values, outcomeOf(values, run)),
      against:
        against === undefined || other === undefined
          ? undefined
          : { name: against.name, run: other, says: describe(against.values, outcomeOf(against.values, other)) },
    });
  },
});

function jitterModel(values: Values): FleetModel {
  const from = seconds(lossSecond);
  return {
    devices: values.devices,
    duration: seconds(waitsBegin + values.spanSeconds + 5),
    sites: { devicesPerSite: 1 },
    cloud: {
      regions: 1,
      cellsPerRegion: 1,
      frontDoor: {
        connectionsPerSecond: 1_000_000,
        queueBound: values.devices,
        order: "fifo",
        dropsAbandoned: false,
      },
    },
    device: {
      noticesWithin: 0,
      clientTimeout: seconds(timeoutSeconds),
      syncTime: 0,
      bootTime: [0, 0],
      retry: retryPolicy(values),
    },
    faults: [{ kind: "outage", from, to: seconds(waitsBegin) }],
  };
}

function retryPolicy({ jitter, spanSeconds }: Values): ReconnectPolicy {
  const span = seconds(spanSeconds);
  if (jitter === "full") return { kind: "full-jitter", base: span, cap: span };
  return { kind: "range", min: jitter === "half" ? span / 2 : span, max: span };
}

interface JitterOutcome extends Readonly<Record<string, number>> {
  readonly peak: number;
  readonly rate: number;
  readonly firstSecond: number;
  readonly middleSecond: number;
  readonly lastSecond: number;
}

function outcomeOf(values: Values, run: FleetRun): JitterOutcome {
  const retries = run.series.attempts.subarray(waitsBegin);
  // Connections take 1 µs each here, so that a device is ready when its retry arrives, but for the queue of a wave.
  const firstSecond = run.timesToReconnect[0]! / 1_000;
  const lastSecond = reconnectPercentile(run, 100)!;
  const between = lastSecond - firstSecond;
  return {
    peak: retries.reduce((most, count) => Math.max(most, count), 0),
    rate: values.devices / Math.max(1, between),
    firstSecond,
    middleSecond: reconnectPercentile(run, 50)!,
    lastSecond,
  };
}

function describe(values: Values, { peak, firstSecond, lastSecond }: JitterOutcome): string {
  const even = (values.devices / values.spanSeconds).toFixed(0);
  return (
    `at most ${String(peak)} of ${String(values.devices)} retries arrive in one second, from ${firstSecond.toFixed(2)} to ` +
    `${lastSecond.toFixed(2)} s after the failure; an even spread has ${even} a second.`
  );
}
