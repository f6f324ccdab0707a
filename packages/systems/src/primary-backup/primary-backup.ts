/**
 * One server answers, a second has everything before anybody is told, and a view service says who is which.
 *
 * Budhiraja, Marzullo, Schneider, Toueg, "The Primary-Backup Approach" (in Mullender, Distributed Systems, 1993): at most
 * one primary at any time; an answer means that the backup has the update. There failures are detected by bounds on time;
 * here, where there are none, a view service decides, and nobody is primary without a backup that agrees.
 *
 * n1 is the view service. A view is a number, a primary and a backup. The service goes on to the next view only when the
 * primary has confirmed the present one, which it does when its backup has the whole state: so the one that is promoted
 * never lacks what was answered. The service and the servers keep what they know on disk, and a primary also what it has
 * forwarded: one that crashed before the answer must not give the same number to another update.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import type { KeyValueReply, KeyValueRequest } from "../shared/key-value-clients.ts";

export interface PrimaryBackupConfig {
  /** Pause between two pings of a server, and before something is sent again. */
  readonly ping: Microseconds;
  /** A server that was not heard of for so long is taken for dead. */
  readonly deadAfter: Microseconds;
  /** Whether a client is answered only when the backup has the update. */
  readonly waitsForBackup: boolean;
  /** Whether a read is confirmed by the backup as a write is. */
  readonly confirmsReads: boolean;
  /** Whether a backup refuses what comes from another view than its own. */
  readonly checksView: boolean;
  /** Whether a primary confirms a view only when its backup has the state. */
  readonly waitsForTransfer: boolean;
  /** Whether the service waits for the primary's word before it goes on to another view. */
  readonly waitsForPrimary: boolean;
}

export interface View {
  readonly number: number;
  readonly primary: string | null;
  readonly backup: string | null;
}

/** What a server has on disk, in one record. */
export interface Data {
  /** The view whose state this is: the server is ready in it. */
  readonly view: number;
  /** How many operations led here. */
  readonly count: number;
  readonly value: number | null;
  /** What a primary has sent its backup as the next value: after a crash the same goes again, and no other under its number. */
  readonly forwarded: { readonly value: number | null } | null;
}

export type PrimaryBackupRequest =
  | KeyValueRequest
  | (Body & { readonly type: "ping"; readonly ready: number })
  | (Body & { readonly type: "view"; readonly view: View })
  | (Body & { readonly type: "transfer"; readonly view: View; readonly data: Data })
  | (Body & { readonly type: "forward"; readonly view: number; readonly count: number; readonly value: number | null });

export type PrimaryBackupReply =
  | KeyValueReply
  | (Body & { readonly type: "transfer_ok" })
  | (Body & { readonly type: "forward_ok" })
  | (Body & { readonly type: "refused" });

export interface PrimaryBackupState {
  readonly config: PrimaryBackupConfig;
  /** Of the service: the present view, and whether its primary has confirmed it. Durable. */
  service: { readonly view: View; readonly confirmed: boolean };
  /** Of the service: when it heard of each server last, by its stopwatch. */
  readonly heard: Map<string, Microseconds>;
  /** Of a server: the latest view that it knows of. Durable. */
  view: View;
  data: Data;
  /** Of a server: the number of the last request that each client sent it. Durable: a copy is not carried out. */
  readonly seen: Map<string, number>;
  /** Of a primary: what it has been asked, the first of them under way. */
  readonly queue: Message[];
  /** Whether what was forwarded is the first of the queue; otherwise its client was forgotten in a crash. */
  isFirstUnderWay: boolean;
  /** Rises with every step, so that late answers and timers are told from those waited for. */
  step: number;
}

type Ctx = Context<PrimaryBackupRequest, PrimaryBackupReply>;

const service = "n1";
const noView: View = { number: 0, primary: null, backup: null };

export const primaryBackup = defineNode<
  PrimaryBackupState,
  PrimaryBackupRequest,
  PrimaryBackupReply,
  PrimaryBackupConfig
