import { checkCausal } from "@fieldbook/check";
import type { Value } from "@fieldbook/check";
import { defineSystem } from "@fieldbook/engine";
import type { Outcome, Property, Workload } from "@fieldbook/engine";
import { exponential, hashPlain, milliseconds, seconds } from "@fieldbook/kernel";
import { allButLostDisks } from "../convergent/survived-faults.ts";
import { isLater, lwwRegister, show } from "./lww-register.ts";
import type { LwwConfig, LwwReply, LwwRequest, LwwState, Stamp } from "./lww-register.ts";
import { hasWrittenEnough } from "../shared/late-writes.ts";

/** Each client may write so often, and most often reads from then on. */
const updates = 7;
const keys = 2;

export const oneStampPerWrite: Property<LwwState> = {
  id: "one-stamp-per-write",
  says: "No timestamp is given to two writes, and no write is given two timestamps.",
  watch() {
    const written = new Map<string, string>();
    const stamps = new Map<string, Stamp>();
    return ({ name, state }) => {
      for (const [key, { value, stamp }] of state.record.registers) {
        const what = `${String(key)}: ${String(value)}`;
        const other = written.get(show(stamp));
        if (other === undefined) written.set(show(stamp), what);
        else if (other !== what) return `${name} holds ${what} at ${show(stamp)}, the timestamp of ${other}.`;
        const first = stamps.get(what);
        if (first === undefined) stamps.set(what, stamp);
        else if (isLater(stamp, first))
          return `${name} holds ${what}, written at ${show(first)}, at ${show(stamp)} again.`;
      }
      return undefined;
    };
  },
};

export const neverGoesBack: Property<LwwState> = {
  id: "never-goes-back",
  says: "A replica never replaces a value by one with a lower timestamp, and loses none.",
  watch() {
    const seen = new Map<string, Stamp>();
    return ({ name, state }) => {
      for (let key = 0; key < keys; key += 1) {
        const place = `${name} ${String(key)}`;
        const before = seen.get(place);
        const stamp = state.record.registers.get(key)?.stamp;
        if (before !== undefined && (stamp === undefined || isLater(before, stamp))) {
          return `${name} held ${String(key)} at ${show(before)} and now ${stamp === undefined ? "nothing" : `at ${show(stamp)}`}.`;
        }
        if (stamp !== undefined) seen.set(place, stamp);
      }
      return undefined;
    };
  },
};

type Operation = Outcome<LwwState>["history"][number];

/** The timestamp in an answer; undefined when nothing was read or nothing answered. */
const stampOf = ({ output }: Operation): Stamp | undefined =>
  Array.isArray(output) && output[1] !== null ? (output[1] as Stamp) : undefined;

/** The value in an answer, without its timestamp. */
function valueOf({ output }: Operation): Value | undefined {
  if (!Array.isArray(output)) return output;
  const [value] = output as readonly Value[];
  return value;
}

const nodeOf = (client: number, nodes: number): number => client % nodes;

export const stampsFollowCauses: Property<LwwState> = {
  id: "stamps-follow-causes",
  says: "A write gets a higher timestamp than all that its client has seen before.",
  judge({ history }) {
    for (const [index, write] of history.entries()) {
      const stamp = stampOf(write);
      if (write.f !== "write" || stamp === undefined) continue;
      const earlier = history.findIndex((other) => {
        const seen = stampOf(other);
        return (
          other.client === write.client && other.returned < write.called && seen !== undefined && isLater(seen, stamp)
        );
      });
      if (earlier === -1) continue;
      const says = `A client saw ${show(stampOf(history[earlier]!)!)} and then wrote ${String(write.input)} at ${show(stamp)}.`;
      return { verdict: "violated", says, operations: [earlier, index] };
    }
    return { verdict: "holds", says: "Timestamps follow causes." };
  },
};

export const causal: Property<LwwState> = {
  id: "causally-consistent",
  says: "What a client reads agrees with what it has written and read before at its replica.",
  judge({ history }) {
    const plain = history.map((one) => ({ ...one, output: valueOf(one) }));
    const found = checkCausal(plain);
    if (found.verdict === "holds") return { verdict: "holds", says: "The history is causally consistent." };
    if (found.verdict === "unknown") return { verdict: "unknown", says: found.says };
    const { says, operations } = found.contradiction;
    return { verdict: "violated", kind: found.pattern, says, operations };
  },
};

const digest = ({ record }: LwwState): number => hashPlain(record.registers);

