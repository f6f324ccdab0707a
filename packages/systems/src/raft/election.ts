import type { Message } from "@fieldbook/engine";
import { lastIndex, lastTerm } from "./raft-log.ts";
import type { Ctx, RaftRequest, RaftState } from "./raft-state.ts";
import { isMajority, seeTerm, waitForElection } from "./raft-state.ts";
import { lead } from "./replication.ts";

type RequestVote = Message<Extract<RaftRequest, { type: "request_vote" }>>;
type RequestVoteReply = Message<Extract<RaftRequest, { type: "request_vote_reply" }>>;

/** Section 5.2: who has heard of no leader for the time of an election timeout asks for votes. */
export function onElectionTimer(state: RaftState, ctx: Ctx): void {
  if (state.role !== "leader" && ctx.monotonic() >= state.electionAt) {
    if (mayCampaign(state, ctx)) campaign(state, ctx);
    waitForElection(state, ctx);
  }
  const wait = state.electionAt - ctx.monotonic();
  ctx.timer("election", wait > 0 ? wait : state.patience);
}

/** Dissertation, section 4.2.2: one that is to be removed may still be needed until the change is committed. */
function mayCampaign(state: RaftState, ctx: Ctx): boolean {
  return state.members.includes(ctx.self) || state.membersIndex > state.commitIndex;
}

function campaign(state: RaftState, ctx: Ctx): void {
  const { ballot, log } = state;
  ballot.term += 1;
  ballot.vote = ctx.self;
  state.role = "candidate";
  state.leader = null;
  state.votes = [ctx.self];
  if (hasWon(state)) return lead(state, ctx);
  for (const member of state.members) {
    if (member === ctx.self) continue;
    ctx.send(member, { type: "request_vote", term: ballot.term, lastIndex: lastIndex(log), lastTerm: lastTerm(log) });
  }
}

/** A vote counts only from a member of the candidate's latest configuration, its own included. */
function hasWon({ votes, members }: RaftState): boolean {
  return isMajority(members.filter((member) => votes.includes(member)).length, members);
}

/** Figure 2, RequestVote. */
export function onRequestVote(state: RaftState, { src, body }: RequestVote, ctx: Ctx): void {
  if (hearsLeader(state, ctx)) return;
  seeTerm(state, body.term, ctx);
  const { ballot, log } = state;
  const free = ballot.vote === null || ballot.vote === src;
  const granted = body.term === ballot.term && free && isUpToDate(body, log);
  if (granted) {
    ballot.vote = src;
    waitForElection(state, ctx);
  }
  // A refusal matters only to a candidate that is behind.
  if (granted || body.term < ballot.term) ctx.send(src, { type: "request_vote_reply", term: ballot.term, granted });
}

/**
 * Dissertation, section 4.2.3: who has heard of a leader within the shortest election timeout takes no part, lest removed
 * servers disturb; leases count on it too, so one that has just restarted waits as well.
 */
function hearsLeader(state: RaftState, ctx: Ctx): boolean {
  return state.role === "leader" || ctx.monotonic() < state.heardAt + state.config.electionTimeout;
}

/** Section 5.4.1: the later term of the last entry wins, and within one term the longer log. */
function isUpToDate(candidate: RequestVote["body"], log: RaftState["log"]): boolean {
  const own = lastTerm(log);
  return candidate.lastTerm > own || (candidate.lastTerm === own && candidate.lastIndex >= lastIndex(log));
}

export function onRequestVoteReply(state: RaftState, { src, body }: RequestVoteReply, ctx: Ctx): void {
  seeTerm(state, body.term, ctx);
  if (state.role !== "candidate" || body.term !== state.ballot.term || !body.granted) return;
  if (!state.votes.includes(src)) state.votes.push(src);
  if (hasWon(state)) lead(state, ctx);
}
