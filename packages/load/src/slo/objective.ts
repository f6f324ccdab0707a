/** A service level objective over a rolling window. */
export interface Objective {
  /** A name that Prometheus takes: letters, digits and underscores. */
  readonly name: string;
  /** Share of events that are to be good, above 0 and below 1: 0.999. */
  readonly target: number;
  /** Length of the rolling window, days. */
  readonly days: number;
}

/** An objective or a policy that can not be used; the message names the place and the mend. */
export class ObjectiveError extends Error {
  override readonly name = "ObjectiveError";
}

/** @throws ObjectiveError naming the field and the mend */
export function checkObjective({ name, target, days }: Objective): void {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    throw new ObjectiveError(`name: "${name}" has letters that Prometheus does not take; write letters, digits and _.`);
  }
  if (!(target > 0 && target < 1)) {
    throw new ObjectiveError(
      `target: a share above 0 and below 1 is needed; got ${String(target)}. Write 0.999 for 99.9 %.`,
    );
  }
  if (!(days > 0 && days <= 366)) {
    throw new ObjectiveError(`days: the window is above 0 and at most 366 days; got ${String(days)}.`);
  }
}

/** Events of a stretch of time. */
export interface Counts {
  readonly total: number;
  readonly bad: number;
}

/** What is left of an error budget. */
export interface Budget {
  /** Share of events that were good; NaN where there was none. */
  readonly attained: number;
  /** Bad events that the target allows for so many events. */
  readonly allowed: number;
  readonly used: number;
  /** Share of the budget that is left; negative once it is overspent. */
  readonly left: number;
  readonly isMet: boolean;
}

/** The budget over the counts of a window, by events ("occurrences" in OpenSLO). */
export function budgetOf({ target }: Objective, { total, bad }: Counts): Budget {
  const allowed = total * (1 - target);
  return {
    attained: total === 0 ? NaN : 1 - bad / total,
    allowed,
    used: bad,
    left: allowed === 0 ? (bad === 0 ? 1 : -Infinity) : 1 - bad / allowed,
    isMet: bad <= allowed,
  };
}

/** How many times faster than evenly the budget burns: share of bad events over the share that is allowed. */
export const burnRate = ({ target }: Objective, { total, bad }: Counts): number =>
  total === 0 ? 0 : bad / total / (1 - target);

/** The budget of a window in minutes of complete outage: 43.2 for 99.9 % of 30 days. */
export const budgetMinutes = ({ target, days }: Objective): number => (1 - target) * days * 1_440;
