/** What all parts of Viewstamped Replication share: views, the log, and carrying it out. */
import type { Ctx, Entry, State } from "./viewstamped-replication-state.ts";

/** f: how many replicas may fail at once, of 2f + 1. */
export const failuresOf = (ctx: Ctx): number => Math.floor((ctx.nodes.length - 1) / 2);

/** Section 2.4: the primary follows from the view-number, round-robin. */
export const primaryOf = (view: number, ctx: Ctx): string => ctx.nodes[view % ctx.nodes.length]!;

export const isPrimary = (state: State, ctx: Ctx): boolean =>
  state.status === "normal" && primaryOf(state.view, ctx) === ctx.self;

/** The status is normal from here on. */
export function enterView(state: State, view: number, log: readonly Entry[], ctx: Ctx): void {
  state.status = "normal";
  state.view = view;
  state.lastNormal = view;
  state.log = [...log];
  for (const votes of [state.viewChanges, state.logs, state.prepared, state.responses]) votes.clear();
  ctx.cancel(state.waiting);
  if (isPrimary(state, ctx)) ctx.timer("heartbeat", state.config.heartbeat, view);
  else awaitPrimary(state, ctx);
}

/** Starts the time after which a replica notices the need for a view change. */
export function awaitPrimary(state: State, ctx: Ctx): void {
  const { viewTimeout } = state.config;
  ctx.cancel(state.waiting);
  state.waiting = ctx.timer("view", viewTimeout + ctx.random(viewTimeout, "view"));
}

/** Carries out what is committed, as far as the log goes (section 4.1, steps 5 and 7). */
export function commitUpTo(state: State, commit: number, ctx: Ctx): void {
  const end = Math.min(commit, state.log.length);
  while (state.commit < end) {
    perform(state, state.log[state.commit]!, ctx);
    state.commit += 1;
  }
}

/** The primary answers the client. */
function perform(state: State, request: Entry, ctx: Ctx): void {
  const { body } = request;
  const value = state.store.get(body.key) ?? null;
  const holds = body.type !== "cas" || body.from === value;
  if (body.type === "write") state.store.set(body.key, body.value);
  if (body.type === "cas" && holds) state.store.set(body.key, body.to);
  if (!isPrimary(state, ctx)) return;
  if (!holds) {
    const text = `expected ${String(body.from)}, found ${String(value)}`;
    return ctx.reply(request, { type: "error", code: 22, text });
  }
  if (body.type === "read") ctx.reply(request, { type: "read_ok", value });
  else ctx.reply(request, { type: body.type === "write" ? "write_ok" : "cas_ok" });
}

/** A backup tells how far its log goes. */
export function acknowledge(state: State, ctx: Ctx): void {
  ctx.send(primaryOf(state.view, ctx), { type: "prepare-ok", view: state.view, op: state.log.length });
}
