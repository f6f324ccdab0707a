/** Section 4.3: a replica that has lost its memory gets it back from the others, without a disk. */
import type { Message } from "@fieldbook/engine";
import { acknowledge, commitUpTo, enterView, failuresOf, isPrimary, primaryOf } from "./replica.ts";
import { learnLives, livesOf } from "./view-change.ts";
import type { Ctx, RecoveryResponse, Requests, State } from "./viewstamped-replication-state.ts";

/**
 * Step 1: RECOVERY goes to all others, until the recovery has ended. The nonce is the replica's stopwatch, which no crash
 * sets back: so it also tells a later life from an earlier one.
 */
export function recover(state: State, ctx: Ctx): void {
  ctx.broadcast({ type: "recovery", life: state.lives.get(ctx.self)! });
  ctx.timer("recovery", state.config.heartbeat);
}

/** Step 2: only who is in status normal answers; the primary with its log. */
export function onRecovery(
  state: State,
  { src, body }: Message<Extract<Requests, { type: "recovery" }>>,
  ctx: Ctx,
): void {
  const { life } = body;
  learnLives(state, [[src, life]]);
  if (state.status === "recovering") state.alsoRecovering.add(src);
  if (state.status !== "normal" || life !== state.lives.get(src)) return;
  const { view, commit } = state;
  const log = isPrimary(state, ctx) || state.config.recoversFrom === "any" ? [...state.log] : null;
  ctx.send(src, { type: "recovery-response", view, life, log, commit, lives: livesOf(state, ctx) });
}

/** Step 3: f + 1 answers to this nonce, among them that of the primary of the latest view they tell of. */
export function onRecoveryResponse(state: State, { src, body }: Message<RecoveryResponse>, ctx: Ctx): void {
  if (state.status !== "recovering" || body.life !== state.lives.get(ctx.self)) return;
  learnLives(state, body.lives);
  state.alsoRecovering.delete(src);
  if (body.view >= (state.responses.get(src)?.view ?? 0)) state.responses.set(src, body);
  if (state.responses.size <= failuresOf(ctx)) return;
  const view = Math.max(...[...state.responses.values()].map((response) => response.view));
  const source =
    state.config.recoversFrom === "any" ? ctx.nodes.find((name) => state.responses.has(name))! : primaryOf(view, ctx);
  const response = state.responses.get(source);
  if (response === undefined || response.log === null) return;
  if (response.view !== view && state.config.recoversFrom === "primary") return;
  ctx.mark("a replica recovered without a disk");
  enterView(state, view, response.log, ctx);
  commitUpTo(state, response.commit, ctx);
  if (state.log.length > state.commit) acknowledge(state, ctx);
}

/**
 * More than f replicas have lost their memory at once: none of them can recover, and what they knew may be gone. The
 * paper promises nothing then; an operator must decide, and clients are told so.
 */
export const isGroupLost = (state: State, ctx: Ctx): boolean =>
  state.status === "recovering" && state.alsoRecovering.size + 1 > failuresOf(ctx);
