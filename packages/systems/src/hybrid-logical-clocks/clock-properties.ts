/** What must be true of hybrid timestamps, judged from a record of all events that the rules do not see. */
import type { Body, Observed, Property } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import { isBefore, showStamp } from "./hybrid-logical-clock.ts";
import type { Stamp } from "./hybrid-logical-clock.ts";
import type { Event, HybridLogicalClocksState } from "./hybrid-logical-clocks.ts";

/** An event as the record has it. */
interface Known {
  readonly id: string;
  readonly stamp: Stamp;
  /** The largest reading of a clock among the event and all that happened before it. */
  readonly largest: Microseconds;
}

interface Follower {
  /** The event and those directly before it: the node's previous one and, of a receive event, the sending. */
  readonly event?: (event: Event, before: readonly Known[]) => string | undefined;
  /** A node is back after a crash with this last event. */
  readonly restart?: (name: string, event: Event, before: Known) => string | undefined;
}

type Watcher = (node: Observed<HybridLogicalClocksState>) => string | undefined;

/** Keeps the record of all events, and shows each new one to the follower. */
function follow(follower: Follower): Watcher {
  const record = new Map<string, Known>();
  const lives = new Map<string, { began: Microseconds; last: Known }>();
  return ({ name, state: { last: event, began } }) => {
    const life = lives.get(name);
    if (life === undefined || life.began !== began) {
      // A new life goes on from what the disk held.
      const known = record.get(event.id) ?? { id: event.id, stamp: event.stamp, largest: event.stamp.l };
      record.set(event.id, known);
      lives.set(name, { began, last: known });
      return life === undefined ? undefined : follower.restart?.(name, event, life.last);
    }
    if (event.id === life.last.id) return undefined;
    const cause = event.cause === null ? undefined : record.get(event.cause);
    const before = cause === undefined ? [life.last] : [life.last, cause];
    const known = {
      id: event.id,
      stamp: event.stamp,
      largest: Math.max(event.pt, ...before.map(({ largest }) => largest)),
    };
    record.set(event.id, known);
    life.last = known;
    return follower.event?.(event, before);
  };
}

/** Theorem 1: e hb f ⇒ (l.e, c.e) < (l.f, c.f). */
export const causesComeFirst: Property<HybridLogicalClocksState> = {
  id: "causes-come-first",
  says: "An event is stamped later than all that happened before it.",
  watch: () =>
    follow({
      event(event, before) {
        const wrong = before.find(({ stamp }) => !isBefore(stamp, event.stamp));
        if (wrong === undefined) return undefined;
        return `${event.id} is stamped ${showStamp(event.stamp)}, and ${wrong.id}, which happened before it, ${showStamp(wrong.stamp)}.`;
      },
    }),
};

/** Theorem 3; that l is at least the node's clock, and never ahead of all clocks, follows from it. */
export const largestClockKnown: Property<HybridLogicalClocksState> = {
  id: "largest-clock-known",
  says: "l is the largest clock reading among the event and all that happened before it.",
  watch: () =>
    follow({
      event(event, before) {
        const largest = Math.max(event.pt, ...before.map((known) => known.largest));
        if (event.stamp.l === largest) return undefined;
        return `${event.id} has l ${String(event.stamp.l)}; the largest clock reading that it can know of is ${String(largest)}.`;
      },
    }),
};

/** What the paper's bound on c rests on: c counts events of one l that happened one before the other. */
export const counterIsTheChain: Property<HybridLogicalClocksState> = {
  id: "counter-is-the-chain",
  says: "c is 0 when l has advanced, and otherwise one more than the largest c directly before it at that l.",
  watch: () =>
    follow({
      event({ id, stamp }, before) {
        const same = before.filter((known) => known.stamp.l === stamp.l).map((known) => known.stamp.c);
        const expected = same.length === 0 ? 0 : Math.max(...same) + 1;
        if (stamp.c === expected) return undefined;
        return `${id} has c ${String(stamp.c)} where ${String(expected)} is due at l ${String(stamp.l)}.`;
      },
    }),
};

export const nothingForgotten: Property<HybridLogicalClocksState> = {
  id: "nothing-forgotten",
  says: "After a crash a node goes on from its last timestamp.",
  watch: () =>
    follow({
      restart(name, { stamp }, before) {
        if (!isBefore(stamp, before.stamp)) return undefined;
        return `${name} is back with ${showStamp(stamp)} although it had stamped ${before.id} with ${showStamp(before.stamp)}.`;
      },
    }),
};

/** What the others rest on: they judge the events that there are. */
export const everyMessageIsAnEvent: Property<HybridLogicalClocksState> = {
  id: "every-message-is-an-event",
  says: "Whatever a node receives is an event of its own, and that of a message has the sending as its cause.",
  watch() {
    const lasts = new Map<string, string>();
    return ({ name, state: { last } }, _nodes, _time, message) => {
      const before = lasts.get(name);
      lasts.set(name, last.id);
      if (message === undefined) return undefined;
      const { type, event: cause = null } = message.body as Body & { readonly event?: string };
      if (last.id !== before && last.cause === cause) return undefined;
      return `${name} took "${type}" of ${message.src} and has no event for it; its last is ${last.id}.`;
    };
  },
};

/** What a caller can see of it. */
export const answersInOrder: Property<HybridLogicalClocksState> = {
  id: "answers-in-order",
  says: "Of two calls to one node, the one that was answered before the other began has the earlier timestamp.",
  judge({ history }) {
    const answered = history.flatMap(({ key, output, called, returned, outcome }, index) =>
      outcome === "ok" && Array.isArray(output)
        ? [{ index, key, called, returned, stamp: { l: Number(output[0]), c: Number(output[1]) } }]
        : [],
    );
    for (const one of answered) {
      for (const other of answered) {
        if (one.key !== other.key || one.returned >= other.called || isBefore(one.stamp, other.stamp)) continue;
        const says = `A node answered ${showStamp(one.stamp)} and to a later call ${showStamp(other.stamp)}.`;
        return { verdict: "violated", says, operations: [one.index, other.index] };
      }
    }
    return { verdict: "holds", says: `${String(answered.length)} answers are in order.` };
  },
};