export const lastWriterWon: Property<LwwState> = {
  id: "last-writer-won",
  says: "In the end no replica holds a value older than the last one acknowledged.",
  judge({ history, nodes }) {
    if (new Set(nodes.map(({ state }) => digest(state))).size > 1) {
      return { verdict: "unknown", says: "The replicas have not heard of everything." };
    }
    for (const [index, write] of history.entries()) {
      const stamp = stampOf(write);
      if (write.f !== "write" || stamp === undefined) continue;
      const held = nodes[0]!.state.record.registers.get(Number(write.key));
      if (held !== undefined && !isLater(stamp, held.stamp)) continue;
      const says = `${String(write.input)} was written at ${show(stamp)}; in the end all hold ${held === undefined ? "nothing" : `${String(held.value)} at ${show(held.stamp)}`}.`;
      return { verdict: "violated", says, operations: [index] };
    }
    return { verdict: "holds", says: "Of each register the last writer won." };
  },
};

function callers(size: {
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
}): Workload<LwwRequest, LwwReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(client, k, draws) {
      if (k >= size.operations) return undefined;
      // A client stays with its replica: what it has seen is then there.
      const node = nodeOf(client, size.nodes);
      const think = draws.below(milliseconds(200), 1);
      const key = draws.below(keys, 2);
      if (hasWrittenEnough(k, updates, draws) || draws.below(100, 3) < 45) {
        return { f: "read", key, input: null, body: { type: "read", key }, node, think };
      }
      const value = 1 + client + size.clients * k;
      return { f: "write", key, input: value, body: { type: "write", key, value }, node, think };
    },
    complete: (_invocation, reply) => ({
      outcome: "ok",
      output: reply.type === "read_ok" ? [reply.value, reply.stamp] : [null, reply.stamp],
    }),
  };
}

/** The correct configuration. */
export const correct: LwwConfig = {
  gossip: milliseconds(20),
  resolution: milliseconds(10),
  ties: "replica",
  logical: true,
  advancesOnMerge: true,
  restoresClock: true,
  once: true,
};

/** Last-writer-wins registers, put to the test. */
export const lwwRegisterSystem = defineSystem({
  id: "lww-register",
  title: "Last-writer-wins register (LWW-Register)",
  says: "Of two values the one with the later timestamp stays. With hybrid timestamps a write is never lost to one that its client had seen before.",
  leavesOut:
    "Of two writes at the same time one is lost, by design. A client stays with one replica. A replica that loses its disk loses what nobody has heard of.",
  source:
    "Shapiro et al., A comprehensive study of Convergent and Commutative Replicated Data Types, INRIA RR-7506, 2011",
  node: lwwRegister,
  config: correct,
  nodes: { default: 3, min: 2, max: 7 },
  clients: 3,
  operations: 8,
  workload: callers,
  latency: { calm: milliseconds(5), drawn: exponential(milliseconds(4), milliseconds(1)) },
  survives: allButLostDisks,
  limits: { down: 7 },
  properties: [oneStampPerWrite, neverGoesBack, stampsFollowCauses, causal, lastWriterWon],
  recovers: {
    within: seconds(2),
    settled: (core) => new Set(core.map(({ state }) => digest(state))).size === 1,
  },
  sometimes: ["a clock was behind the timestamps seen", "two replicas wrote at one time", "an older value was merged"],
  mutants: [
    {
      id: "ties-keep-the-local-value",
      says: "Of two values with equal times each replica keeps the one that it has: they never agree.",
      seen: "A common misreading of section 3.2.1, which asks for unique timestamps and does not say where they come from.",
      config: { ties: "local" },
    },
    {
      id: "wall-clock-only",
      says: "Timestamps are the clock on the wall: a write of a slow clock loses to what it was meant to replace.",
      seen: 'Kingsbury, "The trouble with timestamps" (2013), on last-write-wins in Cassandra and Riak.',
      config: { logical: false },
    },
    {
      id: "clock-ignores-merges",
      says: "The clock does not follow the timestamps that are merged: who reads a value and then writes may write an older one.",
      seen: "A hybrid clock without its receive event (OPODIS 2014, figure 5), a common omission.",
      config: { advancesOnMerge: false },
    },
    {
      id: "clock-not-restored",
      says: "The clock begins anew after a restart: timestamps go back when the wall clock has.",
      seen: "A common mistake: the logical part of the clock is kept in memory.",
      config: { restoresClock: false },
    },
    {
      id: "writes-copies",
      says: "A write that the network delivers twice gets a second, later timestamp, and replaces what came between.",
      seen: "A common mistake: writing a value is taken for idempotent, and with a new timestamp it is not.",
      config: { once: false },
    },
    {
      id: "register-not-durable",
      says: "Values are acknowledged before they are on disk.",
      seen: "A common mistake: a replica that means to fetch its state from the others after a restart.",
      node: (node) => ({ ...node, durable: [] }),
    },
  ],
});
