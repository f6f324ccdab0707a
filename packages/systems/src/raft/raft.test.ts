import { describe, expect, it } from "vitest";
import { termAt } from "./raft-log.ts";
import { correctRaft } from "./raft-system.ts";
import { appended, appendEntries, elect, noOp, startServer, write } from "./server.fixture.ts";

const terms = (entries: readonly { readonly term: number }[]): number[] => entries.map(({ term }) => term);
const { electionTimeout, heartbeat, snapshotEvery } = correctRaft;

/** A follower with these entries in its log, that has heard of no leader for long. */
function follower(...entries: ReturnType<typeof noOp>[]): ReturnType<typeof startServer> {
  const server = startServer();
  server.state.log.entries.push(...entries);
  server.state.ballot.term = entries.at(-1)?.term ?? 0;
  server.state.heardAt = -electionTimeout;
  return server;
}

const askVote = (term: number, lastTerm: number, lastIndex: number) =>
  ({ type: "request_vote", term, lastTerm, lastIndex }) as const;

describe("leader election (section 5.2)", () => {
  it("begins when a follower hears nothing for the election timeout: it votes for itself and asks all others", () => {
    const server = startServer();
    server.wait(electionTimeout);
    expect(server.state).toMatchObject({ role: "candidate", ballot: { term: 1, vote: "n1" } });
    expect(server.sent.map(({ to }) => to)).toEqual(["n2", "n3", "n4", "n5"]);
  });

  it("is put off by every word of a leader", () => {
    const server = startServer();
    server.wait(electionTimeout - 1);
    server.hear("n2", appendEntries(1, [0, 0], []));
    server.wait(electionTimeout - 1);
    expect(server.state.role).toBe("follower");
    server.wait(1);
    expect(server.state.role).toBe("candidate");
  });

  it("is won with the votes of a majority, each counted once", () => {
    const server = startServer();
    server.wait(electionTimeout);
    server.hear("n2", { type: "request_vote_reply", term: 1, granted: true });
    server.hear("n2", { type: "request_vote_reply", term: 1, granted: true });
    expect(server.state.role).toBe("candidate");
    server.hear("n3", { type: "request_vote_reply", term: 1, granted: true });
    expect(server.state.role).toBe("leader");
    expect(server.state.log.entries).toEqual([noOp(1)]);
  });

  it("gives each server one vote a term, first come first served", () => {
    const server = follower();
    server.hear("n2", askVote(1, 0, 0));
    expect(server.sent).toEqual([{ to: "n2", body: { type: "request_vote_reply", term: 1, granted: true } }]);
    server.hear("n3", askVote(1, 0, 0));
    expect(server.sent).toEqual([]);
    expect(server.state.ballot).toEqual({ term: 1, vote: "n2" });
  });

  it("ends for a candidate that hears from the term's leader", () => {
    const server = startServer();
    server.wait(electionTimeout);
    server.hear("n2", appendEntries(1, [0, 0], []));
    expect(server.state).toMatchObject({ role: "follower", leader: "n2" });
  });

  it("does not disturb those who hear a leader (dissertation, section 4.2.3)", () => {
    const server = follower();
    server.hear("n2", appendEntries(1, [0, 0], []));
    server.hear("n3", askVote(9, 9, 9));
    expect(server.sent).toEqual([]);
    expect(server.state.ballot.term).toBe(1);
  });
});

describe("the restriction on who may be elected (section 5.4.1)", () => {
  it.each([
    ["an earlier last term, though the log is longer", 1, 9, false],
    ["the same last term and a shorter log", 2, 1, false],
    ["the same last term and index", 2, 2, true],
    ["a later last term, though the log is shorter", 3, 1, true],
  ])("a candidate with %s", (_, lastTerm, lastIndex, granted) => {
    const server = follower(noOp(1), noOp(2));
    server.hear("n2", askVote(4, lastTerm, lastIndex));
    expect(server.state.ballot).toEqual({ term: 4, vote: granted ? "n2" : null });
  });
});

