import { count } from "@fieldbook/lab";
import type {
  CallRecord,
  FigureChange,
  FigureUnit,
  GraphRun,
  ReplicatedFigure,
  RequestsRecord,
  ServiceGraph,
} from "@fieldbook/load";
import { sparkline } from "../sparkline.ts";
import { table } from "../table.ts";

const second = 1_000_000;

/** "12.8 ms", "1.2 s"; three digits. */
function durationText(microseconds: number): string {
  if (!Number.isFinite(microseconds)) return "–";
  if (microseconds < 1_000) return `${digits(microseconds)} µs`;
  if (microseconds < second) return `${digits(microseconds / 1_000)} ms`;
  if (microseconds < 120 * second) return `${digits(microseconds / second)} s`;
  return microseconds < 7_200 * second
    ? `${digits(microseconds / (60 * second))} min`
    : `${digits(microseconds / (3_600 * second))} h`;
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

/** A run in words, tables and lines. */
export function describeGraphRun(graph: ServiceGraph, run: GraphRun): string {
  const time = (run.duration - run.warmUp) / second;
  const warmUp = run.warmUp === 0 ? "" : `, the first ${durationText(run.warmUp)} left out of figures`;
  const lines = [
    `${run.name}, seed ${String(run.seed)}: ${durationText(run.duration)}${warmUp}${graph.warmUp === "mser-5" ? " (MSER-5)" : ""}`,
    ...(graph.summary === undefined ? [] : [graph.summary.trim()]),
    ...run.warnings.map((warning) => `! ${warning}`),
    "",
    ...requestTable("Source", Object.entries(run.sources), time),
    "",
    ...serviceTable(run),
    "",
    ...run.calls.flatMap(describeCall),
    ...describeEvents(run),
    ...drawSeries(run),
    "",
    `${count(run.handledEvents)} events, trace ${run.traceHash}`,
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function requestTable(
  what: string,
  records: readonly (readonly [string, RequestsRecord])[],
  time: number,
): readonly string[] {
  const rows = records.map(([name, { totals }]) => {
    const ended = totals.successes + Object.values(totals.failures).reduce((sum, value) => sum + value, 0);
    const { latency } = totals;
    return [
      name,
      digits(totals.requests / time),
      shareText(totals.successes / ended),
      ...[latency.mean, latency.p50, latency.p99, latency.p999].map(durationText),
    ];
  });
  const why = records.flatMap(([name, { totals }]) => {
    const told = Object.entries(totals.failures).filter(([, value]) => value > 0);
    const degraded = totals.degraded > 0 ? [`${count(totals.degraded)} answers degraded`] : [];
    const all = [...told.map(([kind, value]) => `${kind} ${count(value)}`), ...degraded];
    return all.length === 0 ? [] : [`  ${name}: ${all.join(", ")}`];
  });
  return [...table([what, "requests/s", "success", "mean", "p50", "p99", "p99.9"], rows), ...why];
}

function serviceTable(run: GraphRun): readonly string[] {
  const time = (run.duration - run.warmUp) / second;
  const services = Object.entries(run.services);
  const use = services.map(([name, { means }]) => [
    name,
    shareText(means.utilisation),
    digits(means.waiting),
    durationText(means.wait),
    digits(means.wasted / time),
    ...(services.some(([, record]) => record.means.cost > 0) ? [digits(means.cost)] : []),
  ]);
  const hasCost = services.some(([, record]) => record.means.cost > 0);
  return [
    ...requestTable("Service", services, time),
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

function describeEvents(run: GraphRun): readonly string[] {
  if (run.events.length === 0) return [""];
  const shown = run.events.slice(0, eventsShown).map(({ at, says }) => `  ${clockText(at).padStart(7)}  ${says}`);
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

const betterOrWorse = ({ before, after, better }: FigureChange): string => {
  if (better === "neither") return "";
  return after > before === (better === "more") ? "better" : "worse";
};

/** "What changed" against a control, the same requests in both. */
export function describeChanges(changes: readonly FigureChange[], control: string): string {
  if (changes.length === 0) return `Nothing changed against ${control}.\n`;
  const rows = changes.map((change) => [
    `${change.about}, ${change.label}`,
    figureText(change.before, change.unit),
    figureText(change.after, change.unit),
    betterOrWorse(change),
  ]);
  return `${[`What changed against ${control}`, ...table(["", "before", "after", ""], rows)].join("\n")}\n`;
}

/** Figures over several runs, with their 95 % intervals. */
export function describeReplications(
  graph: ServiceGraph,
  seed: number,
  runs: number,
  figures: readonly ReplicatedFigure[],
  control: readonly ReplicatedFigure[] | undefined,
): string {
  const text = ({ value, halfWidth, unit }: ReplicatedFigure): string =>
    Number.isFinite(halfWidth)
      ? `${figureText(value, unit)} ± ${figureText(halfWidth, unit)}`
      : figureText(value, unit);
  const before = new Map((control ?? []).map((figure) => [`${figure.about} ${figure.id}`, figure]));
  const rows = figures.map((figure) => {
    const was = before.get(`${figure.about} ${figure.id}`);
    return [
      `${figure.about}, ${figure.label}`,
      ...(control === undefined ? [] : [was === undefined ? "–" : text(was)]),
      text(figure),
    ];
  });
  const seeds = `${String(seed)} to ${String(seed + runs - 1)}`;
  const head = control === undefined ? ["", "mean"] : ["", "control", "mean"];
  const lines = [
    `${graph.name}, ${String(runs)} runs, seeds ${seeds}; means with 95 % intervals (Student's t over runs)`,
    ...table(head, rows),
  ];
  return `${lines.join("\n")}\n`;
}
