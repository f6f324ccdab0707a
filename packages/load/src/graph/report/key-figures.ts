import type { GraphRun, RequestsRecord } from "../graph-run.ts";

export type FigureUnit = "requests/s" | "share" | "µs" | "servers" | "requests" | "currency";

/** One number of a run that a reader looks at first. */
export interface KeyFigure {
  /** "source users", "service shop" */
  readonly about: string;
  readonly id: string;
  readonly label: string;
  readonly unit: FigureUnit;
  /** Which way is better; neither for what merely describes the load. */
  readonly better: "less" | "more" | "neither";
  /** NaN where there was nothing to measure. */
  readonly value: number;
}

/** The key figures of a run, sources first. After warm-up. */
export function keyFigures(run: GraphRun): readonly KeyFigure[] {
  const time = (run.duration - run.warmUp) / 1_000_000;
  const sources = Object.entries(run.sources).flatMap(([name, record]) =>
    requestFigures(`source ${name}`, record, time),
  );
  const services = Object.entries(run.services).flatMap(([name, record]) => {
    const about = `service ${name}`;
    const { means } = record;
    return [
      ...requestFigures(about, record, time),
      figure(about, "utilisation", "utilisation", "share", "neither", means.utilisation),
      figure(about, "waiting", "waiting", "requests", "less", means.waiting),
      figure(about, "wait", "mean wait", "µs", "less", means.wait),
      figure(about, "wasted", "wasted", "requests/s", "less", means.wasted / time),
      ...(means.cost > 0 ? [figure(about, "cost", "cost", "currency", "less", means.cost)] : []),
    ];
  });
  return [...sources, ...services];
}

function requestFigures(about: string, { totals }: RequestsRecord, time: number): readonly KeyFigure[] {
  const ended = totals.successes + Object.values(totals.failures).reduce((sum, count) => sum + count, 0);
  const { latency } = totals;
  return [
    figure(about, "requests", "requests", "requests/s", "neither", totals.requests / time),
    figure(about, "answered", "answered", "requests/s", "more", totals.successes / time),
    figure(about, "success", "success", "share", "more", totals.successes / ended),
    figure(about, "degraded", "degraded", "share", "less", totals.degraded / ended),
    figure(about, "mean", "mean latency", "µs", "less", latency.mean),
    figure(about, "p50", "p50", "µs", "less", latency.p50),
    figure(about, "p99", "p99", "µs", "less", latency.p99),
    figure(about, "p999", "p99.9", "µs", "less", latency.p999),
  ];
}

const figure = (
  about: string,
  id: string,
  label: string,
  unit: FigureUnit,
  better: KeyFigure["better"],
  value: number,
): KeyFigure => ({ about, id, label, unit, better, value });

/** One figure in two runs. */
export interface FigureChange extends Omit<KeyFigure, "value"> {
  readonly before: number;
  readonly after: number;
}

/**
 * What is different in a run from its control, in the order of the key figures: only what both have, and what changed by
 * more than `least` of itself.
 */
export function whatChanged(run: GraphRun, control: GraphRun, least = 0.01): readonly FigureChange[] {
  const before = new Map(keyFigures(control).map((one) => [`${one.about} ${one.id}`, one.value]));
  return keyFigures(run).flatMap(({ value: after, ...rest }) => {
    const was = before.get(`${rest.about} ${rest.id}`);
    if (was === undefined || (Number.isNaN(was) && Number.isNaN(after))) return [];
    const change = Math.abs(after - was) / Math.max(Math.abs(was), Math.abs(after));
    return after === was || change <= least ? [] : [{ ...rest, before: was, after }];
  });
}
