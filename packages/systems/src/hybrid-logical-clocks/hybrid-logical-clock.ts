/** The rules of the hybrid logical clock, as in figure 5 of Kulkarni et al. (OPODIS 2014). */
import type { Microseconds } from "@fieldbook/kernel";

/** A timestamp: compared by `l`, then by `c`. */
export interface Stamp {
  /** The largest physical time that is known of, µs. */
  readonly l: Microseconds;
  /** Tells apart events of one `l`. */
  readonly c: number;
}

export interface ClockRules {
  /** "hybrid" is the paper's; "naive" counts on like Lamport's clock; "physical" takes the node's time as it is. */
  readonly rule: "hybrid" | "naive" | "physical";
  /** Whether a node takes notice of the timestamps that come with messages. */
  readonly readsMessages: boolean;
  /** Whether the counter that came counts when both have the same `l`. */
  readonly readsCounters: boolean;
  /** Whether the counter begins anew when `l` has advanced. */
  readonly resetsCounter: boolean;
}

/** Send or local event. */
export function localEvent(now: Stamp, pt: Microseconds, rules: ClockRules): Stamp {
  if (rules.rule === "naive") return { l: Math.max(now.l + 1, pt), c: 0 };
  const l = rules.rule === "physical" ? pt : Math.max(now.l, pt);
  return { l, c: l === now.l || !rules.resetsCounter ? now.c + 1 : 0 };
}

/** Receive event of message m. */
export function receiveEvent(now: Stamp, m: Stamp, pt: Microseconds, rules: ClockRules): Stamp {
  if (!rules.readsMessages) return localEvent(now, pt, rules);
  if (rules.rule === "naive") return { l: Math.max(now.l + 1, m.l + 1, pt), c: 0 };
  const l = rules.rule === "physical" ? pt : Math.max(now.l, m.l, pt);
  if (l === now.l && l === m.l) return { l, c: (rules.readsCounters ? Math.max(now.c, m.c) : now.c) + 1 };
  if (l === now.l || !rules.resetsCounter) return { l, c: now.c + 1 };
  if (l === m.l) return { l, c: m.c + 1 };
  return { l, c: 0 };
}

export function isBefore(one: Stamp, other: Stamp): boolean {
  return one.l < other.l || (one.l === other.l && one.c < other.c);
}

export const showStamp = ({ l, c }: Stamp): string => `${String(l)}+${String(c)}`;
