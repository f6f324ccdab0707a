import { defineSystem } from "@fieldbook/engine";
import type { Body, Property, Workload } from "@fieldbook/engine";
import { milliseconds, seconds } from "@fieldbook/kernel";
import { asynchronous } from "../single-decree-paxos/single-decree-paxos-system.ts";
import { available, balance, inDoubt, twoPhaseCommit } from "./two-phase-commit.ts";
import type { TransferReply, TransferRequest, TwoPhaseCommitConfig, TwoPhaseCommitState } from "./two-phase-commit.ts";

type State = TwoPhaseCommitState;

export const atomic: Property<State> = {
  id: "atomic",
  says: "No participant commits what another aborts or the coordinator has not decided to commit.",
  watch() {
    const outcomes = new Map<string, { readonly outcome: string; readonly node: string }>();
    const counts = new Map<string, number>();
    return ({ name, state }, nodes) => {
      if (counts.get(name) === state.outcomes.size) return undefined;
      counts.set(name, state.outcomes.size);
      for (const [transaction, outcome] of state.outcomes) {
        const first = outcomes.get(transaction) ?? { outcome, node: name };
        outcomes.set(transaction, first);
        if (first.outcome !== outcome) {
          return `Transaction ${transaction}: ${first.outcome} at ${first.node}, ${outcome} at ${name}.`;
        }
        if (outcome === "commit" && !nodes[0]!.state.commits.includes(transaction)) {
          return `${name} committed ${transaction}, and the coordinator has no commit of it in its log.`;
        }
      }
      return undefined;
    };
  },
};

/** What a node's logs have held. */
interface Remembered {
  yes: number;
  commits: number;
  readonly begun: Map<string, number>;
  readonly outcomes: Map<string, string>;
}

const nothingYet = (): Remembered => ({ yes: 0, commits: 0, begun: new Map(), outcomes: new Map() });

export const wordIsKept: Property<State> = {
  id: "word-is-kept",
  says: "A yes vote, an outcome and a decision to commit stay, crashes or not, and an outcome never changes.",
  watch() {
    const logs = new Map<string, Remembered>();
    return ({ name, state }) => {
      const last = logs.get(name) ?? nothingYet();
      logs.set(name, last);
      for (const [client, number] of last.begun) {
        const now = state.begun.get(client) ?? -1;
        if (now < number)
          return `${name} had begun ${client}'s request ${String(number)}, and now counts from ${String(now)}.`;
      }
      for (const [client, number] of state.begun) last.begun.set(client, number);
      if (state.prepared.size < last.yes) {
        return `${name} had voted yes ${String(last.yes)} times and now knows of ${String(state.prepared.size)}.`;
      }
      if (state.commits.length < last.commits) {
        return `${name} had decided ${String(last.commits)} commits and now knows of ${String(state.commits.length)}.`;
      }
      last.yes = state.prepared.size;
      last.commits = state.commits.length;
      for (const [transaction, outcome] of last.outcomes) {
        const now = state.outcomes.get(transaction) ?? "nothing";
        if (now !== outcome) return `${name} knew of ${transaction}: ${outcome}; now it knows: ${now}.`;
      }
      if (last.outcomes.size !== state.outcomes.size) {
        for (const [transaction, outcome] of state.outcomes) last.outcomes.set(transaction, outcome);
      }
      return undefined;
    };
  },
};

export const decidedOnce: Property<State> = {
  id: "decided-once",
  says: "A transaction that is committed is not put to the vote again, and is committed once.",
  watch:
    () =>
    ({ state: { commits, voting } }) => {
      const again = commits.find(
        (transaction, index) => voting.has(transaction) || commits.indexOf(transaction) !== index,
      );
      return again === undefined ? undefined : `Transaction ${again} is committed, and voted on once more.`;
    },
};

export const solvent: Property<State> = {
  id: "solvent",
  says: "No account is ever overdrawn.",
  watch:
    () =>
    ({ name, state }) => {
      const left = balance(state);
      return left < 0 ? `The account of ${name} stands at ${String(left)}.` : undefined;
    },
};

export const votesNoForLack: Property<State> = {
  id: "votes-no-for-lack",
  says: "An account votes no when it does not hold so much, and only then; what it commits it has voted for.",
  watch() {
    const accounts = new Map<string, { readonly left: number; readonly votes: number; readonly outcomes: number }>();
    return ({ name, state }, _nodes, _time, message) => {
      const before = accounts.get(name) ?? { left: state.config.funds, votes: 0, outcomes: 0 };
      accounts.set(name, { left: available(state), votes: state.prepared.size, outcomes: state.outcomes.size });
      const blind = [...state.outcomes].find(([id, outcome]) => outcome === "commit" && !state.prepared.has(id));
      if (blind !== undefined) return `${name} committed ${blind[0]}, for which it has not voted.`;
      if (message?.body.type !== "prepare") return undefined;
      const { transaction, change } = message.body as Body & { readonly transaction: string; readonly change: number };
      // It had heard of the transaction before.
      if (state.prepared.size + state.outcomes.size === before.votes + before.outcomes) return undefined;
      const yes = state.prepared.has(transaction);
      if (yes === before.left + Math.min(0, change) >= 0) return undefined;
      return `${name} had ${String(before.left)} left and voted ${yes ? "yes" : "no"} on ${String(change)}.`;
    };
  },
};

