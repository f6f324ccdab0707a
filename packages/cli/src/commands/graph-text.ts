import { count } from "@fieldbook/lab";
import type {
  CallRecord,
  FigureUnit,
  GraphRun,
  ReplicatedChange,
  ReplicatedFigure,
  Replications,
  RequestsRecord,
  ServiceGraph,
} from "@fieldbook/load";
import { sparkline } from "../sparkline.ts";
import { table } from "../table.ts";

const second = 1_000_000;

/** The unit in which a duration is told, and how many µs it has. */
function unitOf(microseconds: number): readonly [unit: string, size: number] {
  const size = Math.abs(microseconds);
  if (size < 1_000) return ["µs", 1];
  if (size < second) return ["ms", 1_000];
  if (size < 120 * second) return ["s", second];
  return size < 7_200 * second ? ["min", 60 * second] : ["h", 3_600 * second];
}

/** "12.8 ms", "1.2 s"; three digits. */
function durationText(microseconds: number): string {
  if (!Number.isFinite(microseconds)) return "–";
  const [unit, size] = unitOf(microseconds);
  return `${digits(microseconds / size)} ${unit}`;
}

/** Three digits that count. */
function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return value.toFixed(size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** "99.98 %"; never all or nothing when it is not. */
function shareText(share: number): string {
  if (Number.isNaN(share)) return "–";
  const percent = share * 100;
  for (let places = 1; places <= 5; places += 1) {
    const text = percent.toFixed(places);
    if ((Number(text) !== 100 || percent === 100) && (Number(text) !== 0 || percent === 0)) return `${text} %`;
  }
  return `${String(percent)} %`;
}

/** "4:05" from the start of the run. */
function clockText(microseconds: number): string {
  const seconds = microseconds / second;
  const minutes = Math.floor(seconds / 60);
  const rest = seconds - minutes * 60;
  return `${String(minutes)}:${rest < 10 ? "0" : ""}${Number.isInteger(rest) ? String(rest) : rest.toFixed(2)}`;
}

/** A figure over all runs with its interval; "–" where there is none. */
type Cell = (about: string, id: string) => string;

const cellsOf =
  (figures: readonly ReplicatedFigure[]): Cell =>
  (about, id) => {
    const figure = figures.find((one) => one.about === about && one.id === id);
    return figure === undefined ? "–" : intervalText(figure.value, figure.halfWidth, figure.unit);
  };

/** "12.8 ± 0.3 ms": both in the unit of the first. */
function intervalText(value: number, halfWidth: number, unit: FigureUnit): string {
  if (!Number.isFinite(halfWidth) || !Number.isFinite(value)) return figureText(value, unit);
  if (unit === "share") return `${shareText(value).slice(0, -2)} ± ${digits(halfWidth * 100)} %`;
  if (unit !== "µs") return `${digits(value)} ± ${digits(halfWidth)}`;
  const [name, size] = unitOf(value);
  return `${digits(value / size)} ± ${digits(halfWidth / size)} ${name}`;
}

/** Runs of a graph in words, tables and lines: figures over all of them, events and series of the first. */
export function describeGraphRun(graph: ServiceGraph, { first, figures, warnings }: Replications): string {
  const warmUp = first.warmUp === 0 ? "" : `, the first ${durationText(first.warmUp)} left out of figures`;
  const runs = figures[0]?.values.length ?? 1;
  const seeds =
    runs === 1
      ? `seed ${String(first.seed)}`
      : `${String(runs)} runs, seeds ${String(first.seed)} to ${String(first.seed + runs - 1)}`;
  const lines = [
    `${first.name}, ${seeds}: ${durationText(first.duration)}${warmUp}${graph.warmUp === "mser-5" ? " (MSER-5)" : ""}`,
    ...(graph.summary === undefined ? [] : [graph.summary.trim()]),
    ...warnings.map((warning) => `! ${warning}`),
    "",
    runs === 1
      ? "One run, so no intervals; latencies are those of good answers, from when a request was due."
      : "Means over the runs, ± half of the 95 % interval (Student's t); latencies are those of good answers, from when a request was due.",
    "",
    ...requestTable("Source", "source", Object.entries(first.sources), cellsOf(figures)),
    "",
    ...serviceTable(first, cellsOf(figures)),
    "",
    ...(runs === 1 ? [] : [`Of the run with seed ${String(first.seed)}`]),
    ...first.calls.flatMap(describeCall),
    ...describeEvents(first),
    ...drawSeries(first),
    "",
    `${count(first.handledEvents)} events, trace ${first.traceHash}`,
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function requestTable(
  what: string,
  kind: "source" | "service",
  records: readonly (readonly [string, RequestsRecord & { readonly pending?: number }])[],
  cell: Cell,
): readonly string[] {
  const columns = ["requests", "answered", "success", "mean", "p50", "p99", "p999"];
  const rows = records.map(([name]) => [name, ...columns.map((id) => cell(`${kind} ${name}`, id))]);
  const why = records.flatMap(([name, { totals, pending = 0 }]) => {
    const told = Object.entries(totals.failures).filter(([, value]) => value > 0);
    const degraded = totals.degraded > 0 ? [`${count(totals.degraded)} answers degraded`] : [];
    const open = pending > 0 ? [`${count(pending)} without an answer at the end`] : [];
    const all = [...told.map(([failure, value]) => `${failure} ${count(value)}`), ...degraded, ...open];
    return all.length === 0 ? [] : [`  ${name}, first run: ${all.join(", ")}`];
  });
  return [...table([what, "requests/s", "answered/s", "success", "mean", "p50", "p99", "p99.9"], rows), ...why];
}

function serviceTable(run: GraphRun, cell: Cell): readonly string[] {
  const services = Object.entries(run.services);
  const hasCost = services.some(([, record]) => record.means.cost > 0);
  const columns = ["utilisation", "waiting", "wait", "wasted", ...(hasCost ? ["cost"] : [])];
  const use = services.map(([name]) => [name, ...columns.map((id) => cell(`service ${name}`, id))]);
  return [
    ...requestTable("Service", "service", services, cell),
    "",
    ...table(["Servers", "busy", "waiting", "mean wait", "wasted/s", ...(hasCost ? ["cost"] : [])], use),
  ];
}

function describeCall(call: CallRecord): readonly string[] {
  const cached = call.cacheHits + call.staleHits;
  const told = [
    ...(cached > 0 ? [`${shareText(cached / call.calls)} from the cache`] : []),
    ...(call.staleHits > 0 ? [`${count(call.staleHits)} stale`] : []),
    ...(call.joined > 0 ? [`${count(call.joined)} joined another's call`] : []),
    ...(call.retries > 0 ? [`${count(call.retries)} retries`] : []),
    ...(call.withoutBudget > 0 ? [`${count(call.withoutBudget)} retries without budget`] : []),
    ...(call.hedges > 0 ? [`${count(call.hedges)} hedges`] : []),
    ...(call.breakerOpened > 0 ? [`breaker opened ${count(call.breakerOpened)} times`] : []),
    ...(call.failures["breaker-open"] > 0 ? [`${count(call.failures["breaker-open"])} stopped by the breaker`] : []),
    ...(call.failures.throttled > 0 ? [`${count(call.failures.throttled)} throttled`] : []),
  ];
  return told.length === 0 ? [] : [`${call.from} → ${call.to}: ${count(call.calls)} calls, ${told.join(", ")}`];
}

const eventsShown = 20;

/** What happened, in order. Where there is too much to show, breakers are left out first: each may open many times. */
function describeEvents(run: GraphRun): readonly string[] {
  if (run.events.length === 0) return [""];
  const others = run.events.filter(({ kind }) => kind !== "breaker");
  const room = Math.max(0, eventsShown - others.length);
  const breakers = new Set(run.events.filter(({ kind }) => kind === "breaker").slice(0, room));
  const chosen = run.events.filter((event) => event.kind !== "breaker" || breakers.has(event)).slice(0, eventsShown);
  const shown = chosen.map(({ at, says }) => `  ${clockText(at).padStart(7)}  ${says}`);
  const more = run.events.length - shown.length;
  return ["", "What happened", ...shown, ...(more > 0 ? [`  and ${count(more)} more (--json has them all)`] : []), ""];
}

/** Each series as a line, with its highest value. */
function drawSeries(run: GraphRun): readonly string[] {
  const perSecond = second / run.slice;
  const line = (label: string, values: Readonly<Float64Array>, text: (value: number) => string): string => {
    const shown = Array.from(values, (value) => (Number.isNaN(value) ? null : value));
    const top = Math.max(0, ...shown.filter((value) => value !== null));
    return `${sparkline(shown)}  ${label}, at most ${text(top)}`;
  };
  const rate = (value: number): string => `${digits(value * perSecond)}/s`;
  const sources = Object.entries(run.sources).flatMap(([name, { series }]) => [
    line(`${name}: requests`, series.requests, rate),
    ...(series.failures.some((value) => value > 0) ? [line(`${name}: failures`, series.failures, rate)] : []),
    line(`${name}: p99`, series.latency.p99, durationText),
  ]);
  const services = Object.entries(run.services).flatMap(([name, { use }]) => [
    line(`${name}: busy`, use.utilisation, shareText),
    ...(use.waiting.some((value) => value >= 1) ? [line(`${name}: waiting`, use.waiting, digits)] : []),
  ]);
  return [...sources, ...services];
}

/** A figure with its unit. */
function figureText(value: number, unit: FigureUnit): string {
  switch (unit) {
    case "µs":
      return durationText(value);
    case "share":
      return shareText(value);
    default:
      return digits(value);
  }
}

const betterOrWorse = ({ difference, figure }: ReplicatedChange): string => {
  if (figure.better === "neither") return "";
  return difference.mean > 0 === (figure.better === "more") ? "better" : "worse";
};

/** "+12.8 ms ± 0.3 ms"; shares in percentage points. */
function differenceText({ difference, figure }: ReplicatedChange): string {
  const sign = difference.mean > 0 ? "+" : "−";
  return `${sign}${intervalText(Math.abs(difference.mean), difference.halfWidth, figure.unit)}`;
}

/** "What changed" against a control, the same requests in both. */
export function describeChanges(
  changes: readonly ReplicatedChange[],
  control: { readonly name: string; readonly runs: number; readonly warnings: readonly string[] },
): string {
  const warnings = control.warnings.map((warning) => `! The control: ${warning}\n`).join("");
  const over = control.runs === 1 ? "one run of each, so no intervals" : `${String(control.runs)} runs of each`;
  if (changes.length === 0) {
    const what = control.runs === 1 ? "Nothing changed" : "Nothing changed that these runs tell from chance";
    return `${warnings}${what} against ${control.name} (${over}).\n`;
  }
  const rows = changes.map((change) => [
    `${change.figure.about}, ${change.figure.label}`,
    intervalText(change.control.value, change.control.halfWidth, change.figure.unit),
    intervalText(change.figure.value, change.figure.halfWidth, change.figure.unit),
    differenceText(change),
    betterOrWorse(change),
  ]);
  const title = `What changed against ${control.name} (${over}; differences seed by seed)`;
  return `${warnings}${[title, ...table(["", "before", "after", "difference", ""], rows)].join("\n")}\n`;
}
