/**
 * A picture of a whole system while it runs: accounts that send each other money, and snapshots whose total is right
 * although no two accounts are looked at together.
 *
 * Chandy and Lamport, "Distributed Snapshots: Determining Global States of Distributed Systems" (ACM TOCS 3(1), 1985):
 * the marker-sending and marker-receiving rules of section 3. Channels lose nothing and keep the order of sending, as the
 * paper assumes; `reliable-links.ts` sees to that. Several snapshots may be under way at once, each with markers of its
 * own. Processes do not fail in the paper: here all that one knows is on disk before it says anything, so that a crash is
 * no more than a long pause. The paper leaves open how the parts are gathered; here they go to whoever began.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import { accept, noteHeard, openLinks, post, resend } from "../lamport-mutual-exclusion/reliable-links.ts";
import type { LinkMessage, Links } from "../lamport-mutual-exclusion/reliable-links.ts";

export interface SnapshotConfig {
  /** What each account holds at first. */
  readonly opening: number;
  /** After this long, µs, what may be lost is sent again. */
  readonly resend: number;
  /** Marker-sending rule: whether the marker goes out before any further message; otherwise this many µs later. */
  readonly markerDelay: number;
  /** Marker-receiving rule: whether what arrives between the own record and a channel's marker is recorded. */
  readonly recordsChannels: boolean;
  /** Whether a channel's record ends with its marker, and not with the last marker of all. */
  readonly closesChannels: boolean;
  /** Whether the own state is recorded at the first marker only. */
  readonly recordsOnce: boolean;
  /** Whether messages are taken in the order of sending. */
  readonly inOrder: boolean;
  /** Whether a client's request that the network delivers twice is carried out once. */
  readonly once: boolean;
}

type Payload =
  | { readonly kind: "money"; readonly amount: number }
  | { readonly kind: "marker"; readonly snapshot: string }
  /** A process's part: its own recorded state and what its incoming channels held. */
  | { readonly kind: "part"; readonly snapshot: string; readonly balance: number; readonly inTransit: number };

export type BankRequest =
  | (Body & { readonly type: "transfer"; readonly to: string; readonly amount: number })
  | (Body & { readonly type: "snapshot" });
export type BankReply =
  | (Body & { readonly type: "transfer_ok" })
  | (Body & { readonly type: "snapshot_ok"; readonly balances: number; readonly inTransit: number });
type Requests = BankRequest | LinkMessage<Payload>;

/** What a process records for one snapshot. */
interface Recording {
  balance: number;
  inTransit: number;
  /** Channels whose marker has not come, by sender. */
  open: string[];
}

/** What the beginner of a snapshot gathers. */
interface Gathering {
  readonly request: Message;
  parts: number;
  balances: number;
  inTransit: number;
}

/** All that a process knows; one record on disk. */
export interface Process {
  balance: number;
  /** Transfers that it has carried out. */
  transfers: number;
  /** By snapshot, until all markers have come. */
  readonly recordings: Map<string, Recording>;
  readonly gatherings: Map<string, Gathering>;
  /** Snapshots that it has begun. */
  begun: number;
  /** Markers that are held back; always empty in the correct system. */
  delayed: string[];
  readonly links: Links<Payload>;
  /** Per client the number of its last request. */
  readonly lastRequests: Map<string, number>;
}

export interface SnapshotState {
  readonly config: SnapshotConfig;
  readonly process: Process;
  /** Whether a timer is set to send again. */
  resending: boolean;
}

type State = SnapshotState;
type Ctx = Context<Requests, BankReply>;