export const toldAsDecided: Property<State> = {
  id: "told-as-decided",
  says: "What a client is told is what all participants do in the end, and no money comes or goes.",
  judge({ history, nodes }) {
    const [coordinator, ...accounts] = nodes;
    const doubts = accounts.flatMap(({ state }) => inDoubt(state));
    for (const [index, { client, outcome, output }] of history.entries()) {
      if (outcome !== "ok") continue;
      const transaction = `c${String(client + 1)}/${String(index)}`;
      const committed = coordinator!.state.commits.includes(transaction);
      const at = accounts.find(({ state }) => state.outcomes.get(transaction) === "commit")?.name;
      if (output === "abort" && (committed || at !== undefined)) {
        const says = `The client of ${transaction} was told abort, and ${at ?? coordinator!.name} has committed it.`;
        return { verdict: "violated", kind: "told abort", says, operations: [index] };
      }
      if (output === "commit" && !committed) {
        const says = `The client of ${transaction} was told commit, and the coordinator has no commit of it in its log.`;
        return { verdict: "violated", kind: "told commit", says, operations: [index] };
      }
    }
    const sum = accounts.reduce((total, { state }) => total + balance(state), 0);
    const expected = accounts.reduce((total, { state }) => total + state.config.funds, 0);
    if (sum === expected || doubts.length > 0) return { verdict: "holds", says: `The accounts hold ${String(sum)}.` };
    const says = `The accounts held ${String(expected)} at first and hold ${String(sum)} now.`;
    return { verdict: "violated", kind: "money", says };
  },
};

function payers(size: {
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
}): Workload<TransferRequest, TransferReply> {
  const accounts = size.nodes - 1;
  return {
    clients: size.clients,
    timeout: milliseconds(250),
    next(_client, k, draws) {
      if (k >= size.operations) return undefined;
      const from = draws.below(accounts, 0);
      const to = (from + 1 + draws.below(accounts - 1, 1)) % accounts;
      const amount = 1 + draws.below(6, 2);
      return {
        f: "transfer",
        input: [from, to, amount],
        body: { type: "transfer", from, to, amount },
        node: 0,
        think: draws.below(milliseconds(180), 3),
      };
    },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.outcome }),
    // Somebody always has money: who asks for transfers long enough, gets one.
    serves: (_invocation, reply) => reply.outcome === "commit",
  };
}

/** The correct configuration. */
export const correct: TwoPhaseCommitConfig = {
  funds: 10,
  votesWithin: milliseconds(60),
  askAfter: milliseconds(50),
  missingVote: "no",
  waitsInDoubt: true,
  presumes: "abort",
  silentWhileVoting: true,
  once: true,
};

/** Two-phase commit, put to the test. */
export const twoPhaseCommitSystem = defineSystem({
  id: "two-phase-commit",
  title: "Two-phase commit",
  says: "A transaction commits on all participants or on none: a coordinator asks for votes, logs the decision and spreads it.",
  leavesOut:
    "It blocks: recovery is asked for only when the coordinator and all participants are back. Locks are left out, and so is cutting the logs.",
  source:
    "Gray and Lamport, Consensus on Transaction Commit, ACM TODS 31(1), 2006; Bernstein, Hadzilacos, Goodman, Concurrency Control and Recovery in Database Systems, 1987, chapter 7",
  node: twoPhaseCommit,
  config: correct,
  nodes: { default: 4, min: 3, max: 7 },
  clients: 3,
  operations: 8,
  workload: payers,
  survives: asynchronous,
  limits: { down: 7 },
  properties: [atomic, wordIsKept, decidedOnce, solvent, votesNoForLack, toldAsDecided],
  recovers: {
    within: seconds(6),
    settled: (core) => core.every(({ state }) => state.voting.size === 0 && inDoubt(state).length === 0),
  },
  sometimes: [
    "a participant came back in doubt",
    "a vote did not come in time",
    "an inquiry was answered by presumption",
    "an abort came before the question",
  ],
  mutants: [
    {
      id: "vote-not-durable",
      says: "A participant forgets in a crash that it has voted yes.",
      seen: "Bernstein et al., section 7.4: the yes record is forced to the log before the vote is sent.",
      node: (node) => ({ ...node, durable: ["commits", "begun", "outcomes"] }),
    },
    {
      id: "commit-not-logged",
      says: "The coordinator tells of a commit that is not in its log.",
      seen: "Bernstein et al., section 7.4: the commit record is forced to the log before the decision is sent.",
      node: (node) => ({ ...node, durable: ["begun", "prepared", "outcomes"] }),
    },
    {
      id: "aborts-in-doubt",
      says: "A participant that has voted yes aborts by itself when it hears no decision.",
      seen: "A common way out of blocking, and the reason why there is none in two phases.",
      config: { waitsInDoubt: false },
    },
    {
      id: "missing-vote-counts-as-yes",
      says: "When one vote is missing after the timeout, the coordinator commits.",
      seen: "A common mistake: silence is taken for consent.",
      config: { missingVote: "yes" },
    },
    {
      id: "presumes-commit",
      says: "Asked about a transaction that is not in its log, the coordinator says commit.",
      seen: "Presumed commit without its record that a transaction has begun (Mohan et al. 1986 force that record for this reason).",
      config: { presumes: "commit" },
    },
    {
      id: "presumes-while-voting",
      says: "Asked about a transaction whose votes are not all there, the coordinator says abort and goes on counting.",
      seen: "A common slip in presumed abort: “not in the log” is taken for “aborted” while the coordinator can still commit.",
      config: { silentWhileVoting: false },
    },
    {
      id: "request-taken-twice",
      says: "A request that the network delivers twice is put to the vote twice.",
      seen: "A common mistake where at-least-once delivery meets an operation that is not idempotent.",
      config: { once: false },
    },
  ],
});
