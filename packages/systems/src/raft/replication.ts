import type { Message } from "@fieldbook/engine";
import { frozen } from "@fieldbook/kernel";
import type { Command, Entry, ReadRequest } from "./raft-log.ts";
import { lastIndex, termAt, truncate } from "./raft-log.ts";
import type { Ctx, Progress, RaftRequest, RaftState } from "./raft-state.ts";
import { becomeFollower, isMajority, majorityAnswered, seeTerm, useLatestMembers } from "./raft-state.ts";
import { applyCommitted, install } from "./state-machine.ts";

type AppendEntries = Message<Extract<RaftRequest, { type: "append_entries" }>>;
type AppendEntriesReply = Message<Extract<RaftRequest, { type: "append_entries_reply" }>>;
type InstallSnapshot = Message<Extract<RaftRequest, { type: "install_snapshot" }>>;

/** Section 5.2, and section 8: a leader begins its term with an entry of its own. */
export function lead(state: RaftState, ctx: Ctx): void {
  state.role = "leader";
  state.leader = ctx.self;
  state.reads = [];
  state.progress.clear();
  state.noOpIndex = lastIndex(state.log) + 1;
  ctx.timer("heartbeat", state.config.heartbeat, state.ballot.term);
  propose(state, { type: "no-op" }, ctx);
}

/** Adds an entry to the leader's log and sends it out. */
export function propose(state: RaftState, command: Command, ctx: Ctx): void {
  const { log, ballot, progress } = state;
  // No entry ever changes, so the servers' logs share it.
  log.entries.push(frozen({ term: ballot.term, command }));
  if (command.type === "members") useLatestMembers(state);
  for (const member of state.members) {
    if (progress.has(member)) continue;
    progress.set(member, { nextIndex: lastIndex(log), matchIndex: 0, answered: -1 });
  }
  replicate(state, ctx);
  advanceCommitIndex(state, ctx);
}

/** Sends each follower what comes next for it; nothing is a heartbeat. */
function replicate(state: RaftState, ctx: Ctx): void {
  for (const member of state.members) {
    if (member !== ctx.self) sendNext(state, member, state.progress.get(member)!, ctx);
  }
}

const nothing = frozen<readonly Entry[]>([]);

function sendNext(state: RaftState, member: string, { nextIndex }: Progress, ctx: Ctx): void {
  const { log, ballot, commitIndex, config } = state;
  const { term } = ballot;
  const sentAt = ctx.monotonic();
  const first = nextIndex - log.snapshot.index - 1;
  if (first < 0) {
    ctx.send(member, { type: "install_snapshot", term, snapshot: log.snapshot, sentAt });
    return;
  }
  const entries = first < log.entries.length ? log.entries.slice(first, first + config.batch) : nothing;
  const previousIndex = nextIndex - 1;
  const previousTerm = termAt(log, previousIndex);
  ctx.send(member, { type: "append_entries", term, previousIndex, previousTerm, entries, commitIndex, sentAt });
}

/** Speaks to the followers as long as it leads the term. */
export function onHeartbeatTimer(state: RaftState, term: number, ctx: Ctx): void {
  if (state.role !== "leader" || state.ballot.term !== term) return;
  replicate(state, ctx);
  ctx.timer("heartbeat", state.config.heartbeat, term);
}

/** Figure 2, AppendEntries, for a follower. */
export function onAppendEntries(state: RaftState, { src, body }: AppendEntries, ctx: Ctx): void {
  if (!hearLeader(state, src, body, ctx)) return;
  const { log } = state;
  const { previousIndex, previousTerm, entries } = body;
  // What a snapshot has swallowed is committed, so it agrees (section 5.4).
  const swallowed = previousIndex < log.snapshot.index;
  if (!swallowed && termAt(log, previousIndex) !== previousTerm) return acknowledge(state, src, body, -1, ctx);
  let changed = false;
  for (let offset = 0; offset < entries.length; offset += 1) {
    const index = previousIndex + 1 + offset;
    const entry = entries[offset]!;
    if (index <= log.snapshot.index || termAt(log, index) === entry.term) continue;
    // Only where they conflict: a late message must not take away what a later one has brought.
    if (index <= lastIndex(log)) {
      ctx.mark("entries of another leader were overwritten");
      truncate(log, index);
    }
    log.entries.push(entry);
    changed = true;
  }
  if (changed) useLatestMembers(state);
  const matchIndex = previousIndex + entries.length;
  if (body.commitIndex > state.commitIndex) commit(state, Math.min(body.commitIndex, matchIndex), ctx);
  acknowledge(state, src, body, matchIndex, ctx);
}

/** Figure 13, InstallSnapshot, the whole in one message. */
export function onInstallSnapshot(state: RaftState, { src, body }: InstallSnapshot, ctx: Ctx): void {
  if (!hearLeader(state, src, body, ctx)) return;
  const { snapshot } = body;
  if (snapshot.index > state.commitIndex) {
    ctx.mark("a follower was given a snapshot");
    install(state, snapshot);
    useLatestMembers(state);
  }
  acknowledge(state, src, body, snapshot.index, ctx);
}

/** Whether the message is from the leader of the present term; one of an earlier term is told so. */
function hearLeader(
  state: RaftState,
  leader: string,
  body: (AppendEntries | InstallSnapshot)["body"],
  ctx: Ctx,
): boolean {
  seeTerm(state, body.term, ctx);
  if (body.term < state.ballot.term) {
    acknowledge(state, leader, body, -1, ctx);
    return false;
  }
  if (state.role !== "follower") becomeFollower(state, ctx);
  state.leader = leader;
  state.heardAt = ctx.monotonic();
  state.electionAt = state.heardAt + state.patience;
  return true;
}

