import { Hono } from "hono";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { localPerson } from "../accounts/actor.ts";
import { createApp } from "../app.ts";
import { createDiscussion } from "../discussion.ts";
import { openFieldbookStore } from "../open-fieldbook-store.ts";
import { SettingsError } from "../settings.ts";
import { createLog, readLogFormat } from "./log.ts";
import type { LogFormat } from "./log.ts";
import { observe } from "./observe.ts";
import { readTelemetrySettings, startTelemetry } from "./telemetry.ts";
import type { Telemetry } from "./telemetry.ts";

const scratch = mkdtempSync(join(tmpdir(), "fieldbook-observe-"));
writeFileSync(join(scratch, "index.html"), "<!doctype html><title>Home</title>");
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function appWith(format: LogFormat, routes: Hono = new Hono(), telemetry?: Telemetry) {
  const lines: string[] = [];
  const log = createLog(
    format,
    (line) => void lines.push(line),
    () => 0,
  );
  routes.get("/fault", () => {
    throw new Error("broken");
  });
  routes.onError((error, context) => {
    log.fault(error);
    return context.text("A fault.", 500);
  });
  return { app: createApp(scratch, routes, observe(log, telemetry)), lines };
}

describe("the log", () => {
  it("has a line of JSON for each request, with its id, and the pattern of its route", async () => {
    const routes = new Hono().get("/threads/:thread/", (context) => context.text("x"));
    const { app, lines } = appWith("json", routes);
    const answer = await app.request("/threads/0192-secret/?token=hush", { headers: { Cookie: "session=hush" } });
    const [line = ""] = lines;
    expect(JSON.parse(line)).toEqual({
      time: "1970-01-01T00:00:00.000Z",
      level: "info",
      requestId: answer.headers.get("X-Request-Id"),
      method: "GET",
      route: "/threads/:thread/",
      status: 200,
      ms: expect.any(Number) as number,
    });
    expect(line).not.toMatch(/hush|0192/);
    expect(answer.headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("keeps the id that a proxy gave, and none that would break a line", async () => {
    const { app } = appWith("off");
    const idOf = async (given: string) =>
      (await app.request("/", { headers: { "X-Request-Id": given } })).headers.get("X-Request-Id");
    expect(await idOf("edge-42.abcdef")).toBe("edge-42.abcdef");
    for (const bad of ["short", "a b c d e f g", '"},{"level":"x"', "x".repeat(65)]) {
      expect(await idOf(bad), bad).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it("joins a fault to its request, and tells it even when it is off", async () => {
    const { app, lines } = appWith("off");
    const answer = await app.request("/fault", { headers: { "X-Request-Id": "request-7" } });
    expect(answer.status).toBe(500);
    expect(lines).toEqual([expect.stringMatching(/^Request request-7: Error: broken\n/)]);
    const json = appWith("json");
    await json.app.request("/fault");
    expect(json.lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(["error", "error"]);
  });

  it("is of the form that is asked for, and no other form is taken", async () => {
    const { app, lines } = appWith("text");
    await app.request("/nowhere");
    expect(lines).toEqual([expect.stringMatching(/^GET \/\* 404 \d+\.\d ms [0-9a-f-]{36}\n$/)]);
    expect(readLogFormat({ FIELDBOOK_LOG: "json" })).toBe("json");
    expect(readLogFormat({ FIELDBOOK_LOG: "" })).toBeUndefined();
    expect(() => readLogFormat({ FIELDBOOK_LOG: "xml" })).toThrow(SettingsError);
  });
});

/** A collector that keeps what it is sent. */
async function startCollector() {
  const received: { path: string; body: string }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => void parts.push(part));
    request.on("end", () => {
      received.push({ path: request.url ?? "", body: Buffer.concat(parts).toString() });
      response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = () => void server.close();
  return { url: `http://127.0.0.1:${String(port)}`, received, close };
}

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

describe("telemetry", () => {
  it("sends a span for each request and each query below it, joined to the caller's trace, and metrics", async () => {
    const collector = await startCollector();
    const telemetry = await startTelemetry({ endpoint: collector.url, serviceName: "handbook", intervalMs: 60_000 });
    const store = await openFieldbookStore({ dataFolder: join(scratch, "data"), onQuery: telemetry.query });
    const routes = createDiscussion({ store, identify: async () => localPerson, localOnly: false });
    const { app } = appWith("off", routes, telemetry);
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    expect((await app.request("/api/v1/threads?kind=question", { headers })).status).toBe(200);
    await store.close();
    await telemetry.close();
    collector.close();
    const spans = collector.received
      .filter(({ path }) => path === "/v1/traces")
      .flatMap(
        ({ body }) => (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[] }).resourceSpans,
      )
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    const request = spans.find(({ name }) => name === "GET /api/v1/threads")!;
    expect(request).toMatchObject({ traceId, parentSpanId: "00f067aa0ba902b7" });
    const queries = spans.filter(({ parentSpanId }) => parentSpanId === request.spanId);
    expect(queries.length).toBeGreaterThan(0);
    expect(JSON.stringify(queries)).toContain("db.query.text");
    // Values of a query are nobody's business.
    expect(JSON.stringify(spans)).not.toContain("question");
    const metrics = collector.received.filter(({ path }) => path === "/v1/metrics").map(({ body }) => body);
    for (const name of ["http.server.request.duration", "db.client.operation.duration", "process.memory.usage"]) {
      expect(metrics.join("\n")).toContain(`"${name}"`);
    }
    expect(metrics.join("\n")).toContain('"handbook"');
  });

  it("is off without an address, and refuses what is none", () => {
    expect(readTelemetrySettings({})).toBeUndefined();
    expect(readTelemetrySettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/" })).toEqual({
      endpoint: "http://collector:4318",
      serviceName: "fieldbook",
      intervalMs: 60_000,
    });
    expect(() => readTelemetrySettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" })).toThrow(SettingsError);
    expect(() =>
      readTelemetrySettings({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_METRIC_EXPORT_INTERVAL: "soon" }),
    ).toThrow("OTEL_METRIC_EXPORT_INTERVAL");
  });
});
