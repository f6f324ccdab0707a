import type { DependenciesRun, Outage } from "@fieldbook/load";
import { outagesBefore, totalLength } from "@fieldbook/load";
import type { OutagesPicture } from "../picture.ts";
import { hours, hoursPerMonth, inHours, measure, roleOf } from "./dependency-availability-model.ts";
import type { DependencyAvailabilityValues } from "./dependency-availability-parameters.ts";

/** More rows than this say nothing more; the others are counted in the sentence. */
const rowsMax = 20;

/** A run with the values that it came from. */
export interface DependencyAvailabilityRun {
  readonly values: DependencyAvailabilityValues;
  readonly run: DependenciesRun;
}

type Row = OutagesPicture["rows"][number];

/** The first 30 days: who was down when, and the service under them. */
export function dependencyAvailabilityPicture(
  { values, run }: DependencyAvailabilityRun,
  control: DependencyAvailabilityRun | undefined,
): OutagesPicture {
  const row = (label: string, role: Row["role"], outages: readonly Outage[]): Row => {
    const down = outagesBefore(hours(hoursPerMonth), outages);
    return {
      label,
      role,
      down: down.map(({ from, to }) => ({ from: inHours(from), to: inHours(to) })),
      up: `${(100 - (100 * totalLength(down)) / hours(hoursPerMonth)).toFixed(2)} %`,
    };
  };
  const all = run.outages.map((outages, index) => {
    const role = roleOf(values, index);
    return row(role === "store" ? "store" : `dependency ${String(index + 1)}`, role, outages);
  });
  const drawn = worthDrawing(all);
  const service = row("the service", "service", run.down);
  const rows = [...drawn, service];
  if (control !== undefined) rows.push(row("the service, control", "service", control.run.down));
  const left = all.length - drawn.length;
  return {
    kind: "outages",
    duration: hoursPerMonth,
    unit: "h",
    rows,
    says:
      `In the first 30 days the service is up ${service.up} of the time, with ${outagesIn(service.down.length)}. ` +
      (left === 0 ? "" : `${String(left)} dependencies with the least time down are not drawn. `) +
      describe(values, run) +
      (control === undefined ? "" : ` Control: ${describe(control.values, control.run)}`),
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

const outagesIn = (count: number): string => (count === 1 ? "1 outage" : `${String(count)} outages`);

function describe(values: DependencyAvailabilityValues, run: DependenciesRun): string {
  const { availability, hoursDownPerMonth, hoursDegradedPerMonth } = measure(values, run);
  const degraded = hoursDegradedPerMonth === 0 ? "" : ` and ${hoursDegradedPerMonth.toFixed(1)} h on a fallback`;
  return (
    `Over ${String(values.years)} years it is up ${availability.toFixed(2)} % of the time: ` +
    `${hoursDownPerMonth.toFixed(1)} h down a month${degraded}.`
  );
}
