import { TraceKind } from "@fieldbook/engine";
import { describe, expect, it } from "vitest";
import { otlpJson } from "./otlp-json.ts";
import { nanoseconds, spanKinds, statusCodes } from "./otlp-span.ts";
import { readSpans } from "./testing/otlp-reader.ts";
import type { ServedSpan } from "./testing/otlp-reader.ts";
import { notebookRun } from "./testing/recorded-runs.ts";

const run = notebookRun(1);
const spans = readSpans(otlpJson(run));
const attribute = (span: ServedSpan, key: string): unknown =>
  Object.values(span.attributes?.find((candidate) => candidate.key === key)?.value ?? {})[0];
const traced = (kind: number): number => run.trace.filter((entry) => entry.kind === kind).length;
const parentOf = (child: ServedSpan): ServedSpan | undefined =>
  spans.find(({ spanId }) => spanId === child.parentSpanId);

describe("an operation", () => {
  const operations = spans.filter(({ kind }) => kind === spanKinds.client);

  it("is the root of a trace of its own, at its client, from call to answer", () => {
    expect(new Set(operations.map(({ traceId }) => traceId)).size).toBe(run.history.length);
    for (const [index, { client, calledAt, returnedAt, f, outcome }] of run.history.entries()) {
      const span = operations.find((candidate) => attribute(candidate, "fieldbook.operation") === String(index))!;
      expect(span).toMatchObject({ name: f, service: `c${client + 1}`, startTimeUnixNano: nanoseconds(calledAt) });
      expect(span.parentSpanId).toBeUndefined();
      if (outcome !== "open") expect(span.endTimeUnixNano).toBe(nanoseconds(returnedAt));
      expect(attribute(span, "fieldbook.outcome")).toBe(outcome);
      expect(span.status?.code).toBe(outcome === "ok" ? statusCodes.ok : statusCodes.error);
    }
  });

  it("that is never answered ends when its client gives up", () => {
    const given = run.trace.find(({ kind }) => kind === TraceKind.timeout)!;
    const span = operations.find((candidate) => attribute(candidate, "fieldbook.operation") === String(given.c))!;
    expect(span.endTimeUnixNano).toBe(nanoseconds(given.time));
  });

  it("tells of the faults that began or ended meanwhile", () => {
    const heals = 60_000;
    const during = run.history.flatMap(({ calledAt, returnedAt }, index) =>
      calledAt <= heals && heals <= returnedAt ? [String(index)] : [],
    );
    const told = operations.filter(({ events = [] }) =>
      events.some(({ name, timeUnixNano }) => name === "partition ends" && timeUnixNano === nanoseconds(heals)),
    );
    expect(during.length).toBeGreaterThan(0);
    const answered = told.filter((span) => attribute(span, "fieldbook.outcome") !== "open");
    expect(new Set(answered.map((span) => attribute(span, "fieldbook.operation")))).toEqual(
      new Set(during.filter((index) => run.history[Number(index)]?.outcome !== "open")),
    );
  });
});

describe("a message", () => {
  const messages = spans.filter(({ kind }) => kind === spanKinds.producer);

  it("is a span of its sender, each copy one", () => {
    expect(messages.length).toBe(traced(TraceKind.send) + traced(TraceKind.duplicate));
    for (const span of messages) expect(span.service).toBe(attribute(span, "fieldbook.from"));
    expect(messages.filter((span) => attribute(span, "fieldbook.copy") === "duplicate")).toHaveLength(
      traced(TraceKind.duplicate),
    );
  });

  it("is followed by what its receiver did when it arrived, and fails when it was lost", () => {
    const delivered = messages.filter((span) => attribute(span, "fieldbook.fate") === "delivered");
    expect(delivered).toHaveLength(traced(TraceKind.deliver));
    for (const span of delivered) {
      const [child, ...others] = spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);
      expect(others).toEqual([]);
      expect(child?.service).toBe(attribute(span, "fieldbook.to"));
      expect(child?.startTimeUnixNano).toBe(span.endTimeUnixNano);
    }
    const lost = messages.filter(({ status }) => status?.message === "lost: partition");
    expect(lost.length).toBeGreaterThan(0);
  });

  it("is a child of the delivery during which it was sent", () => {
    const copies = messages.filter(({ name, service }) => name === "copy x to n2" && service === "n1");
    expect(copies.length).toBeGreaterThan(0);
    for (const copy of copies) expect(parentOf(copy)).toMatchObject({ name: "write x", kind: spanKinds.server });
  });
});

