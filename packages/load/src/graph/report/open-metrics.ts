import type { GraphRun, RequestsRecord } from "../graph-run.ts";

/** Virtual time 0 is 2000-01-01T00:00:00Z, in seconds of Unix. */
const epoch = 946_684_800;

/** Upper bounds of the buckets of histograms, seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** A name of an organisation's own, as the value of a label. */
const labelled = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

/**
 * A run as OpenMetrics text (OpenMetrics 1.0): the counters and gauges that a scrape of each slice would have seen, with
 * their times, so that Prometheus can take them in (`promtool tsdb create-blocks-from openmetrics`).
 *
 * Counters add up from the start of the run. Histograms come from the rows of the heat map, each counted to the first
 * bound at or above its own; so a bucket is at most half an octave off.
 */
export function openMetrics(run: GraphRun): string {
  const text = [
    ...requestFamilies(run),
    ...latencyFamily(run),
    ...gaugeFamily(run, "fieldbook_servers_busy", "Mean number of busy servers.", ({ use }) => use.busy),
    ...gaugeFamily(
      run,
      "fieldbook_servers",
      "Mean number of servers of instances that are up.",
      ({ use }) => use.servers,
    ),
    ...gaugeFamily(run, "fieldbook_queue_length", "Mean number of requests that wait.", ({ use }) => use.waiting),
    ...gaugeFamily(run, "fieldbook_instances", "Mean number of instances that are up.", ({ use }) => use.instances),
    ...wastedFamily(run),
    "# EOF",
  ];
  return `${text.join("\n")}\n`;
}

/** When a slice ended. */
const timeOf = (run: GraphRun, slice: number): string =>
  String(epoch + Math.min((slice + 1) * run.slice, run.duration) / 1_000_000);

const records = (run: GraphRun): readonly (readonly [labels: string, record: RequestsRecord])[] => [
  ...Object.entries(run.sources).map(([name, record]) => [`source="${labelled(name)}"`, record] as const),
  ...Object.entries(run.services).map(([name, record]) => [`service="${labelled(name)}"`, record] as const),
];

function requestFamilies(run: GraphRun): readonly string[] {
  const family = (
    name: string,
    help: string,
    series: (record: RequestsRecord) => Readonly<Float64Array>,
  ): readonly string[] => [
    `# TYPE ${name} counter`,
    `# HELP ${name} ${help}`,
    ...records(run).flatMap(([labels, record]) => counter(run, `${name}_total{${labels}}`, series(record))),
  ];
  return [
    ...family("fieldbook_requests", "Requests that came.", ({ series }) => series.requests),
    ...family("fieldbook_successes", "Requests that were answered well.", ({ series }) => series.successes),
    ...family("fieldbook_failures", "Requests that failed.", ({ series }) => series.failures),
  ];
}

/** One series of a counter: what was counted up to the end of each slice. */
function counter(run: GraphRun, name: string, perSlice: Readonly<Float64Array>): readonly string[] {
  let sum = 0;
  return Array.from(perSlice, (value, slice) => {
    sum += value;
    return `${name} ${String(sum)} ${timeOf(run, slice)}`;
  });
}

function latencyFamily(run: GraphRun): readonly string[] {
  const name = "fieldbook_latency_seconds";
  return [
    `# TYPE ${name} histogram`,
    `# UNIT ${name} seconds`,
    `# HELP ${name} Of good answers: from the moment a request was due; of a service, from its arrival there.`,
    ...records(run).flatMap(([labels, record]) => histogram(run, name, labels, record)),
  ];
}

function histogram(run: GraphRun, name: string, labels: string, { series }: RequestsRecord): readonly string[] {
  const rows = run.heatRows.length;
  const buckets = run.heatRows.map((row) => bounds.findIndex((bound) => row <= bound * 1_000_000));
  const counts = [...bounds, Infinity].map(() => 0);
  let sum = 0;
  let all = 0;
  return Array.from({ length: run.slices }, (_, slice) => {
    let ended = 0;
    for (let row = 0; row < rows; row += 1) {
      const count = series.latency.heat[slice * rows + row]!;
      const bucket = buckets[row]!;
      counts[bucket < 0 ? bounds.length : bucket]! += count;
      ended += count;
    }
    all += ended;
    if (ended > 0) sum += (series.latency.mean[slice]! * ended) / 1_000_000;
    const at = timeOf(run, slice);
    let below = 0;
    const lines = counts.map((count, bucket) => {
      below += count;
      const bound = bounds[bucket] === undefined ? "+Inf" : decimal(bounds[bucket]);
      return `${name}_bucket{${labels},le="${bound}"} ${String(below)} ${at}`;
    });
    return [...lines, `${name}_count{${labels}} ${String(all)} ${at}`, `${name}_sum{${labels}} ${String(sum)} ${at}`];
  }).flat();
}

/** OpenMetrics wants canonical numbers: 1.0, not 1. */
const decimal = (value: number): string => (Number.isInteger(value) ? `${String(value)}.0` : String(value));

function gaugeFamily(
  run: GraphRun,
  name: string,
  help: string,
  series: (record: GraphRun["services"][string]) => Readonly<Float64Array>,
): readonly string[] {
  return [
    `# TYPE ${name} gauge`,
    `# HELP ${name} ${help}`,
    ...Object.entries(run.services).flatMap(([service, record]) =>
      Array.from(
        series(record),
        (value, slice) => `${name}{service="${labelled(service)}"} ${String(value)} ${timeOf(run, slice)}`,
      ),
    ),
  ];
}

function wastedFamily(run: GraphRun): readonly string[] {
  return [
    "# TYPE fieldbook_wasted counter",
    "# HELP fieldbook_wasted Requests that were served although nobody waited for them any more.",
    ...Object.entries(run.services).flatMap(([service, { use }]) =>
      counter(run, `fieldbook_wasted_total{service="${labelled(service)}"}`, use.wasted),
    ),
  ];
}
