import type { RangeStart } from "./increase.ts";
import { increase } from "./increase.ts";
import type { Objective } from "./objective.ts";
import { checkObjective, ObjectiveError } from "./objective.ts";
import type { CounterSamples } from "./records.ts";

/** An alert on the rate at which a budget burns, over a long window and, so that it ends soon, over a short one. */
export interface BurnAlert {
  readonly name: string;
  readonly severity: "page" | "ticket";
  /** Minutes. */
  readonly long: number;
  readonly short: number;
  /** Burn rate above which it is raised. */
  readonly factor: number;
  /** How long the condition must hold before it is raised, minutes; 0 when absent. */
  readonly forMinutes?: number;
}

const shares = [
  { name: "PageQuick", severity: "page", share: 0.02, long: 60, short: 5 },
  { name: "PageSlow", severity: "page", share: 0.05, long: 360, short: 30 },
  { name: "TicketQuick", severity: "ticket", share: 0.1, long: 1_440, short: 120 },
  { name: "TicketSlow", severity: "ticket", share: 0.1, long: 4_320, short: 360 },
] as const;

/**
 * The alerts of the Site Reliability Workbook, chapter 5, table 5-8: each is raised once a share of the budget (2, 5, 10
 * and 10 %) is gone at that rate within its long window. Factors are scaled to the objective's own window: 14.4, 6, 3 and
 * 1 for 30 days.
 *
 * @throws ObjectiveError
 */
export function standardAlerts(objective: Objective): readonly BurnAlert[] {
  checkObjective(objective);
  return shares.map(({ name, severity, share, long, short }) => ({
    name,
    severity,
    long,
    short,
    factor: (share * objective.days * 1_440) / long,
  }));
}

/** How long after a sudden share of errors an alert is raised, minutes; undefined when it never is. Both windows count. */
export function detectionMinutes(
  objective: Objective,
  { long, short, factor }: BurnAlert,
  errorShare: number,
): number | undefined {
  const threshold = factor * (1 - objective.target);
  if (errorShare <= threshold) return undefined;
  // The window fills with errors until its mean passes the threshold; the longer one takes longer.
  return (Math.max(long, short) * threshold) / errorShare;
}

/** How long after the end of the errors a raised alert ends, minutes: the short window empties. */
export function resetMinutes(objective: Objective, { long, short, factor }: BurnAlert, errorShare: number): number {
  const threshold = factor * (1 - objective.target);
  const window = Math.min(long, short);
  return window * (1 - Math.min(1, threshold / errorShare));
}

/** At which minutes an alert was firing. */
export interface AlertTimeline {
  readonly alert: BurnAlert;
  readonly firing: readonly boolean[];
}

/**
 * Evaluates alerts minute by minute over counters, as Prometheus would with the rules of `prometheusRules`: the share of
 * bad events is the quotient of two `increase`s over one window; where it can not be computed nothing is raised.
 */
export function evaluateAlerts(
  objective: Objective,
  alerts: readonly BurnAlert[],
  samples: CounterSamples,
  start: RangeStart = "closed",
): readonly AlertTimeline[] {
  checkObjective(objective);
  if (samples.total.length !== samples.bad.length) {
    throw new ObjectiveError("samples: there are not as many of bad events as of all; give one of each a minute.");
  }
  const minutes = samples.total.length;
  return alerts.map((alert) => {
    let since: number | undefined;
    const firing = Array.from({ length: minutes }, (_, minute) => {
      const isActive = [alert.long, alert.short].every((window) =>
        isAbove(objective, alert.factor, samples, minute, window, start),
      );
      since = isActive ? (since ?? minute) : undefined;
      return since !== undefined && minute - since >= (alert.forMinutes ?? 0);
    });
    return { alert, firing };
  });
}

/** The threshold as it stands in a rule, so that both sides compare with the same number. */
export const thresholdText = ({ target }: Objective, factor: number): string =>
  String(Number((factor * (1 - target)).toPrecision(12)));

function isAbove(
  objective: Objective,
  factor: number,
  { total, bad }: CounterSamples,
  minute: number,
  window: number,
  start: RangeStart,
): boolean {
  const all = increase(total, minute, window, start);
  const failed = increase(bad, minute, window, start);
  if (all === undefined || failed === undefined) return false;
  // 0 / 0 is not above anything.
  return failed / all > Number(thresholdText(objective, factor));
}
