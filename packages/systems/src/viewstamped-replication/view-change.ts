/** Section 4.2: a new primary takes over, with all that may have been committed. */
import type { Message } from "@fieldbook/engine";
import { acknowledge, awaitPrimary, commitUpTo, enterView, failuresOf, primaryOf } from "./replica.ts";
import type { Ctx, DoViewChange, Lives, Requests, State } from "./viewstamped-replication-state.ts";

/** Step 1: a replica that notices the need for a view change advances its view-number and tells all others. */
export function startViewChange(state: State, view: number, ctx: Ctx): void {
  state.status = "view-change";
  state.view = view;
  state.viewChanges.clear();
  state.logs.clear();
  ctx.broadcast({ type: "start-view-change", view, lives: livesOf(state, ctx) });
  awaitPrimary(state, ctx);
}

/** Whether a message of a view change, for this view from now on, counts. */
function joins(state: State, src: string, view: number, lives: Lives, ctx: Ctx): boolean {
  learnLives(state, lives);
  if (state.status === "recovering" && state.config.silentInRecovery) return false;
  const life = lives.find(([replica]) => replica === src)?.[1];
  if (life !== state.lives.get(src)) {
    ctx.mark("a message from before a crash was void");
    return false;
  }
  if (view > state.view) startViewChange(state, view, ctx);
  return view === state.view && state.status === "view-change";
}

/** Step 2: when f others want this view, the replica sends its log to the new primary, and goes no way back. */
export function onStartViewChange(
  state: State,
  { src, body }: Message<Extract<Requests, { type: "start-view-change" }>>,
  ctx: Ctx,
): void {
  if (!joins(state, src, body.view, body.lives, ctx)) return;
  const before = state.viewChanges.size;
  state.viewChanges.add(src);
  if (state.viewChanges.size === before || state.viewChanges.size !== failuresOf(ctx)) return;
  const own: DoViewChange = {
    type: "do-view-change",
    view: state.view,
    log: [...state.log],
    lastNormal: state.lastNormal,
    commit: state.commit,
    lives: livesOf(state, ctx),
  };
  if (primaryOf(state.view, ctx) === ctx.self) addLog(state, ctx.self, own, ctx);
  else ctx.send(primaryOf(state.view, ctx), own);
}

export function onDoViewChange(state: State, { src, body }: Message<DoViewChange>, ctx: Ctx): void {
  if (joins(state, src, body.view, body.lives, ctx)) addLog(state, src, body, ctx);
}

/** Step 3: with f + 1 logs, the one of the latest normal view is the new one; among several, the longest. */
function addLog(state: State, src: string, brought: DoViewChange, ctx: Ctx): void {
  state.logs.set(src, brought);
  const { viewChangeQuorum, selects } = state.config;
  if (state.logs.size < failuresOf(ctx) + (viewChangeQuorum === "f" ? 0 : 1)) return;
  const rank = ({ lastNormal, log }: DoViewChange): number =>
    (selects === "longest" ? 0 : lastNormal * 1e6) + log.length;
  const all = ctx.nodes.flatMap((name) => state.logs.get(name) ?? []);
  const best = all.reduce((one, other) => (rank(other) > rank(one) ? other : one));
  if (all.some(({ log }) => log.length > best.log.length)) ctx.mark("a shorter log of a later view was selected");
  if (best.log.length > Math.max(...all.map(({ commit }) => commit)))
    ctx.mark("a new view began with operations not known to be committed");
  const commit = Math.max(...all.map((one) => one.commit));
  enterView(state, state.view, best.log, ctx);
  ctx.broadcast({ type: "start-view", view: state.view, log: best.log, commit });
  // Step 4: it carries out what it had not.
  commitUpTo(state, commit, ctx);
}

/** Step 5: the log of the new primary replaces one's own; what is not known to be committed is acknowledged. */
export function onStartView(
  state: State,
  { body }: Message<Extract<Requests, { type: "start-view" }>>,
  ctx: Ctx,
): void {
  if (state.status === "recovering" || body.view < state.view) return;
  if (body.view === state.view && state.status === "normal") return;
  enterView(state, body.view, body.log, ctx);
  commitUpTo(state, body.commit, ctx);
  if (state.log.length > state.commit) acknowledge(state, ctx);
}

export const livesOf = ({ lives }: State, ctx: Ctx): Lives => ctx.nodes.map((name) => [name, lives.get(name)!]);

/**
 * Who has restarted since it said something has forgotten that it said so: it no longer counts.
 *
 * Section 4.3 of the paper does without this, and is wrong for it: Michael, Ports, Sharma, Szekeres, "Recovering Shared
 * Objects Without Stable Storage" (DISC 2017), whose crash vectors these lives are.
 */
export function learnLives(state: State, lives: Lives): void {
  for (const [replica, life] of lives) {
    if (life <= state.lives.get(replica)!) continue;
    state.lives.set(replica, life);
    for (const votes of [state.viewChanges, state.logs, state.responses]) votes.delete(replica);
  }
}
