import { TraceKind } from "@fieldbook/engine";
import { describe, expect, it } from "vitest";
import { perfettoJson } from "./perfetto-json.ts";
import { notebookRun, registerRun } from "./testing/recorded-runs.ts";
import { readTraceEvents } from "./testing/trace-event-rules.ts";

const run = notebookRun(1);
const events = readTraceEvents(perfettoJson(run));
const traced = (kind: number): number => run.trace.filter((entry) => entry.kind === kind).length;
const processes = new Map(
  events.filter(({ name }) => name === "process_name").map(({ pid, args }) => [args?.name, pid]),
);

it("keeps the rules of the format, in any weather", () => {
  for (const other of [notebookRun(2), notebookRun(3), registerRun(3, true)]) {
    expect(() => readTraceEvents(perfettoJson(other))).not.toThrow();
  }
});

it("has a process for each endpoint, and one for the run", () => {
  expect([...processes.keys()]).toEqual([...run.endpoints, "run"]);
});

it("has each operation as a slice of its client, from call to answer", () => {
  const slices = events.filter(({ cat }) => cat === "operation");
  const drawn = slices.map(({ name, pid, ts, dur, args }) => [name, pid, ts, dur, args?.outcome]);
  expect(drawn).toHaveLength(run.history.length);
  for (const { f, client, calledAt, returnedAt, outcome } of run.history) {
    if (outcome === "open") continue;
    const pid = processes.get(`c${client + 1}`);
    expect(drawn).toContainEqual([f, pid, calledAt, returnedAt - calledAt, outcome]);
  }
});

it("has an arrow for each message that arrived, held by what was handled at both ends", () => {
  const arrows = events.filter(({ ph }) => ph === "f");
  expect(arrows).toHaveLength(traced(TraceKind.deliver));
  const deliveries = run.trace.filter(({ kind }) => kind === TraceKind.deliver);
  for (const { time, b, c } of deliveries) {
    expect(arrows.find(({ id }) => id === String(c))).toMatchObject({ ts: time, pid: b + 1 });
  }
});

it("has lost messages, marks and what nodes log as instants", () => {
  const names = events.filter(({ ph }) => ph === "i").map(({ name }) => name);
  expect(names.filter((name) => name.startsWith("lost: "))).toHaveLength(traced(TraceKind.drop));
  expect(names.filter((name) => name.startsWith("log: "))).toHaveLength(traced(TraceKind.log));
  expect(names).toContain("mark: a copy has come");
});

it("has a lane with what each node held, and its time spent down", () => {
  const of = (node: number, cat: string) => events.filter((event) => event.pid === node + 1 && event.cat === cat);
  const shown = run.states.filter(({ node }) => node === 0);
  expect(of(0, "state").map(({ name, ts }) => [name, ts])).toEqual(shown.map(({ text, at }) => [text, at]));
  expect(of(2, "fault")).toMatchObject([{ name: "down", ts: 30_000, dur: 40_000 }]);
});

it("counts the messages under way, down to those that the end of the run left", () => {
  const counts = events.filter(({ ph }) => ph === "C").map(({ args }) => args?.messages as number);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(0);
  const sent = traced(TraceKind.send) + traced(TraceKind.duplicate);
  expect(counts.at(-1)).toBe(sent - traced(TraceKind.deliver) - traced(TraceKind.drop));
});

it("has each fault from its beginning to its end", () => {
  const [begin, end] = events.filter(({ name, cat }) => name === "partition" && cat === "fault");
  expect([begin?.ph, begin?.ts, end?.ph, end?.ts]).toEqual(["b", 20_000, "e", 60_000]);
});

it("draws lines that are no part of this version as instants in the lane of their endpoint", () => {
  const strange = [1, -1].map((a) => ({ time: run.endedAt, kind: 99, a, b: 0, c: 0, label: "a comet" }));
  const drawn = readTraceEvents(perfettoJson({ ...run, trace: [...run.trace, ...strange] }));
  const instants = drawn.filter(({ name }) => name === "event 99: a comet");
  expect(instants.map(({ pid, s }) => [pid, s])).toEqual([
    [2, "t"],
    [processes.get("run"), "p"],
  ]);
});

describe("a damaged trace is refused", () => {
  const text = perfettoJson(run);
  /** Lets what a node held at first last into the middle of what it held next. */
  const cross = (whole: string): string => {
    const parsed = JSON.parse(whole) as { traceEvents: { cat?: string; pid: number; ts: number; dur: number }[] };
    const [first, ...later] = parsed.traceEvents.filter(({ cat, pid }) => cat === "state" && pid === 1);
    const next = later.find(({ dur }) => dur > 1)!;
    first!.dur = next.ts + 1 - first!.ts;
    return JSON.stringify(parsed);
  };
  const damaged: Readonly<Record<string, (whole: string) => string>> = {
    "that is cut off": (whole) => whole.slice(0, -20),
    "without events": (whole) => whole.replace("traceEvents", "events"),
    "with a phase that is none": (whole) => whole.replace('"ph":"X"', '"ph":"Y"'),
    "with a time as a text": (whole) => whole.replace(/"ts":(\d+)/, '"ts":"$1"'),
    "with slices that cross": cross,
    "with an arrow that never ends": (whole) => whole.replace('"ph":"f"', '"ph":"i","s":"t"'),
    "with an arrow that hangs in the air": (whole) => whole.replace(/"ts":\d+,"ph":"f"/, '"ts":399999,"ph":"f"'),
    "with a fault that never ends": (whole) => whole.replace(/,\{[^{}]*"ph":"e"[^{}]*\}/, ""),
    "without the name of a process": (whole) => whole.replace('"process_name"', '"process_sort_index"'),
  };
  for (const [how, damage] of Object.entries(damaged)) {
    it(how, () => {
      expect(damage(text)).not.toBe(text);
      expect(() => readTraceEvents(damage(text))).toThrow();
    });
  }
});
