/**
 * One process at a time, without a coordinator: requests are granted in the order of their logical timestamps.
 *
 * Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System" (CACM 21(7), 1978): the clock rules IR1 and
 * IR2 from the section "Logical Clocks", the five rules of the algorithm from "Ordering the Events Totally". The paper
 * assumes that messages between two processes arrive, and in the order of sending; `reliable-links.ts` sees to that. It
 * also assumes that no process fails: here all that a process knows is on disk before it says anything, so that a crash
 * is no more than a long pause.
 *
 * What the processes share is a counter. Whoever is in the section reads it and writes it back one higher; the new value
 * travels in the release. Two in the section at once would hand out one number twice.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import { accept, noteHeard, openLinks, post, resend } from "./reliable-links.ts";
import type { LinkMessage, Links } from "./reliable-links.ts";

export interface MutualExclusionConfig {
  /** How long a process stays in the section, µs. */
  readonly hold: number;
  /** After this long, µs, what may be lost is sent again. */
  readonly resend: number;
  /** IR2 (b): whether a clock is set ahead of the timestamps that arrive. */
  readonly advancesClock: boolean;
  /** Whether equal timestamps are ordered by process: the relation "⇒" of the paper. */
  readonly breaksTies: boolean;
  /** Rule 5 (ii): whether a process waits until it has heard something later from every other. */
  readonly hearsAll: boolean;
  /** Rule 3: whether the release is sent when the section ends, and not when it begins. */
  readonly releasesAtEnd: boolean;
  /** Whether messages are taken in the order of sending. */
  readonly inOrder: boolean;
  /** Whether a client's request that the network delivers twice is carried out once. */
  readonly once: boolean;
}

/** What processes say to each other, with the timestamp T_m. */
type Payload =
  | { readonly kind: "request" | "acknowledge"; readonly time: number }
  | { readonly kind: "release"; readonly time: number; readonly value: number };

/** "T_m: P_i requests resource". */
export interface Request {
  readonly time: number;
  readonly node: string;
}

export type EnterRequest = Body & { readonly type: "enter" };
export type EnterReply = Body & { readonly type: "entered"; readonly value: number };
type Requests = EnterRequest | LinkMessage<Payload>;

/** All that a process knows; one record on disk. */
interface Process {
  /** C_i. */
  clock: number;
  /** The request queue: requests that were not released. */
  queue: Request[];
  /** The latest timestamp that came from each other process. */
  readonly latest: Map<string, number>;
  /** The requests of clients that this process has taken, oldest first; it asks for one at a time. */
  readonly clients: Message[];
  /** Its own request that is not released. */
  own: Request | null;
  inSection: boolean;
  /** The counter, as far as this process has heard. */
  value: number;
  readonly links: Links<Payload>;
  /** Per client the number of its last request. */
  readonly lastRequests: Map<string, number>;
}

export interface MutualExclusionState {
  readonly config: MutualExclusionConfig;
  readonly process: Process;
  /** Whether a timer is set to send again. */
  resending: boolean;
}

type State = MutualExclusionState;
type Ctx = Context<Requests, EnterReply>;

export const lamportMutualExclusion = defineNode<State, Requests, EnterReply, MutualExclusionConfig>({
  name: "lamport-mutual-exclusion",
  durable: ["process"],
  init: (config, self, nodes) => ({
    config,
    process: {
      clock: 0,
      queue: [],
      latest: new Map(nodes.filter((name) => name !== self).map((name) => [name, 0])),
      clients: [],
      own: null,
      inSection: false,
      value: 0,
      links: openLinks(self, nodes),
      lastRequests: new Map(),
    },
    resending: false,
  }),
  start(state, ctx) {
    if (state.process.inSection) ctx.timer("leave", state.config.hold);
    sendAgainLater(state, ctx);
  },
  on: {
    enter(state, message, ctx) {
      const { process, config } = state;
      const number = message.body.msg_id ?? 0;
      if (config.once && number <= (process.lastRequests.get(message.src) ?? -1)) return;
      process.lastRequests.set(message.src, number);
      process.clients.push(message);
      if (process.own === null) request(state, ctx);
    },
    frame(state, message, ctx) {
      const { links } = state.process;
      for (const payload of accept(links, message, state.config.inOrder, ctx))
        receive(state, message.src, payload, ctx);
    },
    heard(state, { src, body }) {
      noteHeard(state.process.links, src, body.heard);
    },
  },
  timers: {
    leave,
    resend(state, _data, ctx) {
      state.resending = false;
      if (resend(state.process.links, ctx)) sendAgainLater(state, ctx);
    },
  },
  view({ process }) {
    if (process.inSection) return `in the section, counter ${String(process.value)}`;
    return process.own === null ? `clock ${String(process.clock)}` : `asks since ${String(process.own.time)}`;
  },
  describe(body) {
    if (body.type === "frame") return `${body.payload.kind} (${String(body.payload.time)})`;
    return body.type === "entered" ? `entered ${String(body.value)}` : body.type;
  },
});

