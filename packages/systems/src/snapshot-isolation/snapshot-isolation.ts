/**
 * Transactions over several shards that read a snapshot, and of which two that write the same key never overlap.
 *
 * Berenson et al., "A Critique of ANSI SQL Isolation Levels" (SIGMOD 1995), section 4.2: a transaction reads what was
 * committed when it started, and commits only if no other has committed a write of the same key since (first committer
 * wins). Write skew is allowed.
 *
 * Peng and Dabek, "Large-scale Incremental Processing Using Distributed Transactions and Notifications" (OSDI 2010),
 * section 2.2 and figure 6: timestamps from an oracle, writes in two phases with a lock in every key, one of them the
 * primary: the transaction has committed when its primary has. Who meets the lock of another asks the primary what became
 * of it. A transaction that was rolled back leaves a mark, so that a prewrite which comes late does not bring it back.
 *
 * n1 is the oracle; the others are shards, and coordinate what clients ask of them.
 */
import { defineNode } from "@fieldbook/engine";
import { coordinate, goOn, isOver, phaseOf } from "./coordinator.ts";
import { shardOf } from "./snapshot-state.ts";
import type {
  Ctx,
  Lock,
  Row,
  SnapshotConfig,
  SnapshotReply,
  SnapshotRequest,
  SnapshotState,
} from "./snapshot-state.ts";

const emptyRow: Row = { versions: [], lock: null, rolledBack: [] };
export const snapshotIsolation = defineNode<SnapshotState, SnapshotRequest, SnapshotReply, SnapshotConfig>({
  name: "snapshot-isolation",
  durable: ["clock", "rows", "seen"],
  init: (config) => ({
    config,
    clock: 0,
    rows: new Map(),
    seen: new Map(),
    transactions: new Map(),
    begun: 0,
    asked: new Map(),
    lastSeen: 0,
  }),
  on: {
    transact(state, message, ctx) {
      const number = message.body.msg_id ?? 0;
      if (number <= (state.seen.get(message.src) ?? -1)) return;
      state.seen.set(message.src, number);
      coordinate(state, message, ctx);
    },
    timestamp(state, message, ctx) {
      state.clock += 1;
      ctx.reply(message, { type: "timestamp_ok", time: state.clock });
    },
    get(state, message, ctx) {
      const { key, start } = message.body;
      const { versions, lock } = rowOf(state, key);
      if (state.config.readsWait && lock !== null && lock.start <= start) {
        ctx.mark("a read met the lock of another");
        askAbout(state, key, lock, ctx);
        return ctx.reply(message, { type: "locked", key, primary: lock.primary, start: lock.start });
      }
      const version = versions.findLast(({ commit }) => commit <= start);
      ctx.reply(message, { type: "get_ok", key, value: version?.value ?? 0 });
    },
    prewrite(state, message, ctx) {
      const { key, value, start, primary } = message.body;
      const row = rowOf(state, key);
      if (row.lock?.start === start || row.versions.some((version) => version.start === start)) {
        return ctx.reply(message, { type: "prewrite_ok", key });
      }
      const newer = state.config.firstCommitterWins && row.versions.some(({ commit }) => commit >= start);
      if (row.lock !== null) askAbout(state, key, row.lock, ctx);
      if (newer || row.lock !== null || row.rolledBack.includes(start)) {
        if (newer) ctx.mark("a writer came second");
        return ctx.reply(message, { type: "conflict", key });
      }
      const until = ctx.monotonic() + state.config.lockFor;
      state.rows.set(key, { ...row, lock: { start, primary, value, until } });
      ctx.reply(message, { type: "prewrite_ok", key });
    },
    commit(state, message, ctx) {
      const { key, start, commit } = message.body;
      ctx.reply(message, { type: commitKey(state, key, start, commit) ? "commit_ok" : "gone", key });
    },
    resolve(state, message, ctx) {
      const { key, start } = message.body;
      const row = rowOf(state, key);
      const done = row.versions.find((version) => version.start === start);
      if (done !== undefined) return ctx.reply(message, { type: "resolved", commit: done.commit });
      if (row.lock?.start === start && ctx.monotonic() < row.lock.until) return ctx.reply(message, { type: "pending" });
      ctx.mark("a transaction was rolled back by another");
      rollBack(state, key, start);
      ctx.reply(message, { type: "resolved", commit: null });
    },
    rollback: (state, message) => rollBack(state, message.body.key, message.body.start),
  },
  replies: {
    // A timestamp that was asked for at the start must not be taken for one of the commit: it would lie too far back.
    started(state, answer, number, ctx) {
      if (phaseOf(state, number) === "start") goOn(state, number, answer.body as SnapshotReply, ctx);
    },
    timed(state, answer, number, ctx) {
      if (phaseOf(state, number) === "time") goOn(state, number, answer.body as SnapshotReply, ctx);
    },
    step: (state, answer, number, ctx) => goOn(state, number, answer.body as SnapshotReply, ctx),
    resolved(state, { body }, number) {
      const asked = state.asked.get(number);
      state.asked.delete(number);
      if (asked === undefined || body.type !== "resolved") return;
      if (body.commit === null) rollBack(state, asked.key, asked.start);
      else commitKey(state, asked.key, asked.start, body.commit);
    },
  },
  timers: {
    again(state, number, ctx) {
      if (!isOver(state, number)) goOn(state, number, undefined, ctx);
    },
  },
  view({ clock, rows }) {
    if (clock > 0) return `time ${String(clock)}`;
    return [...rows]
      .toSorted(([one], [other]) => one - other)
      .map(
        ([key, { versions, lock }]) =>
          `${String(key)}=${String(versions.at(-1)?.value ?? 0)}${lock === null ? "" : " locked"}`,
      )
      .join(", ");
  },
  describe(body) {
    if (body.type === "commit") return `commit ${String(body.key)} at ${String(body.commit)}`;
    if (body.type === "timestamp_ok") return `time ${String(body.time)}`;
    return "key" in body ? `${body.type} ${String(body.key)}` : body.type;
  },
});