describe("what no message caused", () => {
  it("begins a trace; with causes kept, a timer links to what set it and a disk's answer belongs to what asked", () => {
    const timers = spans.filter(({ name }) => name === "timer tick");
    expect(timers.length).toBe(traced(TraceKind.timer));
    expect(timers.every(({ parentSpanId, links }) => parentSpanId === undefined && links === undefined)).toBe(true);
    const told = readSpans(otlpJson(notebookRun(1, { record: true, causes: true })));
    const linked = told.filter(({ name }) => name === "timer tick");
    expect(linked.every(({ links }) => links?.length === 1)).toBe(true);
    const synced = told.filter(({ name }) => name === "disk synced");
    expect(synced.length).toBeGreaterThan(0);
    for (const span of synced) {
      const asked = told.find(({ spanId }) => spanId === span.parentSpanId);
      expect(asked?.name).toMatch(/^write/);
      expect(asked?.service).toBe(span.service);
    }
  });
});

describe("the run", () => {
  it("has each fault and each time spent down as a span", () => {
    const root = spans.find(({ service, name }) => service === "run" && name === "run");
    expect(attribute(root!, "fieldbook.trace_hash")).toBe(run.traceHash);
    const names = spans.filter(({ parentSpanId }) => parentSpanId === root!.spanId).map(({ name }) => name);
    expect(names.toSorted()).toEqual([
      "clock-step n1",
      "crash n3",
      "down n3",
      "duplication",
      "loss",
      "operator",
      "partition",
      "pause n2",
    ]);
  });

  it("gives the same text again, and another run other traces", () => {
    expect(otlpJson(notebookRun(1))).toBe(otlpJson(run));
    const others = new Set(readSpans(otlpJson(notebookRun(2))).map(({ traceId }) => traceId));
    expect(spans.filter(({ traceId }) => others.has(traceId))).toEqual([]);
  });

  it("marks what was handled when a property was violated", () => {
    const first = run.trace.findIndex(({ kind, b }) => kind === TraceKind.deliver && b === 0);
    const { time } = run.trace[first]!;
    const alarm = { time, kind: TraceKind.alarm, a: 0, b: 0, c: 0, label: "two leaders" };
    const told = readSpans(otlpJson({ ...run, trace: run.trace.toSpliced(first + 1, 0, alarm) }));
    const alarmed = told.filter(({ status }) => status?.message === "alarm: two leaders");
    expect(alarmed).toMatchObject([{ service: "n1", startTimeUnixNano: nanoseconds(time) }]);
  });

  it("tells lines that are no part of this version as events", () => {
    const strange = { time: run.endedAt, kind: 99, a: 1, b: 0, c: 0, label: "a comet" };
    const [root] = readSpans(otlpJson({ ...run, trace: [...run.trace, strange] }));
    expect(root?.events?.at(-1)?.name).toBe("event 99: a comet");
  });
});

describe("damaged traces are refused", () => {
  const text = otlpJson(run);

  it("with a parent that is missing", () => {
    expect(() => readSpans(text.replace(/"parentSpanId":"\w+"/, '"parentSpanId":"00000000000000ff"'))).toThrow(
      "is no span of its trace",
    );
  });

  it("with a span that ends before it begins", () => {
    expect(() => readSpans(text.replace(/"endTimeUnixNano":"\d+"/, '"endTimeUnixNano":"0"'))).toThrow("ends before");
  });

  it("with an identifier that was given twice", () => {
    const [first, second] = spans.filter(({ service }) => service === "run").map(({ spanId }) => spanId);
    expect(() => readSpans(text.replaceAll(second!, first!))).toThrow("one identifier");
  });
});
