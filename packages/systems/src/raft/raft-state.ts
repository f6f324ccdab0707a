import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import type { KeyValueReply, KeyValueRequest } from "../shared/key-value-clients.ts";
import type { Entry, Log, ReadRequest, Snapshot, StateMachine } from "./raft-log.ts";
import { lastIndex, membersAt, membersIndex } from "./raft-log.ts";

export interface RaftConfig {
  /** How often a leader speaks to each follower, µs. */
  readonly heartbeat: Microseconds;
  /** The shortest election timeout, µs; each is drawn between it and twice it (section 5.2: "randomized"). */
  readonly electionTimeout: Microseconds;
  /** Nodes, the last ones, that are no members at first. */
  readonly spares: number;
  /** Most entries in one message. */
  readonly batch: number;
  /** Entries carried out after which they become a snapshot. */
  readonly snapshotEvery: number;
  /** Whether requests that were carried out are remembered, so that none is carried out twice. */
  readonly sessions: boolean;
  /**
   * How long after a majority was asked the leader may read without asking again, µs on its own clock; 0 asks each time.
   * It must be below `electionTimeout` by as much as clocks may drift apart (dissertation, section 6.4.1).
   */
  readonly lease: Microseconds;
}

/** The messages of figures 2 and 13. Replies are messages of their own: a late or doubled one must do no harm. */
export type RaftRequest =
  | KeyValueRequest
  /** A client's request, from a node that does not lead to the one that does (dissertation, section 6.2). */
  | (Body & { readonly type: "forward"; readonly request: Message<KeyValueRequest>; readonly guessed: boolean })
  | (Body & {
      readonly type: "request_vote";
      readonly term: number;
      readonly lastIndex: number;
      readonly lastTerm: number;
    })
  | (Body & { readonly type: "request_vote_reply"; readonly term: number; readonly granted: boolean })
  | (Body & {
      readonly type: "append_entries";
      readonly term: number;
      readonly previousIndex: number;
      readonly previousTerm: number;
      readonly entries: readonly Entry[];
      readonly commitIndex: number;
      /** When the leader sent it, on its own clock; the answer returns it. */
      readonly sentAt: Microseconds;
    })
  | (Body & {
      readonly type: "install_snapshot";
      readonly term: number;
      readonly snapshot: Snapshot;
      readonly sentAt: Microseconds;
    })
  /** The answer to both. */
  | (Body & {
      readonly type: "append_entries_reply";
      readonly term: number;
      readonly success: boolean;
      /** Up to here the logs agree: as far as the message went, or else what the follower knows to be committed. */
      readonly matchIndex: number;
      readonly sentAt: Microseconds;
    });
export type RaftReply = KeyValueReply;

/** What a leader knows of a follower. */
export interface Progress {
  nextIndex: number;
  matchIndex: number;
  /**
   * When the latest of the messages that it has answered was sent, on the leader's clock; −1 for none. Kept up only while
   * reads wait or leases are in use.
   */
  answered: Microseconds;
}

/** The state of figure 2, and what the dissertation adds. */
export interface RaftState {
  readonly config: RaftConfig;
  /** The latest term seen and the vote in it. On disk as one record: a vote must not outlive its term. */
  readonly ballot: { term: number; vote: string | null };
  /** On disk. */
  readonly log: Log;
  role: "follower" | "candidate" | "leader";
  /** Who leads the term, as far as known. */
  leader: string | null;
  /** The latest configuration in the log, committed or not (dissertation, section 4.1), and where it stands. */
  members: readonly string[];
  membersIndex: number;
  /** The members that an operator asked for: once it leads, the server goes there one by one, and then forgets it. */
  wish: readonly string[] | null;
  commitIndex: number;
  lastApplied: number;
  readonly machine: StateMachine;
  /** Of a candidate: who has voted for it. */
  votes: string[];
  /** Of a leader. */
  readonly progress: Map<string, Progress>;
  /** Of a leader: the index of the entry it began its term with (section 8). */
  noOpIndex: number;
  /** Of a leader: reads that wait until it is sure to lead still, and since when. */
  reads: { readonly request: ReadRequest; readonly at: Microseconds }[];
  /** When it last heard from a leader or started. */
  heardAt: Microseconds;
  /** The election timeout of the moment, and when it will be over. */
  patience: Microseconds;
  electionAt: Microseconds;
}

export type Ctx = Context<RaftRequest, RaftReply>;

/** Figure 2, rules for all servers: one that sees a later term becomes a follower in it. */
export function seeTerm(state: RaftState, term: number, ctx: Ctx): void {
  const { ballot } = state;
  if (term <= ballot.term) return;
  if (state.role === "leader" && lastIndex(state.log) > state.commitIndex) {
    ctx.mark("a leader was deposed with entries that were not committed");
  }
  ballot.term = term;
  ballot.vote = null;
  state.leader = null;
  becomeFollower(state, ctx);
}

export function becomeFollower(state: RaftState, ctx: Ctx): void {
  if (state.role === "leader") waitForElection(state, ctx);
  state.role = "follower";
  state.reads = [];
}

/** Starts the wait for an election anew. */
export function waitForElection(state: RaftState, ctx: Ctx): void {
  const { electionTimeout } = state.config;
  state.patience = electionTimeout + ctx.random(electionTimeout, "election timeout");
  state.electionAt = ctx.monotonic() + state.patience;
}

export const isMajority = (count: number, members: readonly string[]): boolean => 2 * count > members.length;

/** Dissertation, section 4.1: "a server always uses the latest configuration in its log". */
export function useLatestMembers(state: RaftState): void {
  state.membersIndex = membersIndex(state.log, lastIndex(state.log));
  state.members = membersAt(state.log, state.membersIndex);
}

/**
 * Whether a majority, the leader itself included while it is a member, has answered a message that the leader sent at
 * `since` or later on its own clock: then no other had been elected at `since`.
 */
export function majorityAnswered(state: RaftState, since: Microseconds, ctx: Ctx): boolean {
  let count = 0;
  for (const member of state.members) {
    if (member === ctx.self || state.progress.get(member)!.answered >= since) count += 1;
  }
  return isMajority(count, state.members);
}
