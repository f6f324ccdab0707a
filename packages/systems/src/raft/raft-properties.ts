/** Figure 3 of the paper, and what figure 2 says of the state that it keeps. */
import type { Body, Observed, Property } from "@fieldbook/engine";
import type { Entry } from "./raft-log.ts";
import { entryAt, lastIndex, lastTerm, latestMembers, termAt } from "./raft-log.ts";
import type { RaftState } from "./raft-state.ts";

type Server = Observed<RaftState>;

/** An entry in a few words, different for different entries. */
function show({ term, command }: Entry): string {
  const of = ` of term ${String(term)}`;
  if (command.type === "no-op") return `the no-op${of}`;
  if (command.type === "members") return `members ${command.members.join(" ")}${of}`;
  const { src, body } = command.request;
  const value = body.type === "write" ? body.value : body.to;
  return `${src}'s ${body.type} ${String(body.key)} ${String(value)} (${String(body.msg_id)})${of}`;
}

const same = (one: Entry, other: Entry): boolean =>
  one.term === other.term && one.command.type === other.command.type && show(one) === show(other);

export const electionSafety: Property<RaftState> = {
  id: "election-safety",
  says: "At most one leader can be elected in a given term.",
  watch() {
    const leaders: string[] = [];
    return ({ name, state }) => {
      if (state.role !== "leader") return undefined;
      const { term } = state.ballot;
      const other = (leaders[term] ??= name);
      return other === name ? undefined : `${other} and ${name} are both leader in term ${String(term)}.`;
    };
  },
};

export const ballotsAreKept: Property<RaftState> = {
  id: "ballots-are-kept",
  says: "A server's term never goes back, and its vote in a term, once given, stays.",
  watch() {
    const ballots = new Map<string, { term: number; vote: string | null }>();
    return ({ name, state: { ballot } }) => {
      const before = ballots.get(name);
      if (before === undefined) {
        ballots.set(name, { ...ballot });
        return undefined;
      }
      const { term, vote } = before;
      if (term === ballot.term && vote === ballot.vote) return undefined;
      before.term = ballot.term;
      before.vote = ballot.vote;
      if (ballot.term < term) return `${name} was in term ${String(term)} and is back in term ${String(ballot.term)}.`;
      if (ballot.term > term || vote === null) return undefined;
      return `${name} voted for ${vote} in term ${String(term)} and now for ${ballot.vote ?? "nobody"}.`;
    };
  },
};

export const leaderAppendOnly: Property<RaftState> = {
  id: "leader-append-only",
  says: "A leader never overwrites or deletes entries in its log; it only appends new entries.",
  watch() {
    const leaders = new Map<string, { term: number; last: number }>();
    return ({ name, state }) => {
      if (state.role !== "leader") return undefined;
      const { term } = state.ballot;
      const last = lastIndex(state.log);
      const before = leaders.get(name);
      if (before?.term !== term) {
        leaders.set(name, { term, last });
        return undefined;
      }
      if (last < before.last) return `${name} leads term ${String(term)} and its log went back to ${String(last)}.`;
      before.last = last;
      return undefined;
    };
  },
};

/** By induction: an entry of one index and term is the same everywhere and follows an entry of the same term. */
export const logMatching: Property<RaftState> = {
  id: "log-matching",
  says: "If two logs have an entry with the same index and term, they agree in all entries up to it.",
  watch() {
    const known = new Map<number, { readonly entry: Entry; readonly before: number; readonly in: string }>();
    const seen = new Map<string, { index: number; term: number }>();
    return ({ name, state: { log } }) => {
      const index = lastIndex(log);
      const term = lastTerm(log);
      const last = seen.get(name);
      if (last?.index === index && last.term === term) return undefined;
      seen.set(name, { index, term });
      for (let at = index; at > log.snapshot.index; at -= 1) {
        const entry = entryAt(log, at)!;
        const before = termAt(log, at - 1);
        const key = at * 100_000 + entry.term;
        const other = known.get(key);
        if (other === undefined) known.set(key, { entry, before, in: name });
        else if (other.before !== before || (other.entry !== entry && !same(other.entry, entry))) {
          const place = `entry ${String(at)} of term ${String(entry.term)}`;
          const follows = `${show(other.entry)} after term ${String(other.before)}`;
          return `${place} is ${follows} in ${other.in}, but ${show(entry)} after term ${String(before)} in ${name}.`;
        }
      }
      return undefined;
    };
  },
};

/** What servers have said to be committed, for the two properties that are about it. */
class Committed {
  readonly entries: (Entry | undefined)[] = [];
  readonly #seen = new Map<string, number>();

