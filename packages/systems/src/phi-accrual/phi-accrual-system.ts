import { defineSystem } from "@fieldbook/engine";
import type { FaultKind, Property, Workload } from "@fieldbook/engine";
import { exponential, milliseconds, seconds } from "@fieldbook/kernel";
import type { Microseconds } from "@fieldbook/kernel";
import { phiAccrual } from "./phi-accrual.ts";
import type { Monitored, PhiConfig, PhiReply, PhiRequest, PhiState } from "./phi-accrual.ts";

/** A detector may be wrong about others under any of these; what it promises about what it has heard must hold. */
const survives: readonly FaultKind[] = [
  "partition",
  "one-way-partition",
  "bridge",
  "isolation",
  "flapping",
  "loss",
  "duplication",
  "delay",
  "reordering",
  "clogging",
  "bandwidth",
  "crash",
  "pause",
  "slow-node",
  "torn-write",
  "full-disk",
  "slow-disk",
  "clock-step",
  "clock-drift",
  "sync-failure",
  "leap-second",
];

/** The correct configuration. */
export const correct: PhiConfig = {
  interval: milliseconds(25),
  threshold: 8,
  window: 16,
  minDeviation: milliseconds(10),
  maxGap: milliseconds(100),
  clock: "stopwatch",
  newOnly: true,
  trustsAgain: true,
};

/** φ reaches 8 at 5.6 deviations, each at least 10 ms: 56 ms, less what a clock may drift. */
const leastSilence: Microseconds = milliseconds(50);
/** Gaps of at most 100 ms have mean + 5.6 deviations of at most 335 ms; and some for drift. */
const mostSilence: Microseconds = milliseconds(350);

/** What the watcher has seen of one node's view of another, in true time. */
interface Seen {
  heartbeats: number;
  heardAt: Microseconds;
  life: number;
  beat: number;
  suspected: boolean;
  looks: number;
}

type Judge = (names: string, before: Seen, now: Monitored, looked: boolean, time: Microseconds) => string | undefined;

/** Shows every change of one node's view of another to `judge`, with the true time of the last heartbeat that counted. */
function watchPairs(judge: Judge): ReturnType<Extract<Property<PhiState>, { watch: unknown }>["watch"]> {
  const lives = new Map<string, { began: Microseconds; views: Map<string, Seen> }>();
  return ({ name, state }, _nodes, time) => {
    let life = lives.get(name);
    if (life?.began !== state.began) {
      life = { began: state.began, views: new Map() };
      lives.set(name, life);
    }
    for (const [peer, now] of state.monitored) {
      const before = life.views.get(peer);
      if (before === undefined) {
        life.views.set(peer, { ...now, heardAt: time, looks: state.looks });
        continue;
      }
      if (before.heartbeats !== now.heartbeats) before.heardAt = time;
      const says = judge(`${name} of ${peer}`, before, now, before.looks !== state.looks, time);
      if (says !== undefined) return says;
      before.heartbeats = now.heartbeats;
      before.life = now.life;
      before.beat = now.beat;
      before.suspected = now.suspected;
      before.looks = state.looks;
    }
    return undefined;
  };
}

export const silenceFirst: Property<PhiState> = {
  id: "suspected-after-silence",
  says: "No node is suspected before it was silent for 50 ms, whatever the clocks do: two heartbeats are due every 50 ms.",
  watch: () =>
    watchPairs((names, before, now, _looked, time) => {
      const silence = time - before.heardAt;
      if (!now.suspected || before.suspected || silence >= leastSilence) return undefined;
      return `The view of ${names}: suspected after ${String(silence)} µs of silence.`;
    }),
};

export const silentIsSuspected: Property<PhiState> = {
  id: "silence-is-suspected",
  says: "A node that looks at the others suspects each that was silent for 350 ms, crashed or cut off.",
  watch: () =>
    watchPairs((names, before, now, looked, time) => {
      const silence = time - before.heardAt;
      if (!looked || now.suspected || silence <= mostSilence) return undefined;
      return `The view of ${names}: trusted after ${String(silence)} µs of silence.`;
    }),
};