>({
  name: "primary-backup",
  durable: ["service", "view", "data", "seen"],
  init: (config) => ({
    config,
    service: { view: noView, confirmed: true },
    heard: new Map(),
    view: noView,
    data: { view: 0, count: 0, value: null, forwarded: null },
    seen: new Map(),
    queue: [],
    isFirstUnderWay: false,
    step: 0,
  }),
  start(state, ctx) {
    if (ctx.self === service) {
      // After a restart nobody is taken for dead who has not had the time to call.
      for (const name of ctx.peers) state.heard.set(name, ctx.monotonic());
      ctx.timer("watch", state.config.ping);
      return;
    }
    ctx.timer("ping", 0);
    goOn(state, ctx);
  },
  on: {
    read: (state, message, ctx) => take(state, message, ctx),
    write: (state, message, ctx) => take(state, message, ctx),
    cas: (state, message, ctx) => take(state, message, ctx),
    ping(state, message, ctx) {
      state.heard.set(message.src, ctx.monotonic());
      const { view } = state.service;
      if (message.src === view.primary && message.body.ready === view.number) {
        state.service = { view, confirmed: true };
      }
      nextView(state, ctx);
      ctx.send(message.src, { type: "view", view: state.service.view });
    },
    view: (state, message, ctx) => learn(state, message.body.view, ctx),
    transfer(state, message, ctx) {
      const { view, data } = message.body;
      learn(state, view, ctx);
      if (view.number !== state.view.number) return ctx.reply(message, { type: "refused" });
      // A copy of the transfer must not undo what has come since.
      if (state.data.view !== view.number) state.data = { ...data, view: view.number, forwarded: null };
      ctx.reply(message, { type: "transfer_ok" });
    },
    forward(state, message, ctx) {
      const { view, count, value } = message.body;
      const { config, data } = state;
      const mine = view === state.view.number && view === data.view && state.view.backup === ctx.self;
      if (config.checksView && !mine) {
        ctx.mark("a backup refused an update of another view");
        return ctx.reply(message, { type: "refused" });
      }
      if (count === data.count + 1 || (!config.checksView && count > data.count))
        state.data = { ...data, count, value };
      if (count <= state.data.count) ctx.reply(message, { type: "forward_ok" });
    },
  },
  replies: {
    transferred(state, answer, step, ctx) {
      if (step !== state.step || answer.body.type !== "transfer_ok") return;
      state.data = { ...state.data, view: state.view.number, forwarded: null };
      goOn(state, ctx);
    },
    forwarded(state, answer, step, ctx) {
      if (step !== state.step || answer.body.type !== "forward_ok") return;
      if (state.isFirstUnderWay) return carryOut(state, state.queue[0]!, ctx);
      const { data } = state;
      state.data = { ...data, count: data.count + 1, value: data.forwarded!.value, forwarded: null };
      goOn(state, ctx);
    },
  },
  timers: {
    watch(state, _data, ctx) {
      nextView(state, ctx);
      ctx.timer("watch", state.config.ping);
    },
    ping(state, _data, ctx) {
      const { config, data, view } = state;
      ctx.send(service, { type: "ping", ready: config.waitsForTransfer ? data.view : view.number });
      ctx.timer("ping", state.config.ping);
    },
    again(state, step, ctx) {
      if (step === state.step) goOn(state, ctx);
    },
  },
  view({ service: { view: present }, view, data }) {
    if (present.number > 0)
      return `view ${String(present.number)}: ${present.primary ?? "–"}, ${present.backup ?? "–"}`;
    return view.number === 0
      ? ""
      : `view ${String(view.number)}, ${String(data.value ?? "empty")} (${String(data.count)})`;
  },
  describe(body) {
    if (body.type === "view") return `view ${String(body.view.number)}`;
    return body.type === "forward" ? `forward ${String(body.value ?? "empty")} (${String(body.count)})` : body.type;
  },
});

/** The service: who does not call is dead, and the others take its place when the view is confirmed. */
function nextView(state: PrimaryBackupState, ctx: Ctx): void {
  const { view, confirmed } = state.service;
  if (!confirmed && state.config.waitsForPrimary) return;
  const now = ctx.monotonic();
  const alive = (name: string | null): boolean =>
    name !== null && now - (state.heard.get(name) ?? -Infinity) < state.config.deadAfter;
  const spare = ctx.peers.find((name) => name !== view.primary && name !== view.backup && alive(name)) ?? null;
  let { primary, backup } = view;
  if (view.number === 0) primary = spare;
  else if (!alive(primary) && alive(backup)) [primary, backup] = [backup, spare];
  else if (!alive(backup)) backup = spare;
  if (primary === view.primary && backup === view.backup) return;
  if (primary !== view.primary && view.number > 0) ctx.mark("a backup became primary");
  state.service = { view: { number: view.number + 1, primary, backup }, confirmed: false };
}

