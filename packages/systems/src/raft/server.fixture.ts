import type { ErrorBody, Message } from "@fieldbook/engine";
import { raft } from "./raft.ts";
import type { Command, Entry, WriteRequest } from "./raft-log.ts";
import type { Ctx, RaftConfig, RaftReply, RaftRequest, RaftState } from "./raft-state.ts";
import { correctRaft } from "./raft-system.ts";

/** A server alone with the test, which reads what it says and tells it what the others say. */
export interface Server {
  readonly state: RaftState;
  /** What it has sent since `hear` or `wait` was called last: to whom, and what. */
  readonly sent: { readonly to: string; readonly body: RaftRequest | RaftReply | ErrorBody }[];
  hear<Type extends RaftRequest["type"]>(from: string, body: Extract<RaftRequest, { type: Type }>): void;
  /** Lets that much time pass. */
  wait(time: number): void;
  operator(command: string, data: string): void;
}

const nodes = ["n1", "n2", "n3", "n4", "n5"];

/** n1 of five servers, the last `spares` of which are no members. */
export function startServer(config: Partial<RaftConfig> = {}): Server {
  const state = raft.init({ ...correctRaft, spares: 0, ...config }, "n1", nodes);
  const sent: { to: string; body: RaftRequest | RaftReply | ErrorBody }[] = [];
  const timers: { name: string; at: number; data: number }[] = [];
  let now = 0;
  const ctx = {
    self: "n1",
    nodes,
    monotonic: () => now,
    random: () => 0,
    choose: <Option>(options: readonly Option[]) => options[0]!,
    send: (to: string, body: RaftRequest) => sent.push({ to, body }),
    reply: ({ src }: Message, body: RaftReply | ErrorBody) => sent.push({ to: src, body }),
    timer: (name: string, delay: number, data = 0) => timers.push({ name, at: now + delay, data }),
    mark: () => {},
  } as unknown as Ctx;
  raft.start!(state, ctx);
  return {
    state,
    sent,
    hear(from, body) {
      sent.length = 0;
      const handler = raft.on[body.type] as (state: RaftState, message: Message, ctx: Ctx) => void;
      handler(state, { src: from, dest: "n1", body }, ctx);
    },
    wait(time) {
      sent.length = 0;
      const end = now + time;
      for (;;) {
        const next = timers.toSorted((one, other) => one.at - other.at)[0];
        if (next === undefined || next.at > end) break;
        timers.splice(timers.indexOf(next), 1);
        now = next.at;
        raft.timers![next.name]!(state, next.data, ctx);
      }
      now = end;
    },
    operator: (command, data) => raft.operator![command]!(state, data, ctx),
  };
}

export const noOp = (term: number): Entry => ({ term, command: { type: "no-op" } });

/** c1 writes `value` to key 0. */
export function write(term: number, value: number): Entry {
  const request: WriteRequest = {
    src: "c1",
    dest: "n1",
    body: { type: "write", key: 0, value, msg_id: value },
  };
  const command: Command = { type: "request", request };
  return { term, command };
}

/** What a leader sends; `after` is the index and term of the entry before. */
export function appendEntries(
  term: number,
  after: readonly [index: number, term: number],
  entries: readonly Entry[],
  commitIndex = 0,
): Extract<RaftRequest, { type: "append_entries" }> {
  const [previousIndex, previousTerm] = after;
  return { type: "append_entries", term, previousIndex, previousTerm, entries, commitIndex, sentAt: 1 };
}

/** What a follower answers that has all up to `matchIndex`. */
export const appended = (
  term: number,
  matchIndex: number,
  sentAt = 1,
): Extract<RaftRequest, { type: "append_entries_reply" }> => ({
  type: "append_entries_reply",
  term,
  success: true,
  matchIndex,
  sentAt,
});

/** Makes the server leader of its next term, with the votes of n2 and n3. */
export function elect(server: Server): void {
  server.wait(correctRaft.electionTimeout);
  const { term } = server.state.ballot;
  server.hear("n2", { type: "request_vote_reply", term, granted: true });
  server.hear("n3", { type: "request_vote_reply", term, granted: true });
}
