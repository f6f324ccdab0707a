import { showValue } from "@fieldbook/check";
import type { Run } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import type { Activity, Episode, Handling, Journey, Note } from "./activity.ts";
import { activityOf } from "./activity.ts";

/** Threads of a process, which is what the format calls its lanes. */
const lanes = { handlers: 1, operations: 2, state: 3, faults: 4 } as const;

/** Handling takes no virtual time; an arrow needs a slice of some length to hold on to. */
const handlingDrawn: Microseconds = 1;

/** An event of the Trace Event Format; times are µs. */
interface TraceEvent {
  readonly ph: "X" | "s" | "f" | "i" | "C" | "b" | "e" | "M";
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  readonly ts?: Microseconds;
  readonly dur?: Microseconds;
  readonly id?: string;
  readonly bp?: "e";
  readonly s?: "t" | "p";
  readonly args?: Readonly<Record<string, string | number>>;
}

/**
 * A recorded run in the Trace Event Format, JSON object form ("Trace Event Format", Google), which Perfetto and
 * chrome://tracing open. Times are virtual.
 *
 * Each endpoint is a process. Its lanes: what it handled (each event drawn 1 µs long), a client's operations, what a node
 * held, and its time spent down. Delivered messages are arrows; lost ones and whatever else the trace tells are instants.
 * One more process, "run", has the faults and the number of messages under way.
 *
 * @throws ExportError when the run was not recorded
 */
export function perfettoJson(run: Run): string {
  const activity = activityOf(run);
  const timed = [
    ...operations(run, activity),
    ...states(run),
    ...activity.downs.map((down) => complete(down.node, lanes.faults, "fault", down.kind, down.from, down.to)),
    ...faults(run, activity.faults),
    ...underWay(run, activity.journeys),
    ...handlings(run, activity),
  ].toSorted((one, other) => one.ts! - other.ts!);
  const otherData = { traceHash: run.traceHash, ended: run.ended };
  return JSON.stringify({ traceEvents: [...metadata(run), ...timed], displayTimeUnit: "ms", otherData });
}

/** Process numbers begin with 1: readers take 0 for the idle process of a machine. */
const processOf = (endpoint: number): number => endpoint + 1;
const runProcess = (run: Run): number => processOf(run.endpoints.length);

function metadata(run: Run): TraceEvent[] {
  const name = (pid: number, tid: number, kind: "process_name" | "thread_name", text: string): TraceEvent => ({
    ph: "M",
    name: kind,
    pid,
    tid,
    args: { name: text },
  });
  const named = [...run.endpoints, "run"].flatMap((endpoint, index) => [
    name(processOf(index), 0, "process_name", endpoint),
    { ph: "M", name: "process_sort_index", pid: processOf(index), tid: 0, args: { sort_index: index } } as const,
  ]);
  const threads = run.endpoints.flatMap((_, index) => {
    const shown =
      index < run.nodes.length ? (["handlers", "state", "faults"] as const) : (["handlers", "operations"] as const);
    return shown.map((lane) => name(processOf(index), lanes[lane], "thread_name", lane));
  });
  return [...named, ...threads];
}

function complete(
  endpoint: number,
  tid: number,
  cat: string,
  name: string,
  from: Microseconds,
  to: Microseconds,
  args?: TraceEvent["args"],
): TraceEvent {
  const pid = processOf(endpoint);
  return { ph: "X", cat, name, pid, tid, ts: from, dur: to - from, ...(args === undefined ? {} : { args }) };
}

function operations({ history, endedAt }: Run, { handlings: handled, completedAt }: Activity): TraceEvent[] {
  return handled.flatMap(({ operation: number, endpoint, time }) => {
    const operation = history[number];
    if (operation === undefined) return [];
    const { f, key, input, output, outcome, process } = operation;
    const args = {
      ...(key === undefined ? {} : { key: showValue(key) }),
      input: showValue(input),
      ...(output === undefined ? {} : { output: showValue(output) }),
      outcome,
      process,
    };
    return [complete(endpoint, lanes.operations, "operation", f, time, completedAt.get(number) ?? endedAt, args)];
  });
}