/** From a table of the normal distribution: what is exceeded with a probability of 10⁻⁸, the threshold of 8. */
const quantile = 5.612;

/** Of the deviation; for what clocks drift, and for the bound that stands for the tail. */
const tolerance = 0.15;

export const suspectedAtTheLevel: Property<PhiState> = {
  id: "suspected-at-the-level",
  says: "A node is suspected when so long a silence has a probability of 10⁻⁸ by the gaps in the window, and not before.",
  watch: () =>
    watchPairs((names, before, now, looked, time) => {
      if (!looked || before.suspected || now.heartbeats !== before.heartbeats) return undefined;
      const { gaps } = now;
      const count = Math.max(1, gaps.length);
      const mean = gaps.length === 0 ? correct.interval : gaps.reduce((sum, gap) => sum + gap, 0) / count;
      const squares = gaps.reduce((sum, gap) => sum + gap * gap, 0) / count;
      const deviation = Math.sqrt(Math.max(correct.minDeviation ** 2, squares - mean ** 2));
      const silence = time - before.heardAt;
      const deviations = (silence - mean) / deviation;
      if (now.suspected ? deviations >= quantile - tolerance : deviations <= quantile + tolerance) return undefined;
      const is = `${now.suspected ? "suspected" : "trusted"} after ${String(silence)} µs of silence`;
      return `The view of ${names}: ${is}, ${deviations.toFixed(2)} deviations above the mean of ${String(count)} gaps.`;
    }),
};

export const heardIsTrusted: Property<PhiState> = {
  id: "heard-is-trusted",
  says: "A node whose new heartbeat has just come is not suspected.",
  watch: () =>
    watchPairs((names, before, now) =>
      now.heartbeats > before.heartbeats && now.suspected
        ? `The view of ${names}: suspected with heartbeat ${String(now.beat)} just come.`
        : undefined,
    ),
};

export const newCount: Property<PhiState> = {
  id: "only-new-heartbeats-count",
  says: "A heartbeat that comes again, or after a later one, is no sign of life.",
  watch: () =>
    watchPairs((names, before, now) => {
      if (now.heartbeats === before.heartbeats) return undefined;
      if (now.life > before.life || (now.life === before.life && now.beat > before.beat)) return undefined;
      return `The view of ${names}: heartbeat ${String(now.beat)} of life ${String(now.life)} counted after ${String(before.beat)} of life ${String(before.life)}.`;
    }),
};

export const gapsAreTrue: Property<PhiState> = {
  id: "gaps-are-true",
  says: "The window holds the last gaps as they were in true time, but for what a clock may drift, and no outages.",
  watch() {
    const heardAt = new Map<string, Microseconds>();
    return watchPairs((names, before, now, _looked, time) => {
      if (now.heartbeats === before.heartbeats) return undefined;
      const gap = time - (heardAt.get(names) ?? time);
      heardAt.set(names, time);
      const sampled = now.gaps.at(-1);
      if (now.gaps.length > correct.window)
        return `The view of ${names}: ${String(now.gaps.length)} gaps in the window.`;
      if (gap > correct.maxGap * 1.01 && sampled !== undefined && sampled > correct.maxGap) {
        return `The view of ${names}: an outage of ${String(gap)} µs was sampled.`;
      }
      if (before.heartbeats === 0 || gap > correct.maxGap * 0.99) return undefined;
      if (sampled !== undefined && Math.abs(sampled - gap) <= 10 + gap / 100) return undefined;
      return `The view of ${names}: a gap of ${String(gap)} µs was sampled as ${String(sampled ?? "nothing")}.`;
    });
  },
};

