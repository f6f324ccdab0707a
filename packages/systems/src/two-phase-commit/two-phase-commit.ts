/**
 * Transactions over several nodes that all commit or all abort.
 *
 * Two-phase commit as in Bernstein, Hadzilacos, Goodman, "Concurrency Control and Recovery in Database Systems" (1987),
 * chapter 7, and Gray and Lamport, "Consensus on Transaction Commit" (ACM TODS 31(1), 2006), section 3. The coordinator
 * logs commits alone: of what is not in its log it says "abort" (presumed abort: Mohan, Lindsay, Obermarck, "Transaction
 * Management in the R* Distributed Database Management System", ACM TODS 11(4), 1986).
 *
 * n1 coordinates; each other node keeps an account, and a transaction moves money between two of them. A participant that
 * has voted yes is in doubt until it hears the decision. If the coordinator is away then, it must wait: the protocol
 * blocks.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";

export interface TwoPhaseCommitConfig {
  /** What every account holds at first. */
  readonly funds: number;
  /** The coordinator aborts when votes are missing after this long, µs. */
  readonly votesWithin: Microseconds;
  /** A participant in doubt asks the coordinator after this long, and again, µs. */
  readonly askAfter: Microseconds;
  /** What a last vote that is missing when time is up is taken for. */
  readonly missingVote: "no" | "yes";
  /** Whether a participant waits as long as it is in doubt. Otherwise it aborts when it would ask. */
  readonly waitsInDoubt: boolean;
  /** What the coordinator says of a transaction that is not in its log. */
  readonly presumes: "abort" | "commit";
  /** Whether the coordinator keeps silent about a transaction whose votes are not all there. */
  readonly silentWhileVoting: boolean;
  /** Whether a client's request that the network delivers twice is one transaction. */
  readonly once: boolean;
}

export type Outcome = "commit" | "abort";

export type TransferRequest = Body & {
  readonly type: "transfer";
  /** Indexes among the accounts. */
  readonly from: number;
  readonly to: number;
  readonly amount: number;
};
export type TransferReply = Body & { readonly type: "done"; readonly outcome: Outcome };

type Requests =
  | TransferRequest
  | (Body & { readonly type: "prepare"; readonly transaction: string; readonly change: number })
  | (Body & { readonly type: "vote"; readonly transaction: string; readonly vote: "yes" | "no" })
  | (Body & { readonly type: "decision"; readonly transaction: string; readonly outcome: Outcome })
  | (Body & { readonly type: "inquire"; readonly transaction: string });

/** A transaction whose votes are not all there. */
interface Voting {
  readonly request: Message<TransferRequest>;
  readonly participants: readonly string[];
  readonly yes: Set<string>;
}

export interface TwoPhaseCommitState {
  readonly config: TwoPhaseCommitConfig;
  /** The coordinator's log: the transactions that it has decided to commit … */
  readonly commits: string[];
  /** … and per client the number of its last transaction that was begun. */
  readonly begun: Map<string, number>;
  readonly voting: Map<string, Voting>;
  /** A participant's log: the changes for which it has voted yes … */
  readonly prepared: Map<string, number>;
  /** … and the outcomes that it knows. A "no" is an abort. */
  readonly outcomes: Map<string, Outcome>;
}

type State = TwoPhaseCommitState;
type Ctx = Context<Requests, TransferReply>;