function states({ states: viewed, endedAt }: Run): TraceEvent[] {
  return [...Map.groupBy(viewed, ({ node }) => node)].flatMap(([node, shown]) =>
    shown.map(({ at, text }, index) => complete(node, lanes.state, "state", text, at, shown[index + 1]?.at ?? endedAt)),
  );
}

function faults(run: Run, episodes: readonly Episode[]): TraceEvent[] {
  return episodes.flatMap(({ kind, node, from, to, detail }, index) => {
    const event = {
      cat: "fault",
      name: node < 0 ? kind : `${kind} ${run.endpoints[node] ?? ""}`,
      id: `fault ${String(index)}`,
      pid: runProcess(run),
      tid: lanes.faults,
    };
    return [
      { ...event, ph: "b", ts: from, args: { fault: detail } },
      { ...event, ph: "e", ts: to },
    ] as const;
  });
}

function underWay(run: Run, journeys: Activity["journeys"]): TraceEvent[] {
  const changes = [...journeys.values()].flatMap(({ sentAt, endedAt, fate }) => [
    { at: sentAt, by: 1 },
    ...(fate === "under way" ? [] : [{ at: endedAt, by: -1 }]),
  ]);
  let messages = 0;
  return [
    ...Map.groupBy(
      changes.toSorted((one, other) => one.at - other.at),
      ({ at }) => at,
    ),
  ].map(([ts, group]) => {
    for (const { by } of group) messages += by;
    return { ph: "C", name: "messages under way", pid: runProcess(run), tid: 0, ts, args: { messages } };
  });
}

/** Each handling with the arrows that end and begin in it: readers bind an arrow to the slice that began last. */
function handlings(run: Run, { handlings: handled, journeys, notes }: Activity): TraceEvent[] {
  const sent = Map.groupBy(journeys.values(), ({ sentBy }) => sentBy);
  const written = Map.groupBy(notes, ({ handling }) => handling);
  const all = handled.flatMap((handling, index) => [
    slice(handling),
    ...arrow(journeys.get(handling.message), "f"),
    ...(sent.get(index) ?? []).flatMap((journey) => arrow(journey, "s")),
    ...(written.get(index) ?? []).map((note) => instant(run, note)),
  ]);
  const losses = [...journeys.values()].filter(({ fate }) => fate === "lost").map((journey) => loss(journey));
  return [...all, ...losses, ...(written.get(-1) ?? []).map((note) => instant(run, note))];
}

function slice({ endpoint, kind, label, time, message }: Handling): TraceEvent {
  const name = kind === "deliver" ? label : `${kind} ${label}`.trim();
  const args = message < 0 ? undefined : { message };
  return complete(endpoint, lanes.handlers, "handling", name, time, time + handlingDrawn, args);
}

function arrow(journey: Journey | undefined, ph: "s" | "f"): TraceEvent[] {
  if (journey?.fate !== "delivered") return [];
  const { number, from, to, label, sentAt, endedAt } = journey;
  const [endpoint, ts] = ph === "s" ? [from, sentAt] : [to, endedAt];
  const event = { name: label, cat: "message", id: String(number), pid: processOf(endpoint), tid: lanes.handlers, ts };
  return [ph === "s" ? { ...event, ph } : { ...event, ph, bp: "e" }];
}

/** Where it was noticed: at the sender when it was lost at once, otherwise where it would have arrived. */
function loss({ from, to, label, sentAt, endedAt, reason }: Journey): TraceEvent {
  const pid = processOf(sentAt === endedAt ? from : to);
  return { ph: "i", s: "t", cat: "message", name: `lost: ${label} (${reason})`, pid, tid: lanes.handlers, ts: endedAt };
}

function instant(run: Run, { endpoint, time, text }: Note): TraceEvent {
  const pid = endpoint < 0 ? runProcess(run) : processOf(endpoint);
  return { ph: "i", s: endpoint < 0 ? "p" : "t", cat: "note", name: text, pid, tid: lanes.handlers, ts: time };
}
