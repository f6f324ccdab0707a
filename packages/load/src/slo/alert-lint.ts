import type { BurnAlert } from "./burn-alerts.ts";
import type { Objective } from "./objective.ts";
import { budgetMinutes, checkObjective } from "./objective.ts";

/** Something about an alert that its author should know. */
export interface AlertFinding {
  readonly alert: string;
  readonly kind: "never-fires" | "one-failure-pages" | "no-short-window" | "budget-share";
  readonly says: string;
  readonly mend: string;
}

/** A page that means less of the budget than this is noise; one that means more comes late. */
const leastShare = 0.005;
const mostShare = 0.5;

const percent = (share: number): string => `${String(Math.round(share * 1_000) / 10)} %`;

/**
 * What is wrong with alerts on an objective: those that can never fire, those that one failure raises at the given traffic,
 * and those whose factor does not mean what such alerts are for.
 *
 * @param requestsPerHour at a quiet hour
 * @throws ObjectiveError
 */
export function lintAlerts(
  objective: Objective,
  alerts: readonly BurnAlert[],
  requestsPerHour: number,
): readonly AlertFinding[] {
  checkObjective(objective);
  return alerts.flatMap((alert) => [
    ...neverFires(objective, alert),
    ...oneFailurePages(objective, alert, requestsPerHour),
    ...withoutShortWindow(alert),
    ...budgetShare(objective, alert),
  ]);
}

function neverFires({ target }: Objective, { name, factor }: BurnAlert): readonly AlertFinding[] {
  const threshold = factor * (1 - target);
  if (threshold < 1) return [];
  return [
    {
      alert: name,
      kind: "never-fires",
      says: `It is raised above ${percent(threshold)} bad events: more than all of them.`,
      mend: `Lower the factor below ${String(Math.floor(10 / (1 - target)) / 10)}, or raise the target.`,
    },
  ];
}

function oneFailurePages(
  { target }: Objective,
  { name, severity, long, factor }: BurnAlert,
  requestsPerHour: number,
): readonly AlertFinding[] {
  const requests = (requestsPerHour * long) / 60;
  const threshold = factor * (1 - target);
  if (severity !== "page" || requests <= 0 || threshold >= 1 || 1 / requests <= threshold) return [];
  const needed = Math.ceil(60 / (long * threshold));
  return [
    {
      alert: name,
      kind: "one-failure-pages",
      says: `At ${String(requestsPerHour)} requests an hour one failure is ${percent(Math.min(1, 1 / requests))} of its window, and raises it.`,
      mend: `Use it from ${String(needed)} requests an hour on; below that lengthen the window, join services, or probe.`,
    },
  ];
}

function withoutShortWindow({ name, long, short }: BurnAlert): readonly AlertFinding[] {
  if (short < long) return [];
  return [
    {
      alert: name,
      kind: "no-short-window",
      says: "Its short window is not shorter than its long one, so it stays raised long after the errors have ended.",
      mend: `Write a short window of ${String(Math.max(1, Math.round(long / 12)))} minutes.`,
    },
  ];
}

/** A factor says how much of the budget is gone when the alert is raised: factor × long window / period. */
function budgetShare(objective: Objective, { name, long, factor }: BurnAlert): readonly AlertFinding[] {
  const share = (factor * long) / (objective.days * 1_440);
  if (share >= leastShare && share <= mostShare) return [];
  const minutes = Math.round(budgetMinutes(objective) * share * 10) / 10;
  return [
    {
      alert: name,
      kind: "budget-share",
      says: `It is raised once ${percent(share)} of the budget is gone within its window, ${String(minutes)} minutes of outage.`,
      mend: `The factor belongs to another period: for ${String(objective.days)} days and 2 % it is ${String(Math.round((0.02 * objective.days * 14_400) / long) / 10)}.`,
    },
  ];
}