/** @param matchIndex −1 for a refusal, which says instead up to where the logs certainly agree */
function acknowledge(
  state: RaftState,
  leader: string,
  { sentAt }: (AppendEntries | InstallSnapshot)["body"],
  matchIndex: number,
  ctx: Ctx,
): void {
  const success = matchIndex >= 0;
  ctx.send(leader, {
    type: "append_entries_reply",
    term: state.ballot.term,
    success,
    matchIndex: success ? matchIndex : state.commitIndex,
    sentAt,
  });
}

/** Section 5.3, for the leader: a refusal sends it back, to what is committed at once instead of step by step. */
export function onAppendEntriesReply(state: RaftState, { src, body }: AppendEntriesReply, ctx: Ctx): void {
  seeTerm(state, body.term, ctx);
  const follower = state.progress.get(src);
  if (state.role !== "leader" || body.term !== state.ballot.term || follower === undefined) return;
  const asked = state.reads.length > 0 || state.config.lease > 0;
  if (asked && body.sentAt > follower.answered) follower.answered = body.sentAt;
  if (!body.success) {
    follower.nextIndex = Math.max(follower.matchIndex, Math.min(follower.nextIndex - 1, body.matchIndex)) + 1;
    sendNext(state, src, follower, ctx);
  } else if (body.matchIndex > follower.matchIndex) {
    follower.matchIndex = body.matchIndex;
    follower.nextIndex = body.matchIndex + 1;
    if (follower.nextIndex <= lastIndex(state.log)) sendNext(state, src, follower, ctx);
    advanceCommitIndex(state, ctx);
  }
  serveReads(state, ctx);
}

/**
 * Figure 2, rules for leaders, the last: "if there exists an N such that N > commitIndex, a majority of matchIndex[i] ≥ N,
 * and log[N].term == currentTerm". Terms only grow along a log, so below the first entry of an earlier term are no others.
 */
function advanceCommitIndex(state: RaftState, ctx: Ctx): void {
  const { log, ballot } = state;
  const last = lastIndex(log);
  // Who has an entry has all before it: above the first that no majority has there is none that one has.
  let stored = state.commitIndex;
  while (stored < last && isStored(state, stored + 1, ctx)) stored += 1;
  if (stored === state.commitIndex) return;
  for (let index = last; index >= stored; index -= 1) {
    if (termAt(log, index) !== ballot.term) return;
  }
  if (termAt(log, state.commitIndex + 1) < ballot.term) {
    ctx.mark("an entry of an earlier term was committed by one of the leader's own");
  }
  commit(state, stored, ctx);
}

/** Whether a majority of the members has the entry. */
export function isStored(state: RaftState, index: number, ctx: Ctx): boolean {
  let count = 0;
  for (const member of state.members) {
    if (member === ctx.self || state.progress.get(member)!.matchIndex >= index) count += 1;
  }
  return isMajority(count, state.members);
}

export function commit(state: RaftState, index: number, ctx: Ctx): void {
  state.commitIndex = Math.max(state.commitIndex, index);
  applyCommitted(state, ctx);
  if (state.role !== "leader") return;
  serveReads(state, ctx);
  // Dissertation, section 4.2.2: a leader that has removed itself goes when that is committed.
  if (!state.members.includes(ctx.self) && state.membersIndex <= state.commitIndex) {
    ctx.mark("a leader removed itself");
    state.leader = null;
    becomeFollower(state, ctx);
  }
  changeMembers(state, ctx);
}

/**
 * Dissertation, section 4.1: one server more or less, and the next change only when the last is committed. And, from
 * Ongaro's correction ("bug in single-server membership changes", raft-dev, 2015), only when an entry of the leader's own
 * term is committed: otherwise changes of two terms could have majorities that do not meet.
 */
export function changeMembers(state: RaftState, ctx: Ctx): void {
  const { wish, members, commitIndex } = state;
  if (state.role !== "leader" || wish === null) return;
  if (commitIndex < state.membersIndex || commitIndex < state.noOpIndex) return;
  // It goes last itself.
  const joins = wish.find((server) => !members.includes(server));
  const leaves = members.find((server) => !wish.includes(server) && server !== ctx.self);
  if (joins !== undefined) return propose(state, { type: "members", members: [...members, joins].toSorted() }, ctx);
  const last = leaves ?? (wish.includes(ctx.self) ? undefined : ctx.self);
  if (leaves === undefined) state.wish = null;
  if (last === undefined) return;
  propose(state, { type: "members", members: members.filter((member) => member !== last) }, ctx);
}

/**
 * Dissertation, section 6.4: a read waits until an entry of the leader's term is committed, so that it knows of all that
 * was committed before, and until a majority has answered a message sent after the read came, or lately enough for a lease.
 */
export function read(state: RaftState, request: ReadRequest, ctx: Ctx): void {
  state.reads.push({ request, at: ctx.monotonic() });
  serveReads(state, ctx);
  if (state.reads.length > 0) replicate(state, ctx);
}

function serveReads(state: RaftState, ctx: Ctx): void {
  if (state.commitIndex < state.noOpIndex) return;
  for (let next = state.reads[0]; next !== undefined; next = state.reads[0]) {
    const since = Math.min(next.at, ctx.monotonic() - state.config.lease);
    if (!majorityAnswered(state, since, ctx)) return;
    const value = state.machine.store.get(next.request.body.key) ?? null;
    ctx.reply(next.request, { type: "read_ok", value });
    state.reads.shift();
  }
}
