import type { Message } from "@fieldbook/engine";
import type { Snapshot, StateMachine, WriteRequest } from "./raft-log.ts";
import { entryAt, membersAt, membersIndex, termAt } from "./raft-log.ts";
import type { Ctx, RaftState } from "./raft-state.ts";

/** Figure 2, rules for all servers: carry out what is committed, in order. The leader answers the clients. */
export function applyCommitted(state: RaftState, ctx: Ctx): void {
  const { log, machine, config } = state;
  while (state.lastApplied < state.commitIndex) {
    const command = entryAt(log, state.lastApplied + 1)?.command;
    if (command === undefined) return;
    state.lastApplied += 1;
    if (command.type !== "request") continue;
    const { request } = command;
    if (!config.sessions) machine.sessions.delete(request.src);
    const done = carryOut(machine, request, ctx);
    if (state.role === "leader" && done !== undefined) answer(request, done, ctx);
  }
}

/**
 * Dissertation, section 6.3: a request that comes again gets the answer it had. Returns whether it did what it asked for;
 * undefined for one older than the client's last, which waits for no answer.
 */
export function carryOut(machine: StateMachine, { src, body }: WriteRequest, ctx: Ctx): boolean | undefined {
  const { store, sessions } = machine;
  const number = body.msg_id!;
  const session = sessions.get(src);
  if (session !== undefined && number <= session.request) {
    ctx.mark("a request came a second time");
    return number === session.request ? session.done : undefined;
  }
  const done = body.type === "write" || (store.get(body.key) ?? null) === body.from;
  if (done) store.set(body.key, body.type === "write" ? body.value : body.to);
  sessions.set(src, { request: number, done });
  return done;
}

function answer(request: WriteRequest, done: boolean, ctx: Ctx): void {
  if (done) ctx.reply(request, { type: request.body.type === "write" ? "write_ok" : "cas_ok" });
  else ctx.reply(request, { type: "error", code: 22, text: "the key has another value" });
}

/** That nothing was done. A request that changes something may have come twice, so of the other copy it says nothing. */
export function refuse(request: Message, ctx: Ctx): void {
  if (request.body.type === "read") ctx.reply(request, { type: "error", code: 11, text: "no leader is known" });
  else ctx.reply(request, { type: "error", code: 0, text: "no leader is known" });
}

/** Section 7: when enough was carried out it becomes a snapshot. Its members are those of its last entry, not later ones. */
export function compact(state: RaftState): void {
  const { log, machine, lastApplied, config } = state;
  if (lastApplied - log.snapshot.index < config.snapshotEvery) return;
  const snapshot: Snapshot = {
    index: lastApplied,
    term: termAt(log, lastApplied),
    members: membersAt(log, membersIndex(log, lastApplied)),
    store: new Map(machine.store),
    sessions: new Map(machine.sessions),
  };
  log.entries.splice(0, lastApplied - log.snapshot.index);
  log.snapshot = snapshot;
  state.membersIndex = Math.max(state.membersIndex, lastApplied);
}

/** Figure 13, steps 6 to 8: entries that follow the snapshot stay when the log has the snapshot's last one. */
export function install(state: RaftState, snapshot: Snapshot): void {
  const { log } = state;
  const follows = termAt(log, snapshot.index) === snapshot.term;
  log.entries = follows ? log.entries.slice(snapshot.index - log.snapshot.index) : [];
  log.snapshot = snapshot;
  restore(state);
}

/** The state machine as the snapshot has it; entries that follow wait until they are known to be committed. */
export function restore(state: RaftState): void {
  const { snapshot } = state.log;
  state.machine.store = new Map(snapshot.store);
  state.machine.sessions = new Map(snapshot.sessions);
  state.commitIndex = snapshot.index;
  state.lastApplied = snapshot.index;
}
