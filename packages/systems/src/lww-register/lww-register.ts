/**
 * Registers of which the last writer wins: each value carries a timestamp, and of two values the later one stays.
 *
 * Shapiro, Preguiça, Baquero, Zawirski, "A comprehensive study of Convergent and Commutative Replicated Data Types" (INRIA
 * RR-7506, 2011), section 3.2.1, specification 8. The report asks for timestamps that are unique, totally ordered and
 * consistent with causal order. A clock on the wall gives none of these, so a timestamp here is a hybrid logical one
 * (Kulkarni, Demirbas, Madappa, Avva, Leone, "Logical Physical Clocks", OPODIS 2014, figure 5): the highest time seen, a
 * counter for what comes at the same time, and the replica's name for what is still equal.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context } from "@fieldbook/engine";

export interface LwwConfig {
  /** How often a replica tells its registers to those who are not known to have them, µs. */
  readonly gossip: number;
  /** The wall clock is read in steps of this many µs. */
  readonly resolution: number;
  /** Which of two values with equal times wins: that of the replica with the higher name, or the one that is there. */
  readonly ties: "replica" | "local";
  /** Whether a timestamp follows the highest seen, or only the clock on the wall. */
  readonly logical: boolean;
  /** Whether the clock moves on when values of others are merged. */
  readonly advancesOnMerge: boolean;
  /** Whether the clock is set from the registers after a restart. */
  readonly restoresClock: boolean;
  /** Whether a request that the network delivers twice is carried out once. */
  readonly once: boolean;
}

/** In order of importance: time, counter, replica. */
export type Stamp = readonly [time: number, counter: number, replica: string];

export type LwwRequest =
  | (Body & { readonly type: "read"; readonly key: number })
  | (Body & { readonly type: "write"; readonly key: number; readonly value: number });
export type LwwReply =
  | (Body & { readonly type: "read_ok"; readonly value: number | null; readonly stamp: Stamp | null })
  | (Body & { readonly type: "write_ok"; readonly stamp: Stamp });

interface Register {
  readonly value: number;
  readonly stamp: Stamp;
}
type SentRegister = readonly [key: number, value: number, stamp: Stamp];
type Requests = LwwRequest | (Body & { readonly type: "merge"; readonly registers: readonly SentRegister[] });
type Replies = LwwReply | (Body & { readonly type: "merge_ok"; readonly registers: readonly SentRegister[] });

/** One record, since a torn write must not part a value from the request that wrote it. */
interface LwwRecord {
  readonly registers: Map<number, Register>;
  /** Per client the number of its last write: a copy of it must not come back as a later one. */
  readonly lastWrites: Map<string, number>;
}

export interface LwwState {
  readonly config: LwwConfig;
  readonly record: LwwRecord;
  /** The hybrid clock. It needs no record: the highest timestamp seen is always among those kept. */
  time: number;
  counter: number;
  /** Per peer and key the timestamp that the peer is known to have merged. Forgotten in a crash, and told again. */
  readonly known: Map<string, Stamp>;
}

type State = LwwState;
type Ctx = Context<Requests, Replies>;

