import type { GraphRun, RequestsRecord, Span as GraphSpan } from "@fieldbook/load";
import { lasting, nanoseconds, spanKinds, statusCodes, textAttribute } from "../otlp-span.ts";
import type { Attribute, Span } from "../otlp-span.ts";
import { spanIdentities } from "../span-identities.ts";

const kinds = { request: spanKinds.client, call: spanKinds.client, serve: spanKinds.server } as const;

interface Resource {
  readonly attributes: readonly Attribute[];
}

const resource = (run: GraphRun, name: string): Resource => ({
  attributes: [textAttribute("service.name", name), textAttribute("fieldbook.trace_hash", run.traceHash)],
});
const scope = { name: "fieldbook" };

/**
 * The sampled requests of a run as traces of OpenTelemetry, in the JSON encoding of OTLP: one object with
 * `resourceSpans`, which Jaeger opens as a file. A request is a trace; calls and the serving of attempts are its spans.
 * What befell the graph meanwhile is events of the request's root. Virtual time 0 is 2000-01-01T00:00:00Z.
 */
export function graphTraces(run: GraphRun): string {
  const spans = new Map<string, Span[]>();
  for (const span of run.spans) {
    const name = span.kind === "serve" ? span.name : span.place;
    const list = spans.get(name);
    if (list === undefined) spans.set(name, [otlpSpan(run, span)]);
    else list.push(otlpSpan(run, span));
  }
  const resourceSpans = [...spans].map(([name, list]) => ({
    resource: resource(run, name),
    scopeSpans: [{ scope, spans: list }],
  }));
  return JSON.stringify({ resourceSpans });
}

function otlpSpan(run: GraphRun, span: GraphSpan): Span {
  const ids = spanIdentities(run.traceHash);
  const { start, end, failure, parent } = span;
  const events = parent === undefined ? run.events.filter(({ at }) => at >= start && at <= end) : [];
  return {
    traceId: ids.trace(span.trace),
    spanId: ids.handling(span.span),
    ...(parent === undefined ? {} : { parentSpanId: ids.handling(parent) }),
    name: span.name,
    kind: kinds[span.kind],
    ...lasting(start, end),
    attributes: [textAttribute("fieldbook.place", span.place)],
    ...(events.length === 0
      ? {}
      : { events: events.map(({ at, says }) => ({ timeUnixNano: nanoseconds(at), name: says })) }),
    ...(failure === undefined ? {} : { status: { code: statusCodes.error, message: failure } }),
  };
}

/** AGGREGATION_TEMPORALITY_CUMULATIVE of metrics.proto. */
const cumulative = 2;

/**
 * The series of a run as metrics of OpenTelemetry, in the JSON encoding of OTLP: one object with `resourceMetrics`.
 * Counters are cumulative from the start of the run; latencies are histograms with the bounds of the heat map's rows.
 */
export function graphMetrics(run: GraphRun): string {
  const sources = Object.entries(run.sources).map(([name, record]) => ({
    resource: resource(run, name),
    scopeMetrics: [{ scope, metrics: requestMetrics(run, record) }],
  }));
  const services = Object.entries(run.services).map(([name, record]) => ({
    resource: resource(run, name),
    scopeMetrics: [
      {
        scope,
        metrics: [
          ...requestMetrics(run, record),
          gauge(run, "fieldbook.servers.busy", "{server}", record.use.busy),
          gauge(run, "fieldbook.servers", "{server}", record.use.servers),
          gauge(run, "fieldbook.queue.length", "{request}", record.use.waiting),
          gauge(run, "fieldbook.instances", "{instance}", record.use.instances),
          counter(run, "fieldbook.wasted", record.use.wasted),
        ],
      },
    ],
  }));
  return JSON.stringify({ resourceMetrics: [...sources, ...services] });
}

type Metric = Readonly<Record<string, unknown>>;

const requestMetrics = (run: GraphRun, { series }: RequestsRecord): readonly Metric[] => [
  counter(run, "fieldbook.requests", series.requests),
  counter(run, "fieldbook.successes", series.successes),
  counter(run, "fieldbook.failures", series.failures),
  histogram(run, series.latency),
];

const sliceTimes = (
  run: GraphRun,
  slice: number,
): { readonly startTimeUnixNano: string; readonly timeUnixNano: string } => ({
  startTimeUnixNano: nanoseconds(0),
  timeUnixNano: nanoseconds(Math.min((slice + 1) * run.slice, run.duration)),
});

function counter(run: GraphRun, name: string, perSlice: Readonly<Float64Array>): Metric {
  let sum = 0;
  const dataPoints = Array.from(perSlice, (value, slice) => {
    sum += value;
    return { ...sliceTimes(run, slice), asInt: String(sum) };
  });
  return { name, unit: "{request}", sum: { dataPoints, aggregationTemporality: cumulative, isMonotonic: true } };
}

const gauge = (run: GraphRun, name: string, unit: string, perSlice: Readonly<Float64Array>): Metric => ({
  name,
  unit,
  gauge: {
    dataPoints: Array.from(perSlice, (value, slice) => ({
      timeUnixNano: sliceTimes(run, slice).timeUnixNano,
      asDouble: value,
    })),
  },
});

function histogram(run: GraphRun, latency: RequestsRecord["series"]["latency"]): Metric {
  const rows = run.heatRows.length;
  const explicitBounds = run.heatRows.slice(0, -1).map((bound) => bound / 1_000_000);
  const counts = run.heatRows.map(() => 0);
  let sum = 0;
  let all = 0;
  const dataPoints = Array.from({ length: run.slices }, (_, slice) => {
    let ended = 0;
    for (let row = 0; row < rows; row += 1) {
      const count = latency.heat[slice * rows + row]!;
      counts[row]! += count;
      ended += count;
    }
    all += ended;
    if (ended > 0) sum += (latency.mean[slice]! * ended) / 1_000_000;
    return { ...sliceTimes(run, slice), count: String(all), sum, explicitBounds, bucketCounts: counts.map(String) };
  });
  return { name: "fieldbook.latency", unit: "s", histogram: { dataPoints, aggregationTemporality: cumulative } };
}