export const twoPhaseCommit = defineNode<State, Requests, TransferReply, TwoPhaseCommitConfig>({
  name: "two-phase-commit",
  durable: ["commits", "begun", "prepared", "outcomes"],
  init: (config) => ({
    config,
    commits: [],
    begun: new Map(),
    voting: new Map(),
    prepared: new Map(),
    outcomes: new Map(),
  }),
  start(state, ctx) {
    // After a crash a participant is in doubt about what it had prepared.
    if (inDoubt(state).length === 0) return;
    ctx.mark("a participant came back in doubt");
    ctx.timer("ask", state.config.askAfter);
  },
  on: {
    transfer: begin,
    prepare(state, { src, body: { transaction, change } }, ctx) {
      // Phase 1: a participant that can commit, whatever happens, says so and keeps its word.
      if (state.prepared.has(transaction) || state.outcomes.has(transaction)) return;
      if (available(state) + Math.min(0, change) < 0) {
        state.outcomes.set(transaction, "abort");
        return ctx.send(src, { type: "vote", transaction, vote: "no" });
      }
      if (inDoubt(state).length === 0) ctx.timer("ask", state.config.askAfter);
      state.prepared.set(transaction, change);
      ctx.send(src, { type: "vote", transaction, vote: "yes" });
    },
    vote(state, { src, body: { transaction, vote } }, ctx) {
      const voting = state.voting.get(transaction);
      if (voting === undefined) return;
      if (vote === "no") return decide(state, transaction, voting, "abort", ctx);
      voting.yes.add(src);
      if (voting.yes.size === voting.participants.length) decide(state, transaction, voting, "commit", ctx);
    },
    decision(state, { body: { transaction, outcome } }, ctx) {
      if (state.outcomes.has(transaction)) return;
      if (!state.prepared.has(transaction)) ctx.mark("an abort came before the question");
      state.outcomes.set(transaction, outcome);
    },
    inquire(state, { src, body: { transaction } }, ctx) {
      if (state.voting.has(transaction) && state.config.silentWhileVoting) return;
      const known = state.commits.includes(transaction);
      if (!known) ctx.mark("an inquiry was answered by presumption");
      const outcome = known ? "commit" : state.config.presumes;
      ctx.send(src, { type: "decision", transaction, outcome });
    },
  },
  timers: {
    votes(state, number, ctx) {
      for (const [transaction, voting] of state.voting) {
        if (voting.request.body.msg_id !== number) continue;
        ctx.mark("a vote did not come in time");
        const missing = voting.participants.length - voting.yes.size;
        const enough = state.config.missingVote === "yes" && missing === 1;
        decide(state, transaction, voting, enough ? "commit" : "abort", ctx);
      }
    },
    ask(state, _data, ctx) {
      const { waitsInDoubt, askAfter } = state.config;
      for (const transaction of inDoubt(state)) {
        if (waitsInDoubt) ctx.send(ctx.nodes[0]!, { type: "inquire", transaction });
        else state.outcomes.set(transaction, "abort");
      }
      if (inDoubt(state).length > 0) ctx.timer("ask", askAfter);
    },
  },
  view(state) {
    const doubts = inDoubt(state);
    if (state.begun.size > 0) return `${String(state.voting.size)} voting, ${String(state.commits.length)} committed`;
    return `${String(balance(state))}${doubts.length === 0 ? "" : `, in doubt about ${doubts.join(", ")}`}`;
  },
  describe(body) {
    switch (body.type) {
      case "transfer":
        return `move ${String(body.amount)}`;
      case "vote":
        return body.vote;
      case "decision":
      case "done":
        return body.outcome;
      default:
        return body.type;
    }
  },
});

/** What a participant has voted yes for and knows no outcome of. */
export function inDoubt({ prepared, outcomes }: Pick<State, "prepared" | "outcomes">): string[] {
  return [...prepared.keys()].filter((transaction) => !outcomes.has(transaction)).toSorted();
}

/** An account holds what it held at first and what committed transactions have changed. */
export function balance({ config, prepared, outcomes }: Readonly<State>): number {
  let sum = config.funds;
  for (const [transaction, change] of prepared) if (outcomes.get(transaction) === "commit") sum += change;
  return sum;
}

/** What is left if all that is in doubt and takes money commits. */
export function available(state: Readonly<State>): number {
  return inDoubt(state).reduce(
    (sum, transaction) => sum + Math.min(0, state.prepared.get(transaction)!),
    balance(state),
  );
}

/** The coordinator asks the participants for their votes. A transaction is named after its client's request. */
function begin(state: State, message: Message<TransferRequest>, ctx: Ctx): void {
  const { from, to, amount, msg_id: number = 0 } = message.body;
  if (state.config.once && number <= (state.begun.get(message.src) ?? -1)) return;
  state.begun.set(message.src, number);
  const transaction = `${message.src}/${String(number)}`;
  const payer = ctx.peers[from]!;
  const payee = ctx.peers[to]!;
  state.voting.set(transaction, { request: message, participants: [payer, payee], yes: new Set() });
  ctx.send(payer, { type: "prepare", transaction, change: -amount });
  ctx.send(payee, { type: "prepare", transaction, change: amount });
  ctx.timer("votes", state.config.votesWithin, number);
}

/** Phase 2: a commit is in the log before anybody hears of it. Who does not hear asks. */
function decide(state: State, transaction: string, voting: Voting, outcome: Outcome, ctx: Ctx): void {
  state.voting.delete(transaction);
  if (outcome === "commit") state.commits.push(transaction);
  for (const participant of voting.participants) ctx.send(participant, { type: "decision", transaction, outcome });
  ctx.reply(voting.request, { type: "done", outcome });
}