export const lwwRegister = defineNode<State, Requests, Replies, LwwConfig>({
  name: "lww-register",
  durable: ["record"],
  init: (config) => ({
    config,
    record: { registers: new Map(), lastWrites: new Map() },
    time: 0,
    counter: 0,
    known: new Map(),
  }),
  start(state, ctx) {
    if (state.config.restoresClock) for (const [, { stamp }] of state.record.registers) follow(state, stamp);
    gossipLater(state, ctx);
  },
  on: {
    // "query value(): let w = x".
    read(state, message, ctx) {
      const register = state.record.registers.get(message.body.key);
      ctx.reply(message, { type: "read_ok", value: register?.value ?? null, stamp: register?.stamp ?? null });
    },
    // "update assign(w): x, t := w, now()".
    write(state, message, ctx) {
      const { record, config } = state;
      const { key, value, msg_id: number = 0 } = message.body;
      if (config.once && number <= (record.lastWrites.get(message.src) ?? -1)) return;
      record.lastWrites.set(message.src, number);
      const stamp = now(state, ctx);
      record.registers.set(key, { value, stamp });
      ctx.reply(message, { type: "write_ok", stamp });
    },
    merge(state, message, ctx) {
      const { registers } = message.body;
      for (const register of registers) merge(state, register, ctx);
      noteKnown(state, message.src, registers);
      ctx.reply(message, { type: "merge_ok", registers });
    },
  },
  replies: {
    merged(state, { src, body }) {
      if (body.type === "merge_ok") noteKnown(state, src, body.registers);
    },
  },
  timers: {
    gossip(state, _data, ctx) {
      const all = [...state.record.registers].toSorted(([one], [other]) => one - other);
      for (const peer of ctx.peers) {
        const registers = all
          .filter(([key, { stamp }]) => !equal(stamp, state.known.get(placeOf(peer, key))))
          .map(([key, { value, stamp }]) => [key, value, stamp] as const);
        if (registers.length > 0) ctx.call(peer, { type: "merge", registers }, "merged", 0);
      }
      gossipLater(state, ctx);
    },
  },
  view(state) {
    const all = [...state.record.registers].toSorted(([one], [other]) => one - other);
    return (
      all.map(([key, { value, stamp }]) => `${String(key)}: ${String(value)} at ${show(stamp)}`).join(", ") || "empty"
    );
  },
  describe(body) {
    if (body.type === "write") return `write ${String(body.key)}: ${String(body.value)}`;
    if (body.type === "write_ok") return `write_ok at ${show(body.stamp)}`;
    if (body.type === "read_ok") return `read_ok ${String(body.value ?? "empty")}`;
    if (body.type !== "merge") return body.type;
    return body.registers.map(([key, value, stamp]) => `${String(key)}: ${String(value)} at ${show(stamp)}`).join(", ");
  },
});

export const show = ([time, counter, replica]: Stamp): string => `${String(time)}.${String(counter)} of ${replica}`;

/** "compare(R, R′): R.t ≤ R′.t", strictly: timestamps are unique. */
export function isLater([time, counter, replica]: Stamp, [otherTime, otherCounter, other]: Stamp): boolean {
  if (time !== otherTime) return time > otherTime;
  return counter === otherCounter ? replica > other : counter > otherCounter;
}

const equal = (one: Stamp, other: Stamp | undefined): boolean =>
  other !== undefined && one[0] === other[0] && one[1] === other[1] && one[2] === other[2];

/** A timestamp higher than all seen here: "send or local event" of the hybrid clock. */
function now(state: State, ctx: Ctx): Stamp {
  const wall = Math.floor(ctx.now() / state.config.resolution);
  if (!state.config.logical) return [wall, 0, ctx.self];
  if (wall > state.time) {
    state.time = wall;
    state.counter = 0;
  } else {
    if (wall < state.time) ctx.mark("a clock was behind the timestamps seen");
    state.counter += 1;
  }
  return [state.time, state.counter, ctx.self];
}

/** The clock is never behind a timestamp that was seen. */
function follow(state: State, [time, counter]: Stamp): void {
  if (time < state.time || (time === state.time && counter <= state.counter)) return;
  state.time = time;
  state.counter = counter;
}

/** "merge(R, R′): if R.t ≤ R′.t then R′ else R". */
function merge(state: State, [key, value, stamp]: SentRegister, ctx: Ctx): void {
  const { config, record } = state;
  if (config.advancesOnMerge) follow(state, stamp);
  const ours = record.registers.get(key);
  if (ours !== undefined && ours.stamp[0] === stamp[0] && ours.stamp[2] !== stamp[2]) {
    ctx.mark("two replicas wrote at one time");
    if (config.ties === "local" && ours.stamp[1] === stamp[1]) return;
  }
  if (ours === undefined || isLater(stamp, ours.stamp)) record.registers.set(key, { value, stamp });
  else if (isLater(ours.stamp, stamp)) ctx.mark("an older value was merged");
}

const placeOf = (peer: string, key: number): string => `${peer} ${String(key)}`;

/** Whoever tells or acknowledges a value has it, or a later one, on disk. */
function noteKnown(state: State, peer: string, registers: readonly SentRegister[]): void {
  for (const [key, , stamp] of registers) {
    const known = state.known.get(placeOf(peer, key));
    if (known === undefined || isLater(stamp, known)) state.known.set(placeOf(peer, key), stamp);
  }
}

function gossipLater(state: State, ctx: Ctx): void {
  // Drawn, so that replicas do not all talk at once.
  ctx.timer("gossip", state.config.gossip + ctx.random(state.config.gossip, "pause"));
}
