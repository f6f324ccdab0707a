/**
 * A replicated key-value store whose replicas keep nothing on disk.
 *
 * Liskov and Cowling, "Viewstamped Replication Revisited" (MIT-CSAIL-TR-2012-021, 2012): the normal case of section 4.1
 * and state transfer (5.2) are in this file, view changes (4.2) and recovery (4.3) beside it. Operations travel whole and
 * logs are never cut. The client table of the paper follows from the log here: a request that is in it is known.
 */
import { defineNode } from "@fieldbook/engine";
import { isGroupLost, onRecovery, onRecoveryResponse, recover } from "./recovery.ts";
import { acknowledge, awaitPrimary, commitUpTo, enterView, failuresOf, isPrimary, primaryOf } from "./replica.ts";
import { onDoViewChange, onStartView, onStartViewChange, startViewChange } from "./view-change.ts";
import type { Ctx, Entry, Replies, Requests, State, ViewstampedConfig } from "./viewstamped-replication-state.ts";

export const viewstampedReplication = defineNode<State, Requests, Replies, ViewstampedConfig>({
  name: "viewstamped-replication",
  durable: [],
  init: (config, _self, nodes) => ({
    config,
    status: "normal",
    view: 0,
    lastNormal: 0,
    log: [],
    commit: 0,
    store: new Map(),
    prepared: new Map(),
    viewChanges: new Set(),
    logs: new Map(),
    lives: new Map(nodes.map((name) => [name, 0])),
    responses: new Map(),
    alsoRecovering: new Set(),
    waiting: 0,
  }),
  start(state, ctx) {
    // The group is founded at time 0; who starts later has been in it before and has forgotten.
    if (ctx.monotonic() === 0 || !state.config.recovers) return enterView(state, 0, [], ctx);
    state.status = "recovering";
    state.lives.set(ctx.self, ctx.monotonic());
    recover(state, ctx);
  },
  on: {
    read: request,
    write: request,
    cas: request,
    forward(state, { body }, ctx) {
      if (isPrimary(state, ctx)) submit(state, body.request, ctx);
    },
    prepare(state, { src, body }, ctx) {
      // Step 4: operations are taken in order; what is missing is fetched first.
      if (!hearsPrimary(state, src, body.view, ctx)) return;
      const next = state.log.length + 1;
      if (body.op > next && state.config.inOrder) {
        ctx.mark("a backup had missed an operation and fetched it");
        return getState(src, body.view, state.log.length, ctx);
      }
      if (body.op >= next) state.log.push(body.request);
      commitUpTo(state, body.commit, ctx);
      acknowledge(state, ctx);
    },
    "prepare-ok"(state, { src, body }, ctx) {
      // Step 5: f acknowledgements commit an operation and all before it.
      if (!isPrimary(state, ctx) || body.view !== state.view) return;
      state.prepared.set(src, Math.max(state.prepared.get(src) ?? 0, body.op));
      const needed = failuresOf(ctx) - (state.config.acknowledgements === "f" ? 0 : 1);
      const ops = [state.log.length, ...[...state.prepared.values()].toSorted((one, other) => other - one)];
      commitUpTo(state, ops[needed] ?? 0, ctx);
    },
    commit(state, { src, body }, ctx) {
      // Step 6, when the primary has nothing to prepare. What of it was lost is said again.
      if (!hearsPrimary(state, src, body.view, ctx)) return;
      if (body.op > state.log.length) return getState(src, body.view, state.log.length, ctx);
      commitUpTo(state, body.commit, ctx);
      if (state.log.length > state.commit) acknowledge(state, ctx);
    },
    "start-view-change": onStartViewChange,
    "do-view-change": onDoViewChange,
    "start-view": onStartView,
    "get-state"(state, { src, body }, ctx) {
      if (state.status !== "normal" || state.view !== body.view) return;
      const { view, commit } = state;
      ctx.send(src, { type: "new-state", view, after: body.op, log: state.log.slice(body.op), commit });
    },
    "new-state"(state, { body }, ctx) {
      const { view, after, log, commit } = body;
      if (state.status === "recovering" || view < state.view) return;
      if (view === state.view && state.status === "normal") {
        if (after <= state.log.length) state.log.push(...log.slice(state.log.length - after));
      } else {
        // What this replica knows to be committed is in every later log.
        if (after > state.commit) return;
        enterView(state, view, [...state.log.slice(0, after), ...log], ctx);
      }
      commitUpTo(state, commit, ctx);
      if (state.log.length > state.commit) acknowledge(state, ctx);
    },
    recovery: onRecovery,
    "recovery-response": onRecoveryResponse,
  },
  timers: {
    view: (state, _data, ctx) => startViewChange(state, state.view + 1, ctx),
    heartbeat(state, view, ctx) {
      if (!isPrimary(state, ctx) || state.view !== view) return;
      ctx.broadcast({ type: "commit", view, op: state.log.length, commit: state.commit });
      ctx.timer("heartbeat", state.config.heartbeat, view);
    },
    recovery(state, _data, ctx) {
      if (state.status === "recovering") recover(state, ctx);
    },
  },
  view: ({ status, view, log, commit }) =>
    `${status === "normal" ? "" : `${status}, `}view ${String(view)}, ${String(commit)} of ${String(log.length)}`,
  describe(body) {
    switch (body.type) {
      case "prepare":
        return `prepare ${String(body.op)} (${String(body.view)})`;
      case "prepare-ok":
        return `prepare-ok ${String(body.op)}`;
      case "commit":
        return `commit ${String(body.commit)} (${String(body.view)})`;
      case "start-view-change":
      case "do-view-change":
      case "start-view":
        return `${body.type} ${String(body.view)}`;
      case "write":
        return `write ${String(body.value)}`;
      case "read_ok":
        return `read_ok ${String(body.value ?? "empty")}`;
      default:
        return body.type;
    }
  },
});

function request(state: State, message: Entry, ctx: Ctx): void {
  if (isGroupLost(state, ctx)) {
    ctx.mark("more replicas had forgotten than the group can bear");
    return ctx.reply(message, { type: "error", code: 1000, text: "too many replicas have lost their memory" });
  }
  if (state.status !== "normal") return;
  if (isPrimary(state, ctx)) submit(state, message, ctx);
  else ctx.send(primaryOf(state.view, ctx), { type: "forward", request: message });
}

/** Steps 2 and 3: a new request is the next operation of the log; one that is not new is dropped. */
function submit(state: State, message: Entry, ctx: Ctx): void {
  const number = message.body.msg_id ?? 0;
  const known = state.log.some(({ src, body }) => src === message.src && (body.msg_id ?? 0) >= number);
  if (known && state.config.once) return;
  state.log.push(message);
  const { view, commit } = state;
  ctx.broadcast({ type: "prepare", view, request: message, op: state.log.length, commit });
}

/** Whether a message is from the primary of this replica's view. That of a later view is asked for the log first. */
function hearsPrimary(state: State, src: string, view: number, ctx: Ctx): boolean {
  if (state.status === "recovering" || view < state.view) return false;
  awaitPrimary(state, ctx);
  if (view === state.view && state.status === "normal") return true;
  ctx.mark("a replica learned of a view that had begun without it");
  getState(src, view, state.commit, ctx);
  return false;
}

/**
 * Section 5.2. In a later view what is not committed may have changed, so the log is asked for from the commit-number on.
 * The paper cuts one's own log down to it at once; until the other one is here it may be the only copy left, so it stays.
 */
function getState(primary: string, view: number, op: number, ctx: Ctx): void {
  ctx.send(primary, { type: "get-state", view, op });
}
