import type { GraphRun, Span } from "@fieldbook/load";

/** An event of the Trace Event Format; times are µs. */
interface TraceEvent {
  readonly ph: "X" | "i" | "C" | "M" | "b" | "e";
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: string;
  readonly s?: "p" | "g";
  readonly args?: Readonly<Record<string, string | number>>;
}

/** Process numbers begin with 1: readers take 0 for the idle process of a machine. */
const runProcess = 1;

/**
 * A run in the Trace Event Format, JSON object form ("Trace Event Format", Google), which Perfetto and chrome://tracing
 * open. Each source and service is a process with its series as counters and the spans of sampled requests; incidents,
 * deployments and scaling are instants of the process "run". Times are virtual.
 */
export function graphPerfetto(run: GraphRun): string {
  const places = [...Object.keys(run.sources), ...Object.keys(run.services)];
  const processes = new Map(places.map((name, index) => [name, runProcess + 1 + index]));
  const named = [["run", runProcess] as const, ...processes];
  const metadata = named.map(([name, pid]): TraceEvent => ({
    ph: "M",
    name: "process_name",
    pid,
    tid: 0,
    args: { name },
  }));
  const timed = [
    ...counters(run, processes),
    ...run.spans.flatMap((span) => spanEvents(span, processes)),
    ...instants(run),
  ];
  const traceEvents = [...metadata, ...timed.toSorted((one, other) => one.ts! - other.ts!)];
  const otherData = { traceHash: run.traceHash, seed: run.seed };
  return JSON.stringify({ traceEvents, displayTimeUnit: "ms", otherData });
}

const instants = (run: GraphRun): readonly TraceEvent[] =>
  run.events.map(({ at, kind, says }) => ({ ph: "i", name: says, cat: kind, pid: runProcess, tid: 1, ts: at, s: "g" }));

/** A service serves many at once, so spans are asynchronous: they may overlap in a lane. */
function spanEvents(span: Span, processes: ReadonlyMap<string, number>): readonly TraceEvent[] {
  const { start, end, name, place, failure } = span;
  const pid = processes.get(span.kind === "serve" ? name : place) ?? runProcess;
  const common = { name: `${span.kind} ${name}`, cat: span.kind, pid, tid: 1, id: String(span.span) } as const;
  const args = { trace: span.trace, place, ...(failure === undefined ? {} : { failure }) };
  return [
    { ...common, ph: "b", ts: start, args },
    { ...common, ph: "e", ts: end },
  ];
}

function counters(run: GraphRun, processes: ReadonlyMap<string, number>): readonly TraceEvent[] {
  const perSecond = 1_000_000 / run.slice;
  const series = [
    ...Object.entries(run.sources).map(([name, record]) => [name, record, undefined] as const),
    ...Object.entries(run.services).map(([name, record]) => [name, record, record.use] as const),
  ];
  return series.flatMap(([name, record, use]) =>
    Array.from({ length: run.slices }, (_, slice): readonly TraceEvent[] => {
      const counter = (what: string, args: Readonly<Record<string, number>>): TraceEvent => ({
        ph: "C",
        name: what,
        pid: processes.get(name)!,
        tid: 0,
        ts: slice * run.slice,
        args,
      });
      const { requests, failures, latency } = record.series;
      const p99 = latency.p99[slice]!;
      return [
        counter("requests/s", { requests: requests[slice]! * perSecond, failures: failures[slice]! * perSecond }),
        ...(Number.isNaN(p99) ? [] : [counter("p99 (ms)", { p99: p99 / 1_000 })]),
        ...(use === undefined ? [] : [counter("servers", { busy: use.busy[slice]!, waiting: use.waiting[slice]! })]),
      ];
    }).flat(),
  );
}
