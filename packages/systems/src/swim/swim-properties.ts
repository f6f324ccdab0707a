/** What must be true of SWIM's members, whatever the network does. */
import type { Observed, Property } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import { overrides } from "./membership.ts";
import type { Belief, Update } from "./membership.ts";
import type { SwimState } from "./swim.ts";

type Member = Observed<SwimState>;

/** What a watcher remembers of each node, forgotten when the node begins a new life. */
class Memory<Remembered> {
  readonly #fresh: (state: Readonly<SwimState>) => Remembered;
  readonly #lives = new Map<string, { readonly began: Microseconds; readonly remembered: Remembered }>();

  constructor(fresh: (state: Readonly<SwimState>) => Remembered) {
    this.#fresh = fresh;
  }

  of({ name, state }: Member): Remembered {
    const life = this.#lives.get(name);
    if (life?.began === state.began) return life.remembered;
    const remembered = this.#fresh(state);
    this.#lives.set(name, { began: state.began, remembered });
    return remembered;
  }
}

/** Section 4.2: a member alone increments its incarnation number. */
export const incarnationsAreOnesOwn: Property<SwimState> = {
  id: "incarnations-are-ones-own",
  says: "No member knows of an incarnation that the one concerned has not begun, and none goes back to an earlier one.",
  watch() {
    const begun = new Map<string, number>();
    return (node, nodes) => {
      const last = begun.get(node.name) ?? 0;
      const { incarnation, beliefs } = node.state;
      if (incarnation < last)
        return `${node.name} goes back from incarnation ${String(last)} to ${String(incarnation)}.`;
      begun.set(node.name, incarnation);
      for (const { name, state } of nodes) {
        const known = beliefs.get(name)?.incarnation ?? 0;
        if (known <= state.incarnation) continue;
        return `${node.name} knows incarnation ${String(known)} of ${name}, which is in its ${String(state.incarnation)}.`;
      }
      return undefined;
    };
  },
};

/** Section 4.2: an incarnation number is raised to refute, and for nothing else. */
export const incarnationsAnswerDoubts: Property<SwimState> = {
  id: "incarnations-answer-doubts",
  says: "A member begins a new incarnation only when somebody has doubted the one before.",
  watch() {
    const doubted = new Set<string>();
    const begun = new Map<string, number>();
    return ({ name, state }) => {
      for (const { member, incarnation, status } of state.beliefs.values()) {
        if (status !== "alive") doubted.add(`${member} ${String(incarnation)}`);
      }
      const last = begun.get(name) ?? 0;
      begun.set(name, state.incarnation);
      if (state.incarnation <= last || doubted.has(`${name} ${String(state.incarnation - 1)}`)) return undefined;
      return `${name} begins incarnation ${String(state.incarnation)}, and nobody had doubted ${String(state.incarnation - 1)}.`;
    };
  },
};

/** The order of section 4.2. */
export const beliefsMoveForward: Property<SwimState> = {
  id: "beliefs-move-forward",
  says: "What a member believes of another changes by incarnation, and within one from alive to suspect to faulty only.",
  watch() {
    const memory = new Memory<Map<string, Update>>(() => new Map());
    return (node) => {
      const before = memory.of(node);
      for (const [member, belief] of node.state.beliefs) {
        const old = before.get(member);
        if (old === belief) continue;
        before.set(member, belief);
        if (old === undefined || !overrides(old, belief)) continue;
        return `${node.name} believed ${show(old)} and then ${show(belief)}.`;
      }
      return undefined;
    };
  },
};

/**
 * Section 4.2: a suspect has its time to refute before anyone declares it faulty.
 *
 * @param suspicion that time, µs; clocks may drift by a tenth
 */
export const faultyAfterSuspicion = (suspicion: Microseconds): Property<SwimState> => ({
  id: "faulty-after-suspicion",
  says: "A member is declared faulty only after it was suspected, in that incarnation, for the time of suspicion.",
  watch() {
    const suspected = new Map<string, Microseconds>();
    return ({ name, state }, _nodes, time) => {
      for (const { member, incarnation, status } of state.beliefs.values()) {
        if (status === "alive") continue;
        const key = `${member} ${String(incarnation)}`;
        const since = suspected.get(key) ?? time;
        suspected.set(key, since);
        if (status === "suspect" || time - since >= suspicion * 0.9) continue;
        return `${name} has ${member} for faulty ${String(time - since)} µs after the first suspicion of it.`;
      }
      return undefined;
    };
  },
});

