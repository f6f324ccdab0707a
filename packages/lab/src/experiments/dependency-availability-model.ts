import type { Microseconds } from "@fieldbook/kernel";
import { microsecondsPerSecond } from "@fieldbook/kernel";
import type { DependenciesRun, Dependency } from "@fieldbook/load";
import { simulateDependencies, totalLength } from "@fieldbook/load";
import type { DependencyAvailabilityValues } from "./dependency-availability-parameters.ts";

const microsecondsPerHour = 3_600 * microsecondsPerSecond;
const hoursPerYear = 8_760;

/** A month of 30 days. */
export const hoursPerMonth = 720;

export const hours = (count: number): Microseconds => Math.round(count * microsecondsPerHour);
export const inHours = (time: Microseconds): number => time / microsecondsPerHour;

export type DependencyRole = "store" | "hard" | "soft";

/** The store comes first, the soft ones last; a store that is soft counts as soft. */
export function roleOf(values: DependencyAvailabilityValues, index: number): DependencyRole {
  if (index >= values.dependencies - values.soft) return "soft";
  return index === 0 ? "store" : "hard";
}

export function problemOf({ soft, dependencies }: DependencyAvailabilityValues): string | undefined {
  return soft > dependencies
    ? `There are ${String(dependencies)} dependencies, so at most as many can be soft; soft is ${String(soft)}.`
    : undefined;
}

export function simulate(values: DependencyAvailabilityValues, seed: number): DependenciesRun {
  const dependencies = Array.from({ length: values.dependencies }, (_, index): Dependency => ({
    availability: index === 0 && values.perfectStore ? 1 : values.availability / 100,
    meanTimeToRepair: hours(values.repairHours),
    copies: values.copies,
    commonCause: values.commonCause / 100,
    kind: roleOf(values, index) === "soft" ? "soft" : "hard",
  }));
  return simulateDependencies(dependencies, lengthOf(values), seed);
}

export interface Measured {
  /** In %. */
  readonly availability: number;
  readonly hoursDownPerMonth: number;
  readonly hoursDegradedPerMonth: number;
}

export function measure(values: DependencyAvailabilityValues, run: DependenciesRun): Measured {
  const length = lengthOf(values);
  const down = totalLength(run.down) / length;
  return {
    availability: 100 * (1 - down),
    hoursDownPerMonth: hoursPerMonth * down,
    hoursDegradedPerMonth: (hoursPerMonth * run.degraded) / length,
  };
}

const lengthOf = (values: DependencyAvailabilityValues): Microseconds => hours(values.years * hoursPerYear);