describe("log replication (section 5.3)", () => {
  it("takes entries that follow what the log has", () => {
    const server = startServer();
    server.hear("n2", appendEntries(1, [0, 0], [noOp(1), write(1, 7)], 2));
    expect(server.state.machine.store).toEqual(new Map([[0, 7]]));
    expect(server.sent).toEqual([{ to: "n2", body: appended(1, 2) }]);
  });

  it("refuses entries after one that it lacks, and says what is committed", () => {
    const server = startServer();
    server.hear("n2", appendEntries(1, [3, 1], [noOp(1)]));
    expect(server.sent).toMatchObject([{ body: { success: false, matchIndex: 0 } }]);
    expect(server.state.log.entries).toEqual([]);
  });

  it("deletes an entry that conflicts and all that follow it", () => {
    const server = follower(noOp(1), write(1, 7), write(1, 8));
    server.hear("n2", appendEntries(2, [1, 1], [noOp(2)]));
    expect(terms(server.state.log.entries)).toEqual([1, 2]);
  });

  it("keeps what follows entries that agree: a message may be late", () => {
    const server = follower(noOp(1), write(1, 7), write(1, 8));
    server.hear("n2", appendEntries(1, [0, 0], [noOp(1)]));
    expect(server.state.log.entries).toHaveLength(3);
  });

  it("commits no further than the message has shown that the logs agree", () => {
    const server = follower(noOp(1), write(1, 7), write(1, 8));
    server.hear("n2", appendEntries(2, [1, 1], [], 3));
    expect(server.state.commitIndex).toBe(1);
  });

  it("turns a leader of an earlier term away", () => {
    const server = follower(noOp(3));
    server.hear("n2", appendEntries(2, [0, 0], [noOp(2)]));
    expect(server.sent).toMatchObject([{ to: "n2", body: { success: false, term: 3 } }]);
    expect(terms(server.state.log.entries)).toEqual([3]);
  });

  it("sends a follower back to where the logs agree, and from there on", () => {
    const server = follower(noOp(1), write(1, 7));
    elect(server);
    const { term } = server.state.ballot;
    server.hear("n4", { ...appended(term, 1), success: false });
    expect(server.sent).toMatchObject([{ to: "n4", body: { previousIndex: 1, entries: [{ term: 1 }] } }]);
    server.hear("n4", appended(term, 2));
    expect(server.sent).toMatchObject([{ to: "n4", body: { previousIndex: 2, entries: [{ term }] } }]);
  });
});

describe("committing entries of earlier terms (section 5.4.2, figure 8)", () => {
  it("does not happen by counting: an entry of the leader's own term takes them along", () => {
    const server = follower(noOp(1), write(2, 7));
    elect(server);
    const { term } = server.state.ballot;
    server.hear("n2", appended(term, 2));
    server.hear("n3", appended(term, 2));
    expect(server.state.commitIndex).toBe(0);
    server.hear("n2", appended(term, 3));
    server.hear("n3", appended(term, 3));
    expect(server.state.commitIndex).toBe(3);
  });
});

describe("log compaction (section 7)", () => {
  const entries = [noOp(1), write(1, 5), write(1, 6), write(1, 7), write(1, 8)];

  it("keeps the last index and term, and what the entries came to", () => {
    const server = startServer();
    server.hear("n2", appendEntries(1, [0, 0], entries, snapshotEvery));
    server.wait(electionTimeout);
    expect(server.state.log.snapshot).toMatchObject({ index: 4, term: 1, store: new Map([[0, 7]]) });
    expect(server.state.log.entries).toEqual(entries.slice(4));
    expect(termAt(server.state.log, 4)).toBe(1);
    expect(termAt(server.state.log, 3)).toBe(-1);
  });

  const snapshot = {
    index: 4,
    term: 1,
    members: ["n1", "n2"],
    store: new Map([[0, 7]]),
    sessions: new Map([["c1", { request: 7, done: true }]]),
  };

  it("sends a snapshot to who needs entries that are gone", () => {
    const server = follower();
    Object.assign(server.state.log, { snapshot });
    Object.assign(server.state, { members: ["n1", "n2", "n3"] });
    elect(server);
    const { term } = server.state.ballot;
    server.hear("n3", { ...appended(term, 0), success: false });
    expect(server.sent).toMatchObject([{ to: "n3", body: { type: "install_snapshot", snapshot: { index: 4 } } }]);
  });

  it("replaces a log that conflicts, and keeps what follows one that agrees", () => {
    for (const [term, left] of [
      [1, 1],
      [2, 0],
    ] as const) {
      const server = follower(...Array.from({ length: 5 }, () => noOp(term)));
      server.hear("n2", { type: "install_snapshot", term: 3, snapshot, sentAt: 1 });
      expect(server.state.log.entries).toHaveLength(left);
      expect(server.state).toMatchObject({ commitIndex: 4, members: ["n1", "n2"] });
      expect(server.state.machine.store.get(0)).toBe(7);
    }
  });
});