/** Section 3.1: the prober suspects only when k others could not help. */
export const othersAreAskedFirst = (helpers: number): Property<SwimState> => ({
  id: "others-are-asked-first",
  says: "A member suspects its target only after it has asked others to ping it.",
  watch() {
    const memory = new Memory(() => ({ period: 0, target: "", asked: 0, alive: true }));
    return (node, nodes) => {
      const { state, name } = node;
      const before = memory.of(node);
      const { target, asked, alive, period } = before;
      const ended = state.period !== period;
      before.period = state.period;
      before.target = state.target;
      before.asked = state.asked.length;
      before.alive = state.beliefs.get(state.target)?.status === "alive";
      const suspected = ended && alive && state.beliefs.get(target)?.status !== "alive";
      if (!suspected || target === "" || asked >= Math.min(helpers, nodes.length - 2)) return undefined;
      return `${name} suspects ${target} and has asked ${String(asked)} others to ping it.`;
    };
  },
});

/** A probe under way, and whether its target was down all the time. */
interface Probe {
  readonly began: Microseconds;
  readonly period: number;
  readonly target: string;
  readonly incarnation: number;
  down: boolean;
}

/** Section 3.1's completeness, to the period: who does not answer is not held for alive. */
export const crashedAreSuspected: Property<SwimState> = {
  id: "crashed-are-suspected",
  says: "A member that is down during the whole period in which it is probed is no longer believed alive in that incarnation.",
  watch() {
    const probes = new Map<string, Probe>();
    return ({ name, state }, nodes) => {
      const up = new Set(nodes.filter((node) => node.up).map((node) => node.name));
      for (const [prober, probe] of probes) probe.down &&= up.has(prober) && !up.has(probe.target);
      const last = probes.get(name);
      if (last?.began === state.began && last.period === state.period) return undefined;
      const { began, period, target } = state;
      const incarnation = state.beliefs.get(target)?.incarnation ?? 0;
      probes.set(name, { began, period, target, incarnation, down: target !== "" && !up.has(target) });
      const belief = last?.down === true && last.began === began ? state.beliefs.get(last.target) : undefined;
      if (belief?.status !== "alive" || belief.incarnation !== last?.incarnation) return undefined;
      return `${name} believes that ${last.target} is alive, which was down while it was probed.`;
    };
  },
};

/** Section 4.3: rounds bound the time between two probes of one member. */
export const everyMemberIsProbed: Property<SwimState> = {
  id: "every-member-is-probed",
  says: "From one probe of a member to the next are at most 2(n − 1) − 1 periods.",
  watch() {
    const memory = new Memory<Map<string, number>>(() => new Map());
    return (node) => {
      const { name, state } = node;
      const probed = memory.of(node);
      probed.set(state.target, state.period);
      const most = 2 * state.beliefs.size - 1;
      for (const member of state.beliefs.keys()) {
        const periods = state.period - (probed.get(member) ?? 0);
        if (periods > most) return `${name} has not probed ${member} for ${String(periods)} periods.`;
      }
      return undefined;
    };
  },
};

/** Section 4.2: the suspect's side of it. */
export const doubtsAreRefuted: Property<SwimState> = {
  id: "doubts-are-refuted",
  says: "A member that hears its present incarnation doubted begins the next.",
  watch:
    () =>
    ({ name, state: { incarnation, doubted } }) =>
      doubted < incarnation
        ? undefined
        : `${name} goes on in incarnation ${String(incarnation)}, of which it heard doubts.`,
};

/**
 * Section 4.2: a suspicion ends one way or the other.
 *
 * @param periods the time of suspicion
 */
export const suspicionsEnd = (periods: number): Property<SwimState> => ({
  id: "suspicions-end",
  says: "A suspect that does not refute is declared faulty when the time of suspicion is over.",
  watch() {
    const memory = new Memory<Map<string, Belief>>(() => new Map());
    return (node) => {
      const suspects = memory.of(node);
      for (const [member, belief] of node.state.beliefs) {
        const before = suspects.get(member);
        if (belief.status !== "suspect") suspects.delete(member);
        else if (before?.incarnation !== belief.incarnation) suspects.set(member, belief);
        else if (node.state.period > before.since + periods) {
          return `${node.name} has suspected ${member} for ${String(node.state.period - before.since)} periods.`;
        }
      }
      return undefined;
    };
  },
});

/** Section 4.2: to whom a doubt is told, that one refutes it, and its acknowledgement says so. */
export const answersClearDoubts: Property<SwimState> = {
  id: "answers-clear-doubts",
  says: "A doubted member that acknowledges a probe is known in a later incarnation.",
  watch() {
    const memory = new Memory(() => ({ period: 0, doubted: false, incarnation: 0, heard: false }));
    return (node) => {
      const before = memory.of(node);
      const { period, target, heard, beliefs } = node.state;
      const belief = beliefs.get(target);
      if (belief === undefined) return undefined;
      if (period !== before.period) {
        before.period = period;
        before.doubted = belief.status !== "alive";
        before.incarnation = belief.incarnation;
      }
      const answered = before.doubted && heard.get(target) === period;
      if (!answered || belief.incarnation > before.incarnation) return undefined;
      return `${node.name} still believes ${show(belief)}, although it has acknowledged a probe since.`;
    };
  },
};