const rowOf = (state: SnapshotState, key: number): Row => state.rows.get(key) ?? emptyRow;

/** Turns the lock into a version; true also when that has happened before. */
function commitKey(state: SnapshotState, key: number, start: number, commit: number): boolean {
  const row = rowOf(state, key);
  if (row.versions.some((version) => version.start === start)) return true;
  if (row.lock?.start !== start) return false;
  const versions = [...row.versions, { start, commit, value: row.lock.value }];
  state.rows.set(key, { ...row, versions: versions.toSorted((one, other) => one.commit - other.commit), lock: null });
  return true;
}

function rollBack(state: SnapshotState, key: number, start: number): void {
  const row = rowOf(state, key);
  if (row.versions.some((version) => version.start === start)) return;
  const marks = state.config.marksRollback && !row.rolledBack.includes(start);
  const rolledBack = marks ? [...row.rolledBack, start] : row.rolledBack;
  state.rows.set(key, { ...row, lock: row.lock?.start === start ? null : row.lock, rolledBack });
}

/** A lock is in the way: its primary says whether it is to be turned into a version or taken away. */
function askAbout(state: SnapshotState, key: number, lock: Lock, ctx: Ctx): void {
  if (!state.config.asksPrimary) {
    if (ctx.monotonic() >= lock.until) rollBack(state, key, lock.start);
    return;
  }
  // The answer to an earlier question may be lost: this one takes its place.
  for (const [number, asked] of state.asked) if (asked.key === key) state.asked.delete(number);
  state.begun += 1;
  state.asked.set(state.begun, { key, start: lock.start });
  const request = { type: "resolve", key: lock.primary, start: lock.start } as const;
  ctx.call(shardOf(lock.primary, ctx.nodes), request, "resolved", state.begun);
}
