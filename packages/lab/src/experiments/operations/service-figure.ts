import type { Call, FigureChange, GraphRun, RequestsRecord, ServiceGraph, Step } from "@fieldbook/load";
import { whatChanged } from "@fieldbook/load";
import type { Series, ServicePicture, TimeSeriesPicture } from "../../picture.ts";
import type { DrawnCall, DrawnService, HeatMapPicture, ServiceGraphPicture } from "../../service-picture.ts";

const second = 1_000_000;
/** More points than these are not seen apart. */
const pointsAtMost = 200;

interface Shown {
  readonly graph: ServiceGraph;
  readonly run: GraphRun;
  readonly says: string;
}

interface Control {
  readonly run: GraphRun;
  readonly name: string;
  readonly says: string;
}

/** A run of a service graph as figures: who calls whom and how busy each is, the series, latencies, what changed. */
export function servicePicture(shown: Shown, control?: Control): ServicePicture {
  const { graph, run } = shown;
  const told = control === undefined ? "" : ` ${capitalised(control.name)}: ${control.says}`;
  return {
    kind: "service",
    graph: graphPicture(graph, run),
    series: seriesPicture(graph, run, control),
    latency: heatPicture(graph, run),
    changes: control === undefined ? undefined : { name: control.name, rows: changesOf(run, control.run) },
    says: shown.says + told,
  };
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "12.8 ms": three digits. */
export function timeText(microseconds: number): string {
  if (!Number.isFinite(microseconds)) return "–";
  if (microseconds < 1_000) return `${threeDigits(microseconds)} µs`;
  return microseconds < second ? `${threeDigits(microseconds / 1_000)} ms` : `${threeDigits(microseconds / second)} s`;
}

export function threeDigits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

const percentText = (share: number): string => `${(share * 100).toFixed(share > 0.995 && share < 1 ? 2 : 0)} %`;

const ended = ({ totals }: RequestsRecord): number =>
  totals.successes + Object.values(totals.failures).reduce((sum, count) => sum + count, 0);

function graphPicture(graph: ServiceGraph, run: GraphRun): ServiceGraphPicture {
  const time = (run.duration - run.warmUp) / second;
  const sources = Object.entries(run.sources).map(([name, record]): DrawnService => ({
    id: `source ${name}`,
    label: name,
    role: "source",
    facts: [`${threeDigits(record.totals.requests / time)} requests/s`, `p99 ${timeText(record.totals.latency.p99)}`],
    health: healthOf(record, 0),
  }));
  const services = Object.entries(run.services).map(([name, record]): DrawnService => {
    const { instances, concurrency } = graph.services[name]!;
    const servers = concurrency === "processor-sharing" ? "shared" : `× ${String(concurrency)}`;
    return {
      id: `service ${name}`,
      label: name,
      role: "service",
      facts: [`${String(instances)} ${servers}`, `p99 ${timeText(record.totals.latency.p99)}`],
      utilisation: Math.min(1, record.means.utilisation),
      health: healthOf(record, record.means.utilisation),
    };
  });
  const all = [...sources, ...services];
  return { kind: "service-graph", services: all, calls: drawnCalls(graph, run, time), says: graphSays(all) };
}

/** Failing: more than one in a hundred ends in an error; strained: no more than a fifth of its servers is free. */
function healthOf(record: RequestsRecord, utilisation: number): DrawnService["health"] {
  const all = ended(record);
  if (all > 0 && record.totals.successes / all < 0.99) return "failing";
  return utilisation > 0.8 ? "strained" : "well";
}

const callsOf = (step: Step): readonly Call[] =>
  step.kind === "work" ? [] : step.kind === "parallel" ? step.calls : [step.call];

function drawnCalls(graph: ServiceGraph, run: GraphRun, time: number): readonly DrawnCall[] {
  const rate = (from: string, to: string): string => {
    const attempts = run.calls.reduce(
      (sum, call) => sum + (call.from === from && call.to === to ? call.attempts : 0),
      0,
    );
    return `${threeDigits(attempts / time)}/s`;
  };
  const drawn = new Map<string, DrawnCall>();
  const add = (kind: "source" | "service", from: string, { to, optional = false }: Call): void => {
    const call = { from: `${kind} ${from}`, to: `service ${to}`, label: rate(from, to), soft: optional };
    drawn.set(`${call.from} ${call.to}`, call);
  };
  for (const [name, { calls }] of Object.entries(graph.sources)) add("source", name, calls);
  for (const [name, { steps }] of Object.entries(graph.services)) {
    for (const step of steps) for (const call of callsOf(step)) add("service", name, call);
  }
  return [...drawn.values()];
}

const graphSays = (services: readonly DrawnService[]): string =>
  services
    .map(({ label, facts, utilisation, health }) => {
      const busy = utilisation === undefined ? "" : `, ${percentText(utilisation)} busy`;
      return `${label}: ${facts.join(", ")}${busy}${health === "well" ? "" : `, ${health}`}`;
    })
    .join("; ")
    .concat(".");

/** Slices joined so that at most 200 are left: sums for counts, means for the others. */
function joined(values: ArrayLike<number>, by: number, how: "sum" | "mean" | "max"): (number | null)[] {
  const result: (number | null)[] = [];
  for (let at = 0; at < values.length; at += by) {
    let sum = 0;
    let most = -Infinity;
    let count = 0;
    for (let index = at; index < Math.min(values.length, at + by); index += 1) {
      const value = values[index]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      most = Math.max(most, value);
      count += 1;
    }
    result.push(count === 0 ? null : how === "sum" ? sum : how === "max" ? most : sum / count);
  }
  return result;
}

const joinedBy = (run: GraphRun): number => Math.max(1, Math.ceil(run.slices / pointsAtMost));

const times = (run: GraphRun): readonly number[] =>
  Array.from(
    { length: Math.ceil(run.slices / joinedBy(run)) },
    (_, index) => (index * joinedBy(run) * run.slice) / second,
  );

function seriesPicture(graph: ServiceGraph, run: GraphRun, control: Control | undefined): TimeSeriesPicture {
  const by = joinedBy(run);
  const perSecond = second / (run.slice * by);
  const panel = (
    title: string,
    unit: string,
    label: string,
    read: (of: GraphRun) => (number | null)[],
    reference?: Series,
  ): TimeSeriesPicture["panels"][number] => ({
    title,
    unit,
    series: [
      ...(control === undefined ? [] : [{ label: control.name, role: "control" as const, values: read(control.run) }]),
      ...(reference === undefined ? [] : [reference]),
      { label, role: "run", values: read(run) },
    ],
  });
  const rate = (values: ArrayLike<number>): (number | null)[] =>
    joined(values, by, "sum").map((value) => (value === null ? null : value * perSecond));
  // The first source; a control may have others, and other services.
  const first = (of: GraphRun): RequestsRecord => Object.values(of.sources)[0]!;
  const milli = (values: (number | null)[]): (number | null)[] =>
    values.map((value) => (value === null ? null : value / 1_000));
  const offered: Series = { label: "requests", role: "reference", values: rate(first(run).series.requests) };
  const { name, gauge } = mostTelling(run);
  return {
    kind: "time-series",
    x: times(run),
    panels: [
      panel("Answered", "requests/s", "answered", (of) => rate(first(of).series.successes), offered),
      panel("p99", "ms", "p99", (of) => milli(joined(first(of).series.latency.p99, by, "max"))),
      panel(
        gauge === "waiting" ? `Waiting at ${name}` : `Busy at ${name}`,
        gauge === "waiting" ? "requests" : "servers",
        gauge,
        (of) => joined(of.services[name]?.use[gauge] ?? new Float64Array(of.slices), by, "mean"),
      ),
    ],
    spans: seriesSpans(graph, run),
    says: "",
  };
}

/** The service at which most wait; where nobody waits, the one that is busiest. */
function mostTelling(run: GraphRun): { readonly name: string; readonly gauge: "waiting" | "busy" } {
  const services = Object.entries(run.services);
  const most = (gauge: "waiting" | "busy"): readonly [string, GraphRun["services"][string]] =>
    services.toSorted(([, one], [, other]) => other.means[gauge] - one.means[gauge])[0]!;
  const [name, record] = most("waiting");
  return record.means.waiting > 0.01 ? { name, gauge: "waiting" } : { name: most("busy")[0], gauge: "busy" };
}

function heatPicture(graph: ServiceGraph, run: GraphRun): HeatMapPicture {
  const [name, record] = Object.entries(run.sources)[0]!;
  const by = Math.max(1, Math.ceil(run.slices / 60));
  const rows = run.heatRows.length;
  const columns = Math.ceil(run.slices / by);
  const { heat, p50, p99 } = record.series.latency;
  const counts = Array.from({ length: columns }, (_, column) =>
    Array.from({ length: rows }, (_row, row) => {
      let sum = 0;
      for (let slice = column * by; slice < Math.min(run.slices, (column + 1) * by); slice += 1)
        sum += heat[slice * rows + row]!;
      return sum;
    }),
  );
  const used = run.heatRows.map((_, row) => counts.some((column) => column[row]! > 0));
  const first = Math.max(0, used.indexOf(true));
  const last = Math.max(first, used.lastIndexOf(true));
  const line = (label: string, values: ArrayLike<number>): HeatMapPicture["lines"][number] => ({
    label,
    values: joined(values, by, "mean").map((value) => (value === null ? null : value / 1_000)),
  });
  const { latency } = record.totals;
  return {
    kind: "heat-map",
    title: `Latency of ${name}`,
    x: Array.from({ length: columns }, (_, column) => (column * by * run.slice) / second),
    y: run.heatRows.slice(first, last + 1).map((bound) => (bound === Infinity ? 1e12 : bound / 1_000)),
    counts: counts.map((column) => column.slice(first, last + 1)),
    lines: [line("p50", p50), line("p99", p99)],
    spans: seriesSpans(graph, run),
    says: `Half of the answers took at most ${timeText(latency.p50)}, 99 % at most ${timeText(latency.p99)}, 99.9 % at most ${timeText(latency.p999)}.`,
  };
}

const seriesSpans = (graph: ServiceGraph, run: GraphRun): HeatMapPicture["spans"] =>
  (graph.incidents ?? []).flatMap(({ at, until, says, kind }) =>
    until > at ? [{ from: at / second, to: Math.min(until, run.duration) / second, label: says ?? kind }] : [],
  );

const changeText = (value: number, unit: FigureChange["unit"]): string => {
  if (unit === "µs") return timeText(value);
  if (Number.isNaN(value)) return "–";
  return unit === "share" ? `${(value * 100).toFixed(2)} %` : threeDigits(value);
};

/** The figures that differ most between run and control, as text. */
function changesOf(run: GraphRun, control: GraphRun): NonNullable<ServicePicture["changes"]>["rows"] {
  return whatChanged(run, control, 0.02)
    .filter(({ id }) => id !== "p50" && id !== "mean")
    .slice(0, 12)
    .map(({ about, label, unit, before, after, better }) => ({
      what: `${about.replace(/^(source|service) /, "")}, ${label}`,
      control: changeText(before, unit),
      run: changeText(after, unit),
      better: better === "neither" ? "neither" : after > before === (better === "more") ? "run" : "control",
    }));
}
