import type { Span, Tracer } from "@opentelemetry/api";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { SettingsError } from "../settings.ts";
import type { SettingDescription } from "../settings.ts";
import { currentRequest } from "./current-request.ts";

export const telemetrySettingDescriptions: readonly SettingDescription[] = [
  {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    meaning: "OpenTelemetry: traces and metrics of the server go there by OTLP over HTTP: `http://collector:4318`.",
    fallback: "nothing is sent",
  },
  { name: "OTEL_SERVICE_NAME", meaning: "What the server calls itself there.", fallback: "`fieldbook`" },
  {
    name: "OTEL_METRIC_EXPORT_INTERVAL",
    meaning: "How often metrics are sent, in milliseconds, 100 to 3,600,000.",
    fallback: "`60000`",
  },
];

export interface TelemetrySettings {
  /** Without a slash at the end. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly intervalMs: number;
}

/** @throws SettingsError */
export function readTelemetrySettings(
  environment: Readonly<Record<string, string | undefined>>,
): TelemetrySettings | undefined {
  const get = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const endpoint = get("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (endpoint === undefined) return undefined;
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "")) {
    throw new SettingsError(
      "OTEL_EXPORTER_OTLP_ENDPOINT: an address that begins with http:// or https:// is expected.",
    );
  }
  const interval = get("OTEL_METRIC_EXPORT_INTERVAL") ?? "60000";
  if (!/^\d{3,7}$/.test(interval) || Number(interval) > 3_600_000) {
    throw new SettingsError(
      `OTEL_METRIC_EXPORT_INTERVAL: a whole number from 100 to 3600000 is expected, and this is "${interval}".`,
    );
  }
  return {
    endpoint: endpoint.replace(/\/+$/, ""),
    serviceName: get("OTEL_SERVICE_NAME") ?? "fieldbook",
    intervalMs: Number(interval),
  };
}

export interface RequestEnd {
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/** Measures what the server does, in the terms of OpenTelemetry's semantic conventions. */
export interface Telemetry {
  /** @param traceparent of the caller (W3C Trace Context) */
  begin(method: string, traceparent: string | undefined): { readonly trace: unknown; end(how: RequestEnd): void };
  /** A query that has ended. */
  query(statement: string, ms: number, failed: boolean): void;
  /** Sends what has not been sent, and ends. */
  close(): Promise<void>;
}

const libraries = async () => {
  const [api, trace, metrics, spans, figures, resources] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace-base"),
    import("@opentelemetry/sdk-metrics"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/exporter-metrics-otlp-http"),
    import("@opentelemetry/resources"),
  ]);
  return { api, trace, metrics, spans, figures, resources };
};

const traceparentForm = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Starts traces and metrics; nothing of it is loaded without an endpoint. */
export async function startTelemetry({ endpoint, serviceName, intervalMs }: TelemetrySettings): Promise<Telemetry> {
  const { api, trace, metrics, spans, figures, resources } = await libraries();
  const resource = resources.resourceFromAttributes({ "service.name": serviceName, "service.version": "0.1.0" });
  const tracing = new trace.BasicTracerProvider({
    resource,
    spanProcessors: [new trace.BatchSpanProcessor(new spans.OTLPTraceExporter({ url: `${endpoint}/v1/traces` }))],
  });
  const measuring = new metrics.MeterProvider({
    resource,
    readers: [
      new metrics.PeriodicExportingMetricReader({
        exporter: new figures.OTLPMetricExporter({ url: `${endpoint}/v1/metrics` }),
        exportIntervalMillis: intervalMs,
        exportTimeoutMillis: Math.min(intervalMs, 10_000),
      }),
    ],
  });
  const tracer = tracing.getTracer("fieldbook");
  const meter = measuring.getMeter("fieldbook");
  const duration = meter.createHistogram("http.server.request.duration", { unit: "s" });
  const active = meter.createUpDownCounter("http.server.active_requests", { unit: "{request}" });
  const queries = meter.createHistogram("db.client.operation.duration", { unit: "s" });
  const stopProcess = measureProcess(meter);
  return {
    begin(method, traceparent) {
      const span = beginSpan(tracer, method, traceparent, api);
      active.add(1, { "http.request.method": method });
      return {
        trace: span,
        end({ route, status, ms }) {
          const attributes = {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
          };
          active.add(-1, { "http.request.method": method });
          duration.record(ms / 1_000, attributes);
          span.updateName(`${method} ${route}`);
          span.setAttributes(attributes);
          if (status >= 500) span.setStatus({ code: api.SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    query(statement, ms, failed) {
      const operation = /^\s*(\w+)/.exec(statement)?.[1]?.toLowerCase() ?? "query";
      queries.record(ms / 1_000, { "db.operation.name": operation });
      const parent = currentRequest()?.trace as Span | undefined;
      if (parent === undefined) return;
      const end = Date.now();
      // Values are parameters, which are left out: a statement says nothing of anybody.
      const options = {
        kind: api.SpanKind.CLIENT,
        startTime: end - ms,
        attributes: { "db.operation.name": operation, "db.query.text": statement },
      };
      const span = tracer.startSpan(operation, options, api.trace.setSpan(api.ROOT_CONTEXT, parent));
      if (failed) span.setStatus({ code: api.SpanStatusCode.ERROR });
      span.end(end);
    },
    async close() {
      stopProcess();
      await Promise.allSettled([tracing.shutdown(), measuring.shutdown()]);
    },
  };
}

function beginSpan(
  tracer: Tracer,
  method: string,
  traceparent: string | undefined,
  api: Awaited<ReturnType<typeof libraries>>["api"],
): Span {
  const [, traceId, spanId, flags] = traceparentForm.exec(traceparent ?? "") ?? [];
  const options = { kind: api.SpanKind.SERVER };
  if (traceId === undefined || spanId === undefined) return tracer.startSpan(method, options, api.ROOT_CONTEXT);
  const caller = { traceId, spanId, traceFlags: Number.parseInt(flags ?? "00", 16) & 1, isRemote: true };
  return tracer.startSpan(method, options, api.trace.setSpanContext(api.ROOT_CONTEXT, caller));
}

type Meter = ReturnType<InstanceType<Awaited<ReturnType<typeof libraries>>["metrics"]["MeterProvider"]>["getMeter"]>;

const nanosPerSecond = 1e9;

/** Memory and the delay of the event loop: by these a server is seen to be short of something. */
function measureProcess(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  meter.createObservableGauge("nodejs.eventloop.delay.p99", { unit: "s" }).addCallback((result) => {
    result.observe(delay.percentile(99) / nanosPerSecond);
    delay.reset();
  });
  meter
    .createObservableGauge("process.memory.usage", { unit: "By" })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  return () => delay.disable();
}