/** Section 3.1: help is asked for once a period, and only for a target that is silent. */
export const helpIsForSilence: Property<SwimState> = {
  id: "help-is-for-silence",
  says: "Others are asked to ping only a target that has not acknowledged in this period, and their task ends with the period after.",
  watch() {
    const memory = new Memory(() => ({ period: 0, asked: 0 }));
    return (node) => {
      const { name, state } = node;
      const before = memory.of(node);
      const { asked, period, target, heard, relays } = state;
      const first = asked.length > 0 && (before.asked === 0 || before.period !== period);
      const inVain = first && (before.period !== period || heard.get(target) === period);
      before.period = period;
      before.asked = asked.length;
      if (inVain) return `${name} has others ping ${target}, which was not silent.`;
      const old = [...relays.values()].find((relay) => relay.period + 1 < period);
      return old === undefined
        ? undefined
        : `${name} keeps the task to ping ${old.target} from period ${String(old.period)}.`;
    };
  },
};

/** Section 4.1: what a member learns it tells on. */
export const newsIsTold: Property<SwimState> = {
  id: "news-is-told",
  says: "What a member has come to believe it has told on within n of its periods.",
  watch:
    () =>
    ({ name, state }) => {
      const { beliefs, period } = state;
      if (beliefs.size < 2) return undefined;
      const untold = [...beliefs.values()].find(({ since, told }) => told === 0 && period > since + beliefs.size + 1);
      if (untold === undefined) return undefined;
      return `${name} has told nobody in ${String(period - untold.since)} periods that ${show(untold)}.`;
    },
};

/** Section 3.1, message by message: who is to be pinged, asked or answered. */
export const messagesAreSent: Property<SwimState> = {
  id: "messages-are-sent",
  says: "A period begins with a ping, a helper that is asked pings, and an answer that a helper gets is passed on.",
  watch() {
    const memory = new Memory(snapshot);
    return (node) => {
      const { name, state } = node;
      const before = memory.of(node);
      const now = snapshot(state);
      const due = dueMessages(before, now).find(([to]) => (now.sent.get(to) ?? 0) === (before.sent.get(to) ?? 0));
      Object.assign(before, now);
      return due === undefined ? undefined : `${name} ${due[1]} and sent nothing to ${due[0]}.`;
    };
  },
};

interface Snapshot {
  readonly period: number;
  readonly target: string;
  readonly asked: readonly string[];
  readonly relayed: number;
  /** By number: who asked, and whom to ping. */
  readonly relays: ReadonlyMap<number, { readonly from: string; readonly target: string }>;
  readonly sent: ReadonlyMap<string, number>;
}

function snapshot({ period, target, asked, relayed, relays, sent }: Readonly<SwimState>): Snapshot {
  const tasks = [...relays].map(([id, relay]) => [id, { from: relay.request.src, target: relay.target }] as const);
  return { period, target, asked, relayed, relays: new Map(tasks), sent: new Map(sent) };
}

/** To whom an event owes a message, and why. */
type Due = readonly [to: string, why: string];

function dueMessages(before: Snapshot, now: Snapshot): readonly Due[] {
  const began = now.period !== before.period;
  const due: Due[] = began ? [[now.target, `began period ${String(now.period)}`]] : [];
  if (!began && before.asked.length === 0) due.push(...now.asked.map((helper): Due => [helper, "asked for help"]));
  if (now.relayed > before.relayed) {
    due.push([now.relays.get(now.relayed)?.target ?? "its target", "was asked to ping"]);
  }
  for (const [id, { from }] of before.relays) {
    if (!began && !now.relays.has(id)) due.push([from, "had an answer to pass on"]);
  }
  return due;
}

/** What a caller can see. */
export const answersNameTheAsked: Property<SwimState> = {
  id: "answers-name-the-asked",
  says: "A member that is asked for the members names itself among them.",
  judge({ history }) {
    const wrong = history.findIndex(
      ({ outcome, key, output }) =>
        outcome === "ok" && Array.isArray(output) && !output.includes(`n${String(Number(key) + 1)}`),
    );
    if (wrong === -1) return { verdict: "holds", says: "All who were asked named themselves." };
    const says = `n${String(Number(history[wrong]!.key) + 1)} left itself out of the members.`;
    return { verdict: "violated", says, operations: [wrong] };
  },
};

const show = ({ member, incarnation, status }: Update): string =>
  `${member} ${status} in incarnation ${String(incarnation)}`;
