/**
 * Consensus on a replicated log, led by one node at a time.
 *
 * Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended Version)" (2014): figure 2 is the
 * whole of elections and replication, section 7 the snapshots. From Ongaro's dissertation, "Consensus: Bridging Theory and
 * Practice" (Stanford, 2014), are membership changes of one server at a time (chapter 4), sessions of clients and reads
 * without an entry in the log (chapter 6).
 *
 * Elections are in election.ts, the log's way to the followers in replication.ts, what becomes of committed entries in
 * state-machine.ts.
 */
import { defineNode } from "@fieldbook/engine";
import type { Message } from "@fieldbook/engine";
import type { KeyValueRequest } from "../shared/key-value-clients.ts";
import { onElectionTimer, onRequestVote, onRequestVoteReply } from "./election.ts";
import type { ReadRequest, WriteRequest } from "./raft-log.ts";
import { lastIndex } from "./raft-log.ts";
import type { Ctx, RaftConfig, RaftReply, RaftRequest, RaftState } from "./raft-state.ts";
import { useLatestMembers, waitForElection } from "./raft-state.ts";
import {
  changeMembers,
  onAppendEntries,
  onAppendEntriesReply,
  onHeartbeatTimer,
  onInstallSnapshot,
  propose,
  read,
} from "./replication.ts";
import { compact, refuse, restore } from "./state-machine.ts";

export const raft = defineNode<RaftState, RaftRequest, RaftReply, RaftConfig>({
  name: "raft",
  durable: ["ballot", "log"],
  init: (config, _self, nodes) => {
    const members = nodes.slice(0, nodes.length - config.spares);
    return {
      config,
      ballot: { term: 0, vote: null },
      log: { snapshot: { index: 0, term: 0, members, store: new Map(), sessions: new Map() }, entries: [] },
      role: "follower",
      leader: null,
      members,
      membersIndex: 0,
      wish: null,
      commitIndex: 0,
      lastApplied: 0,
      machine: { store: new Map(), sessions: new Map() },
      votes: [],
      progress: new Map(),
      noOpIndex: 0,
      reads: [],
      heardAt: 0,
      patience: 0,
      electionAt: 0,
    };
  },
  start(state, ctx) {
    restore(state);
    useLatestMembers(state);
    state.heardAt = ctx.monotonic();
    waitForElection(state, ctx);
    ctx.timer("election", state.patience);
  },
  on: {
    read: onClientRequest,
    write: onClientRequest,
    cas: onClientRequest,
    forward(state, { body: { request, guessed } }, ctx) {
      if (state.role === "leader") serve(state, request, ctx);
      else if (guessed && state.leader !== null) ctx.send(state.leader, { type: "forward", request, guessed: false });
      else refuse(request, ctx);
    },
    request_vote: onRequestVote,
    request_vote_reply: onRequestVoteReply,
    append_entries: onAppendEntries,
    append_entries_reply: onAppendEntriesReply,
    install_snapshot: onInstallSnapshot,
  },
  timers: {
    election(state, _data, ctx) {
      // Aside from what is being said, as servers do it in the background.
      compact(state);
      onElectionTimer(state, ctx);
    },
    heartbeat: onHeartbeatTimer,
  },
  operator: {
    "add-server": (state, server, ctx) => wish(state, [...state.members, String(server)], ctx),
    "remove-server": (state, server, ctx) =>
      wish(
        state,
        state.members.filter((member) => member !== server),
        ctx,
      ),
    "set-members": (state, members, ctx) => wish(state, Array.isArray(members) ? members.map(String) : [], ctx),
  },
  view({ role, ballot, log, commitIndex }) {
    return `${role} in term ${String(ballot.term)}, ${String(commitIndex)} of ${String(lastIndex(log))} committed`;
  },
  describe(body) {
    switch (body.type) {
      case "request_vote":
        return `vote for me in term ${String(body.term)}?`;
      case "request_vote_reply":
        return `${body.granted ? "yes" : "no"}, term ${String(body.term)}`;
      case "append_entries":
        if (body.entries.length === 0) return `heartbeat of term ${String(body.term)}`;
        return `entry ${String(body.previousIndex + 1)} of term ${String(body.entries[0]!.term)}`;
      case "append_entries_reply":
        return body.success ? `has up to ${String(body.matchIndex)}` : `refuses, term ${String(body.term)}`;
      case "install_snapshot":
        return `snapshot up to ${String(body.snapshot.index)}`;
      default:
        return body.type;
    }
  },
});

function onClientRequest(state: RaftState, request: Message<KeyValueRequest>, ctx: Ctx): void {
  if (state.role === "leader") return serve(state, request, ctx);
  // One that is no member hears of no leader, but knows who may know.
  const isMember = state.members.includes(ctx.self);
  const to = state.leader ?? (isMember ? null : ctx.choose(state.members, "member"));
  if (to === null) refuse(request, ctx);
  else ctx.send(to, { type: "forward", request, guessed: state.leader === null });
}

function serve(state: RaftState, request: Message<KeyValueRequest>, ctx: Ctx): void {
  if (request.body.type === "read") read(state, request as ReadRequest, ctx);
  else propose(state, { type: "request", request: request as WriteRequest }, ctx);
}

/** An operator tells the servers; the one that leads, now or later, changes the members. One is left at least. */
function wish(state: RaftState, members: readonly string[], ctx: Ctx): void {
  const known = members.filter((member) => ctx.nodes.includes(member));
  if (known.length > 0) state.wish = known;
  changeMembers(state, ctx);
}