  /** Takes in what the server has committed since it was last looked at; returns what contradicts the others. */
  add({ name, state: { log, commitIndex } }: Server): string | undefined {
    const seen = this.#seen.get(name) ?? 0;
    if (commitIndex === seen) return undefined;
    this.#seen.set(name, commitIndex);
    for (let index = Math.max(seen, log.snapshot.index) + 1; index <= commitIndex; index += 1) {
      const entry = entryAt(log, index);
      if (entry === undefined) {
        return `${name} has committed up to ${String(commitIndex)}, its log ends at ${String(lastIndex(log))}.`;
      }
      const other = (this.entries[index] ??= entry);
      if (other !== entry && !same(other, entry)) {
        return `${name} commits ${show(entry)} as entry ${String(index)}, which was ${show(other)}.`;
      }
    }
    return undefined;
  }
}

export const leaderCompleteness: Property<RaftState> = {
  id: "leader-completeness",
  says: "What is committed in a term is in the logs of the leaders of all later terms.",
  watch() {
    const committed = new Committed();
    // The term of the first server that shows an entry as committed, which is the leader that committed it. It may be
    // later than the entry's own: who wins an older election after that need not have the entry.
    const committedIn: number[] = [];
    const led = new Map<string, number>();
    return (server) => {
      const known = committed.entries.length;
      committed.add(server);
      const { name, state } = server;
      for (let index = known; index < committed.entries.length; index += 1) committedIn[index] = state.ballot.term;
      if (state.role !== "leader" || led.get(name) === state.ballot.term) return undefined;
      led.set(name, state.ballot.term);
      for (let index = committed.entries.length - 1; index > state.log.snapshot.index; index -= 1) {
        const entry = committed.entries[index];
        // Entries of this very term are its own, and later ones are for later leaders.
        if (entry === undefined || (committedIn[index] ?? entry.term) >= state.ballot.term) continue;
        const own = entryAt(state.log, index);
        if (own !== undefined && same(own, entry)) continue;
        const instead = own === undefined ? "nothing" : show(own);
        const where = `has ${instead} as entry ${String(index)}`;
        return `${name}, leader of term ${String(state.ballot.term)}, ${where}; ${show(entry)} was committed there.`;
      }
      return undefined;
    };
  },
};

/** Carries out a committed entry as it should be: each request once, and none older than the client's last. */
function carryOut({ command }: Entry, store: Map<number, number>, last: Map<string, number>): void {
  if (command.type !== "request") return;
  const { src, body } = command.request;
  const number = body.msg_id!;
  if (number <= (last.get(src) ?? -1)) return;
  last.set(src, number);
  if (body.type === "write") store.set(body.key, body.value);
  else if ((store.get(body.key) ?? null) === body.from) store.set(body.key, body.to);
}

const showStore = (store: ReadonlyMap<number, number>): string =>
  [...store]
    .toSorted(([one], [other]) => one - other)
    .map(([key, value]) => `${String(key)}: ${String(value)}`)
    .join(", ") || "nothing";

export const stateMachineSafety: Property<RaftState> = {
  id: "state-machine-safety",
  says: "No two servers commit different entries at one index, and each has in its store what the entries so far come to.",
  watch() {
    const committed = new Committed();
    const store = new Map<number, number>();
    const last = new Map<string, number>();
    /** What the entries up to each index come to. */
    const stores = [showStore(store)];
    const seen = new Map<string, number>();
    return (server) => {
      const contradiction = committed.add(server);
      if (contradiction !== undefined) return contradiction;
      for (
        let entry = committed.entries[stores.length];
        entry !== undefined;
        entry = committed.entries[stores.length]
      ) {
        carryOut(entry, store, last);
        stores.push(showStore(store));
      }
      const { name, state } = server;
      if (seen.get(name) === state.lastApplied) return undefined;
      seen.set(name, state.lastApplied);
      const own = showStore(state.machine.store);
      const right = stores[state.lastApplied];
      if (own === right) return undefined;
      return `after entry ${String(state.lastApplied)} ${name} has ${own} in its store instead of ${String(right)}.`;
    };
  },
};

/** Section 5.4.1. */
const wouldVote = (voter: RaftState, candidate: RaftState): boolean => {
  const own = lastTerm(voter.log);
  const other = lastTerm(candidate.log);
  return other > own || (other === own && lastIndex(candidate.log) >= lastIndex(voter.log));
};

