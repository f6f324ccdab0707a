import { oracle, shardOf } from "./snapshot-state.ts";
import type { Ctx, SnapshotReply, SnapshotState, TransactMessage, Transaction } from "./snapshot-state.ts";

export const isOver = (state: SnapshotState, number: number): boolean => !state.transactions.has(number);

export const phaseOf = (state: SnapshotState, number: number): Transaction["phase"] | undefined =>
  state.transactions.get(number)?.phase;

/** Takes a client's transaction. */
export function coordinate(state: SnapshotState, request: TransactMessage, ctx: Ctx): void {
  state.begun += 1;
  const transaction: Transaction = {
    request,
    until: ctx.monotonic() + state.config.deadline,
    phase: "start",
    start: 0,
    commit: 0,
    values: new Map(),
    waiting: [],
  };
  state.transactions.set(state.begun, transaction);
  if (!state.config.oracleStarts && state.lastSeen > 0) {
    transaction.start = state.lastSeen;
    transaction.phase = "read";
  }
  send(state, state.begun, transaction, ctx);
}

/** An answer came, or it is time to ask again. */
export function goOn(state: SnapshotState, number: number, answer: SnapshotReply | undefined, ctx: Ctx): void {
  const transaction = state.transactions.get(number);
  if (transaction === undefined) return;
  if (answer !== undefined) {
    const before = transaction.phase;
    const left = transaction.waiting.length + transaction.values.size;
    take(state, number, transaction, answer, ctx);
    const moved = transaction.phase !== before;
    if (moved && !isOver(state, number)) send(state, number, transaction, ctx);
    else if (left !== transaction.waiting.length + transaction.values.size && transaction.phase === "prewrite") {
      send(state, number, transaction, ctx);
    }
    return;
  }
  if (ctx.monotonic() >= transaction.until) return giveUp(state, number, transaction, ctx);
  send(state, number, transaction, ctx);
}

function take(state: SnapshotState, number: number, transaction: Transaction, answer: SnapshotReply, ctx: Ctx): void {
  const { reads, writes } = transaction.request.body;
  switch (answer.type) {
    case "timestamp_ok":
      state.lastSeen = Math.max(state.lastSeen, answer.time);
      if (transaction.phase === "start") {
        transaction.start = answer.time;
        transaction.phase = "read";
      } else if (transaction.phase === "time") {
        transaction.commit = answer.time;
        transaction.phase = "commit";
        // The primary is the first key; the others may follow in any order.
        transaction.waiting = state.config.primaryFirst ? writes.slice(0, 1) : writes.slice(-1);
      }
      return;
    case "get_ok":
      if (transaction.phase !== "read") return;
      transaction.values.set(answer.key, answer.value);
      if (transaction.values.size < reads.length) return;
      transaction.phase = "prewrite";
      transaction.waiting = [...writes];
      return;
    case "prewrite_ok":
      if (transaction.phase !== "prewrite") return;
      transaction.waiting = transaction.waiting.filter((key) => key !== answer.key);
      if (transaction.waiting.length === 0) transaction.phase = "time";
      return;
    case "conflict":
      if (transaction.phase === "prewrite") giveUp(state, number, transaction, ctx);
      return;
    case "commit_ok":
      committed(state, number, transaction, answer.key, ctx);
      return;
    case "gone":
      if (transaction.phase !== "commit") return;
      state.transactions.delete(number);
      ctx.reply(transaction.request, { type: "error", code: 30, text: "rolled back by another" });
      return;
    default:
  }
}

/** The primary decides (section 2.2): from then on the client is told, and the other keys only follow. */
function committed(state: SnapshotState, number: number, transaction: Transaction, key: number, ctx: Ctx): void {
  const { reads, writes } = transaction.request.body;
  if (transaction.phase === "commit") {
    const values = reads.map((read) => transaction.values.get(read)!);
    const { start, commit } = transaction;
    ctx.reply(transaction.request, { type: "transact_ok", start, commit, values });
    transaction.phase = "rest";
    transaction.waiting = writes.filter((write) => write !== key);
  } else if (transaction.phase === "rest") transaction.waiting = transaction.waiting.filter((write) => write !== key);
  if (transaction.phase === "rest" && transaction.waiting.length === 0) state.transactions.delete(number);
}

/** Asks for what the phase waits for. */
function send(state: SnapshotState, number: number, transaction: Transaction, ctx: Ctx): void {
  const { phase, start, commit, values, waiting, request } = transaction;
  const { reads, writes, value } = request.body;
  ctx.timer("again", state.config.retry, number);
  if (phase === "start") return ctx.call(oracle, { type: "timestamp" }, "started", number);
  if (phase === "time") return ctx.call(oracle, { type: "timestamp" }, "timed", number);
  if (phase === "read") {
    for (const key of reads.filter((read) => !values.has(read))) {
      ctx.call(shardOf(key, ctx.nodes), { type: "get", key, start }, "step", number);
    }
    return;
  }
  if (phase === "prewrite") {
    // The primary first: a lock that names it must not be there without it.
    const [key] = waiting;
    if (key === undefined) return;
    ctx.call(shardOf(key, ctx.nodes), { type: "prewrite", key, value, start, primary: writes[0]! }, "step", number);
    return;
  }
  for (const key of waiting) ctx.call(shardOf(key, ctx.nodes), { type: "commit", key, start, commit }, "step", number);
}

/** Before the commit was asked for it is certain that nothing was committed; from then on it is not. */
function giveUp(state: SnapshotState, number: number, transaction: Transaction, ctx: Ctx): void {
  state.transactions.delete(number);
  const { phase, request, start } = transaction;
  if (phase === "commit" || phase === "rest") return;
  for (const key of request.body.writes) ctx.send(shardOf(key, ctx.nodes), { type: "rollback", key, start });
  ctx.reply(request, { type: "error", code: 30, text: "another transaction was in the way" });
}
