/** Mistakes that people make with Raft. Each takes the correct node and wraps it, so the node itself has no switches. */
import type { Mutant, NodeDefinition } from "@fieldbook/engine";
import { seconds } from "@fieldbook/kernel";
import { entryAt, lastIndex, membersAt, membersIndex, termAt } from "./raft-log.ts";
import type { Ctx, RaftConfig, RaftReply, RaftRequest, RaftState } from "./raft-state.ts";
import { changeMembers, commit, isStored, lead, propose } from "./replication.ts";
import { carryOut } from "./state-machine.ts";

type RaftNode = NodeDefinition<RaftState, RaftRequest, RaftReply, RaftConfig>;
type RaftMutant = Mutant<RaftState, RaftRequest, RaftReply, RaftConfig>;
type Handlers = RaftNode["on"];

const withHandlers = (node: RaftNode, handlers: Partial<Handlers>): RaftNode => ({
  ...node,
  on: { ...node.on, ...handlers },
});

/** Something that is done to the state before the node starts. */
const atStart = (node: RaftNode, spoil: (state: RaftState) => void): RaftNode => ({
  ...node,
  start(state, ctx) {
    spoil(state);
    node.start?.(state, ctx);
  },
});

/** The commit rule of figure 2 without its last condition. */
function commitByCounting(state: RaftState, ctx: Ctx): void {
  if (state.role !== "leader") return;
  for (let index = lastIndex(state.log); index > state.commitIndex; index -= 1) {
    if (isStored(state, index, ctx)) return commit(state, index, ctx);
  }
}

/** What the entries before the last one that was carried out come to. */
function storeBeforeLast({ log, lastApplied }: RaftState, ctx: Ctx): Map<number, number> {
  const machine = { store: new Map(log.snapshot.store), sessions: new Map(log.snapshot.sessions) };
  for (let index = log.snapshot.index + 1; index < lastApplied; index += 1) {
    const command = entryAt(log, index)?.command;
    if (command?.type === "request") carryOut(machine, command.request, ctx);
  }
  return machine.store;
}

/** Lets nothing out. */
const silent = (ctx: Ctx): Ctx => ({
  self: ctx.self,
  nodes: ctx.nodes,
  peers: ctx.peers,
  disk: ctx.disk,
  lost: ctx.lost,
  send: () => {},
  broadcast: () => {},
  reply: () => {},
  call: () => {},
  timer: (name, delay, data) => ctx.timer(name, delay, data),
  cancel: (timer) => ctx.cancel(timer),
  now: () => ctx.now(),
  monotonic: () => ctx.monotonic(),
  random: (bound, label) => ctx.random(bound, label),
  choose: (options, label) => ctx.choose(options, label),
  checksum: (data) => ctx.checksum(data),
  log: () => {},
  assert: (condition, text) => ctx.assert(condition, text),
  mark: () => {},
});