export const chandyLamportSnapshot = defineNode<State, Requests, BankReply, SnapshotConfig>({
  name: "chandy-lamport-snapshot",
  durable: ["process"],
  init: (config, self, nodes) => ({
    config,
    process: {
      balance: config.opening,
      transfers: 0,
      recordings: new Map(),
      gatherings: new Map(),
      begun: 0,
      delayed: [],
      links: openLinks(self, nodes),
      lastRequests: new Map(),
    },
    resending: false,
  }),
  start(state, ctx) {
    sendAgainLater(state, ctx);
  },
  on: {
    transfer(state, message, ctx) {
      if (!isFirst(state, message)) return;
      const { to, amount } = message.body;
      const { process } = state;
      if (amount > process.balance) {
        return ctx.reply(message, { type: "error", code: 22, text: "the account does not hold that much" });
      }
      process.balance -= amount;
      process.transfers += 1;
      say(state, to, { kind: "money", amount }, ctx);
      ctx.reply(message, { type: "transfer_ok" });
    },
    snapshot(state, message, ctx) {
      const { process } = state;
      process.begun += 1;
      const snapshot = `${ctx.self}/${String(process.begun)}`;
      process.gatherings.set(snapshot, { request: message, parts: 0, balances: 0, inTransit: 0 });
      recordState(state, snapshot, ctx);
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
    resend(state, _data, ctx) {
      state.resending = false;
      if (resend(state.process.links, ctx)) sendAgainLater(state, ctx);
    },
    delayedMarkers: sendDelayedMarkers,
  },
  view({ process }) {
    const recording = process.recordings.size === 0 ? "" : ", records";
    return `${String(process.balance)}${recording}`;
  },
  describe(body) {
    if (body.type === "frame") return describePayload(body.payload);
    if (body.type === "transfer") return `transfer ${String(body.amount)} to ${body.to}`;
    return body.type === "snapshot_ok" ? `total ${String(body.balances + body.inTransit)}` : body.type;
  },
});

function describePayload(payload: Payload): string {
  if (payload.kind === "money") return `money ${String(payload.amount)}`;
  if (payload.kind === "marker") return `marker ${payload.snapshot}`;
  return `part ${payload.snapshot}: ${String(payload.balance)} and ${String(payload.inTransit)} under way`;
}

function receive(state: State, src: string, payload: Payload, ctx: Ctx): void {
  const { process, config } = state;
  switch (payload.kind) {
    case "money":
      process.balance += payload.amount;
      for (const recording of process.recordings.values()) {
        // What arrives after the record and before the channel's marker was under way when the picture was taken.
        if (!config.recordsChannels || (config.closesChannels && !recording.open.includes(src))) continue;
        recording.inTransit += payload.amount;
        ctx.mark("a snapshot caught money under way");
      }
      return;
    case "marker":
      return receiveMarker(state, src, payload.snapshot, ctx);
    case "part":
      return gather(state, payload.snapshot, payload.balance, payload.inTransit, ctx);
  }
}

/** Marker-receiving rule for a process q and a channel c. */
function receiveMarker(state: State, src: string, snapshot: string, ctx: Ctx): void {
  const { process, config } = state;
  let recording = process.recordings.get(snapshot);
  if (recording === undefined) {
    // q has not recorded its state, so it does now; nothing has come along c since, so c is recorded as empty.
    if (process.recordings.size > 0) ctx.mark("two snapshots were under way at once");
    recording = recordState(state, snapshot, ctx);
  }
  // Otherwise the state of c is what came along it since q recorded its own.
  recording.open = recording.open.filter((peer) => peer !== src);
  if (!config.recordsOnce) recording.balance = process.balance;
  if (recording.open.length === 0) finishRecording(state, snapshot, recording, ctx);
}

/** The process records its state; marker-sending rule: a marker goes along each channel before any further message. */
function recordState(state: State, snapshot: string, ctx: Ctx): Recording {
  const { process, config } = state;
  const recording: Recording = { balance: process.balance, inTransit: 0, open: [...ctx.peers] };
  process.recordings.set(snapshot, recording);
  process.delayed.push(snapshot);
  if (config.markerDelay === 0) sendDelayedMarkers(state, 0, ctx);
  else ctx.timer("delayedMarkers", config.markerDelay);
  return recording;
}

function sendDelayedMarkers(state: State, _data: number, ctx: Ctx): void {
  for (const snapshot of state.process.delayed) {
    for (const peer of ctx.peers) say(state, peer, { kind: "marker", snapshot }, ctx);
  }
  state.process.delayed = [];
}

/** Once all markers have come, the process's part is complete and goes to the beginner. */
function finishRecording(state: State, snapshot: string, { balance, inTransit }: Recording, ctx: Ctx): void {
  state.process.recordings.delete(snapshot);
  const beginner = snapshot.slice(0, snapshot.indexOf("/"));
  if (beginner === ctx.self) gather(state, snapshot, balance, inTransit, ctx);
  else say(state, beginner, { kind: "part", snapshot, balance, inTransit }, ctx);
}

function gather(state: State, snapshot: string, balance: number, inTransit: number, ctx: Ctx): void {
  const gathering = state.process.gatherings.get(snapshot);
  if (gathering === undefined) return;
  gathering.parts += 1;
  gathering.balances += balance;
  gathering.inTransit += inTransit;
  if (gathering.parts < ctx.nodes.length) return;
  state.process.gatherings.delete(snapshot);
  const { balances, inTransit: underWay } = gathering;
  ctx.reply(gathering.request, { type: "snapshot_ok", balances, inTransit: underWay });
}

/** Whether the client's request comes for the first time. */
function isFirst({ process, config }: State, { src, body }: Message): boolean {
  const number = body.msg_id ?? 0;
  if (config.once && number <= (process.lastRequests.get(src) ?? -1)) return false;
  process.lastRequests.set(src, number);
  return true;
}

function say(state: State, dest: string, payload: Payload, ctx: Ctx): void {
  post(state.process.links, dest, payload, ctx);
  sendAgainLater(state, ctx);
}

function sendAgainLater(state: State, ctx: Ctx): void {
  if (state.resending) return;
  state.resending = true;
  ctx.timer("resend", state.config.resend);
}