/** What figure 8 is about: S5 could be elected with the votes of S2, S3 and S4. */
export const committedForGood: Property<RaftState> = {
  id: "committed-for-good",
  says: "When a leader takes an entry for committed, no server that lacks it could win an election with the logs as they are.",
  watch() {
    const committed = new Map<string, number>();
    return ({ name, state }, servers) => {
      const { commitIndex, log } = state;
      const before = committed.get(name) ?? 0;
      committed.set(name, commitIndex);
      if (state.role !== "leader" || commitIndex <= before || commitIndex <= log.snapshot.index) return undefined;
      const term = termAt(log, commitIndex);
      for (const candidate of servers) {
        const own = candidate.state.log;
        if (own.snapshot.index >= commitIndex || termAt(own, commitIndex) === term) continue;
        // Of one that is down only the log is known.
        const members = latestMembers(own);
        const voters = servers.filter(
          (voter) => members.includes(voter.name) && wouldVote(voter.state, candidate.state),
        );
        if (2 * voters.length <= members.length) continue;
        const entry = `entry ${String(commitIndex)} of term ${String(term)}`;
        const votes = voters.map((voter) => voter.name).join(", ");
        return `${name} has committed ${entry}; ${candidate.name} lacks it and could be elected by ${votes}.`;
      }
      return undefined;
    };
  },
};

export const commitIndexGrows: Property<RaftState> = {
  id: "commit-index-grows",
  says: "A commit index goes back only in a restart, and then to the snapshot, which never goes back.",
  watch() {
    const indexes = new Map<string, number>();
    const snapshots = new Map<string, number>();
    return ({ name, state: { commitIndex, log } }, _nodes, _time, message) => {
      const snapshot = snapshots.get(name) ?? 0;
      if (log.snapshot.index < snapshot) {
        return `${name} had a snapshot up to ${String(snapshot)}, now up to ${String(log.snapshot.index)}.`;
      }
      if (log.snapshot.index > snapshot) snapshots.set(name, log.snapshot.index);
      const before = indexes.get(name) ?? 0;
      if (before === commitIndex) return undefined;
      indexes.set(name, commitIndex);
      if (commitIndex > before || (message === undefined && commitIndex === log.snapshot.index)) return undefined;
      return `${name} had committed up to ${String(before)}, now up to ${String(commitIndex)}.`;
    };
  },
};

/** Dissertation, section 4.1. */
export const latestMembersCount: Property<RaftState> = {
  id: "latest-members-count",
  says: "A server uses the latest members that its log names, committed or not.",
  watch() {
    const seen = new Map<string, readonly unknown[]>();
    return ({ name, state: { log, members } }) => {
      const { entries, snapshot } = log;
      const now = [members, snapshot, entries.length, entries.at(-1)];
      if (seen.get(name)?.every((part, index) => part === now[index]) === true) return undefined;
      seen.set(name, now);
      const command = entries.findLast((entry) => entry.command.type === "members")?.command;
      const due = (command?.type === "members" ? command.members : snapshot.members).join(" ");
      if (members.join(" ") === due) return undefined;
      return `${name} takes ${members.join(" ")} for the members; its log names ${due}.`;
    };
  },
};

export const operatorsAreHeard: Property<RaftState> = {
  id: "operators-are-heard",
  says: "A server that an operator tells of other members wants these, until they are there.",
  watch:
    () =>
    ({ name, state: { members, wish } }, nodes, _time, message) => {
      if (message?.src !== "operator" || message.body.type !== "set-members") return undefined;
      const { data } = message.body as Body & { readonly data: readonly string[] };
      // What is no server is left out; of nobody there is nothing to want.
      const known = data.filter((server) => nodes.some((node) => node.name === server));
      if (known.length === 0) return undefined;
      const wanted = known.toSorted().join(" ");
      if ([wish, members].some((list) => list?.toSorted().join(" ") === wanted)) return undefined;
      return `${name} was told to make ${wanted} the members, and wants ${wish?.join(" ") ?? "no others"}.`;
    },
};

/** All members have carried out all that the latest leader has; servers that were removed may go on asking for votes. */
export function hasConverged(core: readonly Server[]): boolean {
  let leader: Server | undefined;
  for (const server of core) {
    const { role, ballot } = server.state;
    if (role === "leader" && ballot.term > (leader?.state.ballot.term ?? 0)) leader = server;
  }
  if (leader === undefined) return false;
  const { members, log } = leader.state;
  // A leader that was removed goes when that is committed.
  if (!members.includes(leader.name)) return false;
  return core.every(({ name, state }) => !members.includes(name) || state.lastApplied === lastIndex(log));
}