export const raftMutants: readonly RaftMutant[] = [
  {
    id: "commits-earlier-terms-by-counting",
    says: "A leader takes an entry of an earlier term for committed as soon as a majority has it: a later leader may overwrite it.",
    seen: "Section 5.4.2 and figure 8 of the paper, which show why not.",
    node: (node) =>
      withHandlers(node, {
        append_entries_reply(state, message, ctx) {
          node.on.append_entries_reply(state, message, ctx);
          commitByCounting(state, ctx);
        },
      }),
  },
  {
    id: "vote-not-durable",
    says: "A server that restarts has forgotten for whom it voted, and votes again in the same term.",
    seen: "Figure 2 asks for votedFor on stable storage; a common shortcut.",
    node: (node) =>
      atStart(node, (state) => {
        state.ballot.vote = null;
      }),
  },
  {
    id: "term-not-durable",
    says: "A server that restarts begins with term 0 again: it votes and leads in terms that are over.",
    seen: "Figure 2 asks for currentTerm on stable storage; a common shortcut.",
    node: (node) => ({ ...node, durable: ["log"] }),
  },
  {
    id: "reads-without-asking",
    says: "A leader answers reads from its own state without asking a majority whether it still leads.",
    seen: "Section 8 of the paper warns of it.",
    config: { lease: seconds(1_000) },
  },
  {
    id: "reads-before-own-commit",
    says: "A new leader answers reads before an entry of its term is committed: it may not know of the latest writes.",
    seen: "Section 8 of the paper, the first of two precautions; a common omission.",
    node: (node) =>
      withHandlers(node, {
        request_vote_reply(state, message, ctx) {
          node.on.request_vote_reply(state, message, ctx);
          if (state.role === "leader") state.noOpIndex = 0;
        },
      }),
  },
  {
    id: "changes-members-before-own-commit",
    says: "A new leader changes the members without an entry of its own term before: two changes of one configuration may have majorities that do not meet.",
    seen: "The algorithm as chapter 4 of the dissertation first had it; Ongaro's correction on raft-dev, 2015.",
    node: (node) =>
      withHandlers(node, {
        request_vote_reply(state, message, ctx) {
          const before = state.role;
          node.on.request_vote_reply(state, message, silent(ctx));
          if (before === "leader" || state.role !== "leader") return;
          // Elected: the change takes the place of the no-op.
          const { noOpIndex } = state;
          state.log.entries.pop();
          state.noOpIndex = 0;
          changeMembers(state, ctx);
          state.noOpIndex = noOpIndex;
          if (lastIndex(state.log) < noOpIndex) propose(state, { type: "no-op" }, ctx);
        },
      }),
  },
  {
    id: "snapshot-without-last-entry",
    says: "A snapshot does not have the last of the entries that it stands for: who restores it lacks that write.",
    seen: "A common off-by-one with section 7: the index is raised before the entry is carried out.",
    node: (node) => ({
      ...node,
      timers: {
        ...node.timers,
        election(state, data, ctx) {
          const { index } = state.log.snapshot;
          const store = storeBeforeLast(state, ctx);
          node.timers!["election"]!(state, data, ctx);
          if (state.log.snapshot.index > index) state.log.snapshot = { ...state.log.snapshot, store };
        },
      },
    }),
  },
  {
    id: "votes-for-any-log",
    says: "Votes go to candidates whose logs are behind: the new leader lacks what was committed.",
    seen: "Elections without the restriction of section 5.4.1.",
    node: (node) =>
      withHandlers(node, {
        request_vote(state, message, ctx) {
          const body = { ...message.body, lastTerm: Infinity };
          node.on.request_vote(state, { ...message, body }, ctx);
        },
      }),
  },
  {
    id: "truncates-without-conflict",
    says: "Each AppendEntries cuts the follower's log where its entries begin, though they agree: a late one takes away what was acknowledged.",
    seen: "A common misreading of step 3 of AppendEntries in figure 2, “if an existing entry conflicts”.",
    node: (node) =>
      withHandlers(node, {
        append_entries(state, message, ctx) {
          const { term, previousIndex, previousTerm } = message.body;
          const { snapshot, entries } = state.log;
          const fits = term >= state.ballot.term && termAt(state.log, previousIndex) === previousTerm;
          if (fits && state.role !== "leader") entries.length = previousIndex - snapshot.index;
          node.on.append_entries(state, message, ctx);
        },
      }),
  },
  {
    id: "half-elects",
    says: "Half of the members suffice to elect a leader: two may lead one term.",
    seen: "An off-by-one with even numbers of members, n / 2 in place of n / 2 + 1.",
    node: (node) =>
      withHandlers(node, {
        request_vote_reply(state, message, ctx) {
          node.on.request_vote_reply(state, message, ctx);
          const { role, votes, members } = state;
          if (role === "candidate" && 2 * votes.length >= members.length) lead(state, ctx);
        },
      }),
  },
  {
    id: "requests-carried-out-twice",
    says: "A request that the network delivers twice is carried out twice: an old value comes back.",
    seen: "Section 8 of the paper: without serial numbers Raft executes a command multiple times.",
    config: { sessions: false },
  },
  {
    id: "removed-servers-count",
    says: "A leader counts the logs of servers that it has removed: an entry is taken for committed that no majority of the members has.",
    seen: "A common mistake with chapter 4 of the dissertation: the bookkeeping of followers outlives their membership.",
    node: (node) =>
      withHandlers(node, {
        append_entries_reply(state, message, ctx) {
          node.on.append_entries_reply(state, message, ctx);
          const have = [...state.progress.values()].filter(({ matchIndex }) => matchIndex > state.commitIndex);
          const index = Math.min(...have.map(({ matchIndex }) => matchIndex));
          if (state.role !== "leader" || termAt(state.log, index) !== state.ballot.term) return;
          if (2 * (have.length + 1) > state.members.length) commit(state, index, ctx);
        },
      }),
  },
  {
    id: "members-wait-for-commit",
    says: "Servers use a new configuration only once they know that it is committed: two leaders may count by different ones.",
    seen: "A common misreading of section 4.1 of the dissertation, where a configuration counts from the moment it is in the log.",
    node(node) {
      const late = (state: RaftState): void => {
        state.membersIndex = membersIndex(state.log, state.commitIndex);
        state.members = membersAt(state.log, state.membersIndex);
        for (const member of state.members) {
          if (state.progress.has(member)) continue;
          state.progress.set(member, { nextIndex: lastIndex(state.log) + 1, matchIndex: 0, answered: -1 });
        }
      };
      return {
        ...withHandlers(node, {
          append_entries(state, message, ctx) {
            node.on.append_entries(state, message, ctx);
            late(state);
          },
          append_entries_reply(state, message, ctx) {
            node.on.append_entries_reply(state, message, ctx);
            late(state);
          },
        }),
      };
    },
  },
];