export const livesDiffer: Property<PhiState> = {
  id: "lives-differ",
  says: "A node that starts again counts a life that it has not had.",
  watch() {
    const lives = new Map<string, { began: Microseconds; life: number }>();
    return ({ name, state }) => {
      const before = lives.get(name);
      if (before?.began === state.began) return undefined;
      lives.set(name, { began: state.began, life: state.life });
      if (before === undefined || state.life > before.life) return undefined;
      return `${name} is back in life ${String(state.life)}, after life ${String(before.life)}.`;
    };
  },
};

function askers(size: { nodes: number; clients: number; operations: number }): Workload<PhiRequest, PhiReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next: (client, k, draws) =>
      k >= size.operations
        ? undefined
        : {
            f: "suspects",
            input: null,
            body: { type: "suspects" },
            // In turn, so that one that is down for good is not asked twice.
            node: (client + k) % size.nodes,
            think: draws.below(milliseconds(300), 0),
          },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.nodes }),
  };
}

/** The φ accrual failure detector, put to the test. */
export const phiAccrualSystem = defineSystem({
  id: "phi-accrual",
  title: "φ accrual failure detector",
  says: "Each node tells from the rhythm of the others' heartbeats how suspicious a silence is. The level, not the detector, decides how long is too long.",
  leavesOut: "Applications with thresholds of their own: one threshold stands for them all.",
  source: "Hayashibara, Défago, Yared, Katayama, The φ Accrual Failure Detector, SRDS 2004",
  node: phiAccrual,
  config: correct,
  nodes: { default: 3, min: 2, max: 6 },
  clients: 1,
  operations: 4,
  workload: askers,
  latency: { calm: milliseconds(5), drawn: exponential(milliseconds(5), milliseconds(1)) },
  survives,
  limits: { down: 6 },
  properties: [
    silenceFirst,
    silentIsSuspected,
    suspectedAtTheLevel,
    heardIsTrusted,
    newCount,
    gapsAreTrue,
    livesDiffer,
  ],
  recovers: {
    within: seconds(3),
    // One node may be down for good: all others come to suspect it, and no other.
    core: (nodes) => nodes - 1,
    settled: (core) =>
      core.every(({ state }) =>
        [...state.monitored].every(([peer, { suspected, heartbeats }]) =>
          core.some(({ name }) => name === peer) ? !suspected && heartbeats > 0 : suspected,
        ),
      ),
  },
  sometimes: ["a node was suspected", "a suspect was heard from again", "an old heartbeat came late"],
  mutants: [
    {
      id: "outage-in-the-window",
      says: "The gap of an outage is sampled like any other, so the next crash is found much later.",
      seen: "The paper's own formula, which samples every gap; the detectors of Akka and Cassandra leave such gaps out.",
      config: { maxGap: seconds(1_000) },
    },
    {
      id: "no-floor-under-the-deviation",
      says: "A sender that was regular is suspected for being a moment late.",
      seen: "The paper's own formula; Akka's detector has a least standard deviation for it.",
      config: { minDeviation: 1 },
    },
    {
      id: "silence-by-time-of-day",
      says: "Gaps and silence are measured by the time of day: when the clock is set, everyone seems to have been silent.",
      seen: "A common mistake: timeouts by the wall clock in place of a monotonic one.",
      config: { clock: "time-of-day" },
    },
    {
      id: "late-heartbeats-count",
      says: "Copies and stragglers of old heartbeats count as signs of life.",
      seen: "A common mistake where heartbeats carry no number.",
      config: { newOnly: false },
    },
    {
      id: "life-not-on-disk",
      says: "A node that starts again counts its heartbeats from one, in the same life: others take them for old.",
      seen: "A common mistake: a sequence number without an epoch.",
      node: (node) => ({ ...node, durable: [] }),
    },
    {
      id: "suspects-for-good",
      says: "A node that is heard from again is not trusted again.",
      seen: "A common mistake: the detector is given a state where the paper has a level.",
      config: { trustsAgain: false },
    },
  ],
});