/** Rule 1: the request goes to every other process and on the own queue. */
function request(state: State, ctx: Ctx): void {
  const { process } = state;
  const time = tick(process);
  process.own = { time, node: ctx.self };
  process.queue.push(process.own);
  sayToAll(state, { kind: "request", time }, ctx);
  enterIfGranted(state, ctx);
}

function receive(state: State, src: string, payload: Payload, ctx: Ctx): void {
  const { process, config } = state;
  // IR2 (b): greater than or equal to its present value and greater than T_m.
  if (config.advancesClock) process.clock = Math.max(process.clock, payload.time + 1);
  process.latest.set(src, Math.max(process.latest.get(src)!, payload.time));
  if (payload.kind === "request") {
    // Rule 2: the request is queued and acknowledged.
    process.queue.push({ time: payload.time, node: src });
    if (process.own?.time === payload.time) ctx.mark("two requests had the same timestamp");
    say(state, src, { kind: "acknowledge", time: tick(process) }, ctx);
  } else if (payload.kind === "release") {
    // Rule 4: any requests of the sender are removed.
    process.queue = process.queue.filter(({ node }) => node !== src);
    process.value = Math.max(process.value, payload.value);
  }
  enterIfGranted(state, ctx);
}

/** Rule 5, tested locally: (i) the own request is before any other in the queue, (ii) all others were heard later. */
function enterIfGranted(state: State, ctx: Ctx): void {
  const { process, config } = state;
  const { own } = process;
  if (own === null || process.inSection) return;
  const others = process.queue.filter(({ node }) => node !== ctx.self);
  if (!others.every((other) => isBefore(own, other, config.breaksTies))) return;
  const heardAll = [...process.latest.values()].every((time) => time > own.time);
  if (config.hearsAll && !heardAll) return ctx.mark("the first in its queue had to wait for the others' word");
  if (process.queue.length > 1) ctx.mark("a process entered while others waited");
  process.inSection = true;
  ctx.timer("leave", config.hold);
  if (!config.releasesAtEnd) release(state, process.value + 1, ctx);
}

/** The relation "⇒": by timestamp, and where these are equal by process. */
function isBefore(one: Request, other: Request, breaksTies: boolean): boolean {
  return one.time < other.time || (one.time === other.time && (!breaksTies || one.node < other.node));
}

/** The section ends: the counter is written, the resource released, the client answered. */
function leave(state: State, _data: number, ctx: Ctx): void {
  const { process, config } = state;
  process.value += 1;
  process.inSection = false;
  if (config.releasesAtEnd) release(state, process.value, ctx);
  process.own = null;
  ctx.reply(process.clients.shift()!, { type: "entered", value: process.value });
  if (process.clients.length > 0) request(state, ctx);
}

/** Rule 3: the own request leaves the queue, and all are told. */
function release(state: State, value: number, ctx: Ctx): void {
  const { process } = state;
  process.queue = process.queue.filter(({ node }) => node !== ctx.self);
  sayToAll(state, { kind: "release", time: tick(process), value }, ctx);
}

/** IR1: the clock is incremented between any two successive events. */
function tick(process: Process): number {
  process.clock += 1;
  return process.clock;
}

function say(state: State, dest: string, payload: Payload, ctx: Ctx): void {
  post(state.process.links, dest, payload, ctx);
  sendAgainLater(state, ctx);
}

function sayToAll(state: State, payload: Payload, ctx: Ctx): void {
  for (const peer of ctx.peers) say(state, peer, payload, ctx);
}

function sendAgainLater(state: State, ctx: Ctx): void {
  if (state.resending) return;
  state.resending = true;
  ctx.timer("resend", state.config.resend);
}
