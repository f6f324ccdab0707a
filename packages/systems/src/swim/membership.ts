/** What members believe of each other, and which belief overrides which: section 4.2 of the SWIM paper. */

export type Status = "alive" | "suspect" | "faulty";

/** "Suspect M_j: inc" and the like, as messages carry it. */
export interface Update {
  readonly member: string;
  /** M_j's incarnation number, which it alone increments. */
  readonly incarnation: number;
  readonly status: Status;
}

/** What one member believes of another. */
export interface Belief extends Update {
  /** The believer's protocol period in which it came to this. */
  readonly since: number;
  /** How often it was piggybacked. */
  told: number;
}

const ranks: Readonly<Record<Status, number>> = { alive: 0, suspect: 1, faulty: 2 };

/**
 * Whether an update overrides what is believed: by incarnation, then faulty over suspect over alive. The paper lets
 * "faulty" override everything, for good, and a member return under a new name; here it returns with a new incarnation.
 */
export function overrides(update: Update, belief: Update): boolean {
  if (update.incarnation !== belief.incarnation) return update.incarnation > belief.incarnation;
  return ranks[update.status] > ranks[belief.status];
}