/** A server hears of a view. */
function learn(state: PrimaryBackupState, view: View, ctx: Ctx): void {
  if (view.number <= state.view.number) return;
  if (state.view.primary === ctx.self && view.primary !== ctx.self && state.queue.length > 0) {
    ctx.mark("a primary was replaced with an operation under way");
  }
  state.view = view;
  state.step += 1;
  if (view.primary !== ctx.self) state.queue.length = 0;
  state.isFirstUnderWay = false;
  goOn(state, ctx);
}

/** A client asks; only a primary that is ready answers, one after the other. */
function take(state: PrimaryBackupState, message: Message<KeyValueRequest>, ctx: Ctx): void {
  const number = message.body.msg_id ?? 0;
  if (number <= (state.seen.get(message.src) ?? -1)) return;
  state.seen.set(message.src, number);
  if (state.view.primary !== ctx.self) {
    return ctx.reply(message, { type: "error", code: 11, text: "this server is not the primary" });
  }
  state.queue.push(message);
  if (state.queue.length === 1) goOn(state, ctx);
}

/** The primary's next step: hand its state to a new backup, or the first operation of the queue to the one it has. */
function goOn(state: PrimaryBackupState, ctx: Ctx): void {
  const { view, data, queue, config } = state;
  if (view.primary !== ctx.self) return;
  state.step += 1;
  if (data.view !== view.number) {
    if (view.backup !== null) {
      ctx.call(view.backup, { type: "transfer", view, data }, "transferred", state.step);
      ctx.timer("again", config.ping, state.step);
      return;
    }
    state.data = { ...data, view: view.number, forwarded: null };
  }
  if (state.data.forwarded !== null) return forward(state, ctx);
  const [request] = queue;
  if (request === undefined) return;
  const isRead = request.body.type === "read";
  if (isRead && view.backup !== null && !config.confirmsReads) {
    ctx.reply(request, { type: "read_ok", value: state.data.value });
    queue.shift();
    return goOn(state, ctx);
  }
  if (view.backup === null) return carryOut(state, request, ctx);
  const { value } = outcomeOf(state.data.value, request as Message<KeyValueRequest>);
  if (!config.waitsForBackup) {
    ctx.send(view.backup, { type: "forward", view: view.number, count: state.data.count + 1, value });
    return carryOut(state, request, ctx);
  }
  state.data = { ...state.data, forwarded: { value } };
  state.isFirstUnderWay = true;
  forward(state, ctx);
}

/** Sends the backup what comes next; again when it does not answer. */
function forward({ view, data, step, config }: PrimaryBackupState, ctx: Ctx): void {
  const { value } = data.forwarded!;
  ctx.call(view.backup!, { type: "forward", view: view.number, count: data.count + 1, value }, "forwarded", step);
  ctx.timer("again", config.ping, step);
}

/** The backup has it, or there is none: the operation takes effect and the client is told. */
function carryOut(state: PrimaryBackupState, request: Message, ctx: Ctx): void {
  const { value, reply } = outcomeOf(state.data.value, request as Message<KeyValueRequest>);
  state.data = { ...state.data, count: state.data.count + 1, value, forwarded: null };
  ctx.reply(request, reply);
  state.queue.shift();
  state.isFirstUnderWay = false;
  goOn(state, ctx);
}

/** What an operation makes of a value, and its answer. */
function outcomeOf(
  value: number | null,
  { body }: Message<KeyValueRequest>,
): {
  readonly value: number | null;
  readonly reply: PrimaryBackupReply | { type: "error"; code: number; text: string };
} {
  switch (body.type) {
    case "read":
      return { value, reply: { type: "read_ok", value } };
    case "write":
      return { value: body.value, reply: { type: "write_ok" } };
    case "cas":
      if (value === body.from) return { value: body.to, reply: { type: "cas_ok" } };
      return { value, reply: { type: "error", code: 22, text: `the value is ${String(value)}` } };
  }
}