describe("clients (section 8; dissertation, chapter 6)", () => {
  it("are answered once their request is committed, and the same when it comes again", () => {
    const server = startServer();
    elect(server);
    const body = { type: "cas", key: 0, from: null, to: 4, msg_id: 9 } as const;
    server.hear("c1", body);
    server.hear("c1", body);
    expect(server.sent.filter(({ to }) => to === "c1")).toEqual([]);
    server.hear("n2", appended(1, 3));
    server.hear("n3", appended(1, 3));
    expect(server.sent.filter(({ to }) => to === "c1").map((sent) => sent.body.type)).toEqual(["cas_ok", "cas_ok"]);
  });

  it("read after the leader has committed an entry of its term and a majority has answered since", () => {
    const server = startServer();
    elect(server);
    server.wait(1);
    const before = electionTimeout;
    server.hear("n2", appended(1, 0, before));
    server.hear("c1", { type: "read", key: 0, msg_id: 1 });
    server.hear("n2", appended(1, 1, before));
    server.hear("n3", appended(1, 1, before));
    expect(server.sent).toEqual([]);
    server.hear("n2", appended(1, 1, before + 1));
    expect(server.sent).toEqual([]);
    server.hear("n3", appended(1, 1, before + 1));
    expect(server.sent).toEqual([{ to: "c1", body: { type: "read_ok", value: null } }]);
  });

  it("read at once while a lease lasts, and not after it", () => {
    const server = startServer({ lease: heartbeat });
    elect(server);
    for (const peer of ["n2", "n3"]) server.hear(peer, appended(1, 1, electionTimeout));
    server.hear("c1", { type: "read", key: 0, msg_id: 1 });
    expect(server.sent).toMatchObject([{ to: "c1" }]);
    server.wait(heartbeat + 1);
    server.hear("c1", { type: "read", key: 0, msg_id: 2 });
    expect(server.sent.some(({ to }) => to === "c1")).toBe(false);
  });
});

describe("membership changes (dissertation, chapter 4)", () => {
  it("wait for an entry of the leader's own term, and for the change before", () => {
    const server = startServer({ spares: 1 });
    elect(server);
    server.operator("remove-server", "n4");
    expect(server.state.members).toEqual(["n1", "n2", "n3", "n4"]);
    for (const peer of ["n2", "n3"]) server.hear(peer, appended(1, 1));
    // In force from the moment it is in the log.
    expect(server.state.members).toEqual(["n1", "n2", "n3"]);
    server.operator("add-server", "n5");
    expect(server.state.members).toEqual(["n1", "n2", "n3"]);
    server.hear("n2", appended(1, 2));
    expect(server.state.members).toEqual(["n1", "n2", "n3", "n5"]);
  });

  it("let a leader that removes itself go when that is committed, not counting itself", () => {
    const server = startServer({ spares: 1 });
    elect(server);
    for (const peer of ["n2", "n3"]) server.hear(peer, appended(1, 1));
    server.operator("remove-server", "n1");
    server.hear("n2", appended(1, 2));
    expect(server.state.role).toBe("leader");
    server.hear("n3", appended(1, 2));
    expect(server.state.role).toBe("follower");
  });

  it("fall back to the configuration before when their entry is overwritten", () => {
    const server = follower(noOp(1), { term: 1, command: { type: "members", members: ["n1", "n2"] } });
    server.hear("n3", appendEntries(2, [1, 1], [noOp(2)]));
    expect(server.state.members).toHaveLength(5);
  });

  it("leave spares in peace: they do not campaign", () => {
    const server = startServer({ spares: 5 });
    server.wait(10 * electionTimeout);
    expect(server.state.ballot.term).toBe(0);
  });
});
