import type { DependenciesRun, Outage } from "@fieldbook/load";
import { outagesBefore, totalLength } from "@fieldbook/load";
import { metricText } from "../metric-text.ts";
import type { OutagesPicture } from "../picture.ts";
import { hours, hoursPerMonth, inHours, measure, roleOf } from "./dependency-availability-model.ts";
import type { DependencyAvailabilityValues } from "./dependency-availability-parameters.ts";

/** More rows than this say nothing more; the others are counted in the sentence. */
const rowsMax = 20;

const share = { unit: "%", digits: 2 };
const time = { unit: "h", digits: 1 };

/** A run with the values that it came from. */
export interface DependencyAvailabilityRun {
  readonly values: DependencyAvailabilityValues;
  readonly run: DependenciesRun;
}

type Row = OutagesPicture["rows"][number];

/** The first 30 days: who was down when, and the service under them; below it the one it is held against. */
export function dependencyAvailabilityPicture(
  { values, run }: DependencyAvailabilityRun,
  against: (DependencyAvailabilityRun & { readonly name: string }) | undefined,
): OutagesPicture {
  const row = (label: string, role: Row["role"], outages: readonly Outage[]): Row => {
    const down = outagesBefore(hours(hoursPerMonth), outages);
    return {
      label,
      role,
      down: down.map(({ from, to }) => ({ from: inHours(from), to: inHours(to) })),
      up: metricText(100 - (100 * totalLength(down)) / hours(hoursPerMonth), share),
    };
  };
  const all = run.outages.map((outages, index) => {
    const role = roleOf(values, index);
    return row(role === "store" ? "store" : `dependency ${String(index + 1)}`, role, outages);
  });
  const drawn = worthDrawing(all);
  const service = row("the service", "service", run.down);
  const rows = [...drawn, service];
  if (against !== undefined) rows.push(row(against.name, "service", against.run.down));
  const left = all.length - drawn.length;
  return {
    kind: "outages",
    duration: hoursPerMonth,
    unit: "h",
    rows,
    says:
      `In the first 30 days the service is up ${service.up} of the time, with ${outagesIn(service.down.length)}. ` +
      (left === 0 ? "" : `${String(left)} dependencies with the least time down are not drawn. `) +
      capitalised(describe(values, run)) +
      (against === undefined ? "" : ` ${capitalised(against.name)}: ${describe(against.values, against.run)}`),
  };
}

/** The rows with the most time down, in their own order; the store always. */
function worthDrawing(rows: readonly Row[]): readonly Row[] {
  const hoursDown = (row: Row): number => row.down.reduce((sum, { from, to }) => sum + to - from, 0);
  const rank = (row: Row): number => (row.role === "store" ? Infinity : hoursDown(row));
  const ranked = rows.toSorted((one, other) => (rank(one) === rank(other) ? 0 : rank(other) - rank(one)));
  const kept = new Set(ranked.slice(0, rowsMax));
  return rows.filter((row) => kept.has(row));
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const outagesIn = (count: number): string => (count === 1 ? "1 outage" : `${String(count)} outages`);

function describe(values: DependencyAvailabilityValues, run: DependenciesRun): string {
  const { availability, hoursDownPerMonth, hoursDegradedPerMonth } = measure(values, run);
  const degraded = hoursDegradedPerMonth === 0 ? "" : ` and ${metricText(hoursDegradedPerMonth, time)} on a fallback`;
  return (
    `over ${String(values.years)} years it is up ${metricText(availability, share)} of the time: ` +
    `${metricText(hoursDownPerMonth, time)} down a month${degraded}.`
  );
}
