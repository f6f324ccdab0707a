import { checkLinearizable, illegal } from "@fieldbook/check";
import type { SequentialModel } from "@fieldbook/check";
import { defineSystem } from "@fieldbook/engine";
import type { Workload } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import type { LeaseConfig, LeaseReply, LeaseRequest, LeaseState } from "./lease-with-fencing.ts";
import { holdersStopInTime, oneHolder, releasedIsFree, tokensRise } from "./lease-properties.ts";
import { leaseWithFencing } from "./lease-with-fencing.ts";

/** A number that is counted up: each increment returns what it became. */
const counter: SequentialModel<number> = {
  initial: 0,
  step: (value, { output }) => (output === undefined || output === value + 1 ? value + 1 : illegal),
  stateKey: (value) => value,
};

/** Clients that ask the workers, from n3 on, to count up. */
function workload(size: { nodes: number; clients: number; operations: number }): Workload<LeaseRequest, LeaseReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(400),
    next(_client, k, draws) {
      if (k >= size.operations) return undefined;
      const node = 2 + draws.below(size.nodes - 2, 0);
      return { f: "increment", input: null, body: { type: "increment" }, node, think: draws.below(120_000, 1) };
    },
    complete: (_invocation, reply) => ({
      outcome: "ok",
      output: reply.type === "increment_ok" ? reply.value : null,
    }),
  };
}

export const correctConfig: LeaseConfig = {
  term: milliseconds(60),
  margin: milliseconds(2),
  retry: milliseconds(25),
  fencing: true,
  fencedReads: true,
  readsAgain: true,
  waitsForWrite: true,
};

export const leaseWithFencingSystem = defineSystem<LeaseState, LeaseRequest, LeaseReply, LeaseConfig>({
  id: "lease-with-fencing",
  title: "A lease with fencing tokens",
  says: "Workers count up a number in a storage, each under a lock that is lent for a time and numbered.",
  leavesOut: "Lock service and storage are one node each: while one of them is down nothing is counted.",
  source: "Gray and Cheriton (SOSP 1989); Kleppmann, How to do distributed locking (2016)",
  node: leaseWithFencing,
  config: correctConfig,
  nodes: { default: 5, min: 3, max: 7 },
  clients: 3,
  operations: 8,
  workload,
  survives: [
    "partition",
    "one-way-partition",
    "bridge",
    "isolation",
    "flapping",
    "loss",
    "duplication",
    "delay",
    "reordering",
    "clogging",
    "bandwidth",
    "crash",
    "torn-write",
    "pause",
    "slow-node",
    "full-disk",
    "slow-disk",
    "clock-step",
    "clock-drift",
    "sync-failure",
    "leap-second",
  ],
  limits: { down: 5 },
  properties: [
    oneHolder,
    releasedIsFree,
    holdersStopInTime,
    tokensRise,
    {
      id: "linearizable",
      says: "No increment is lost: all fit one order in which each returns one more than the last.",
      judge({ history }, explain) {
        const found = checkLinearizable(history, counter, { reduce: explain });
        if (found.verdict === "holds") return { verdict: "holds", says: "Every increment counted once." };
        if (found.verdict === "unknown") return { verdict: "unknown", says: found.says };
        const { says, operations } = found.contradiction;
        return { verdict: "violated", says, operations };
      },
    },
  ],
  // A worker that stays away must not keep the lock; its clients ask another.
  recovers: { within: milliseconds(10_000), core: (nodes) => Math.max(3, nodes - 1), always: 2 },
  sometimes: [
    "a write was sent twice",
    "a write with an older token was refused",
    "a lease was over before the work was done",
  ],
  mutants: [
    {
      id: "no-fencing",
      says: "The storage takes a write from whoever brings one: a holder that is late overwrites the next one's work.",
      seen: "Kleppmann (2016) tells it of HBase, whose region servers wrote on after their lease was over",
      config: { fencing: false, fencedReads: false },
    },
    {
      id: "reads-bring-no-token",
      says: "The storage learns of a newer token from writes alone, and takes an older holder's write before that.",
      seen: "a common misreading of Kleppmann (2016), whose figure shows writes only",
      config: { fencedReads: false },
    },
    {
      id: "writes-again-without-reading",
      says: "A worker whose lease ran out asks for another, and writes under it what it had worked out before.",
      seen: "a common way to retry a write after a lease has expired",
      config: { readsAgain: false },
    },
    {
      id: "answers-before-the-write",
      says: "A worker tells the client before the storage has the write.",
      seen: "a common shortcut: the lock is held, so the write is taken for granted",
      config: { waitsForWrite: false },
    },
    {
      id: "one-token-for-two-tasks",
      says: "A holder that asks for its next task is given the token of its last, and the storage takes its write for a copy.",
      seen: "the first version of this very system: the campaign found it in seed 30",
      node: (correct) => ({
        ...correct,
        on: {
          ...correct.on,
          acquire(state, message, ctx) {
            const { loan } = state;
            if (loan.holder === message.src && ctx.monotonic() < loan.until) {
              ctx.reply(message, { type: "acquire_ok", token: loan.token });
            } else {
              correct.on.acquire(state, message, ctx);
            }
          },
        },
      }),
    },
    {
      id: "takes-a-copy-of-what-it-refused",
      says: "A worker that is busy refuses a request and forgets it; a copy that comes later is carried out all the same.",
      seen: "an earlier version of this very system: the campaign found it in seed 53",
      node: (correct) => ({
        ...correct,
        on: {
          ...correct.on,
          increment(state, message, ctx) {
            if (state.task === null) correct.on.increment(state, message, ctx);
            else ctx.reply(message, { type: "error", code: 11, text: "busy with another" });
          },
        },
      }),
    },
    {
      id: "token-not-durable",
      says: "The service forgets its last token in a crash and lends it again.",
      seen: "a common mistake: a counter kept in memory; Kleppmann (2016) asks for one that only grows",
      node: (correct) => ({ ...correct, durable: ["stored", "tasks", "taken"] }),
    },
    {
      id: "largest-token-not-durable",
      says: "The storage keeps its value in a crash and forgets the largest token it has seen.",
      seen: "a common mistake: the fence is kept in memory beside data that is on disk",
      node: (correct) => ({
        ...correct,
        start(state) {
          state.stored = { ...state.stored, highest: 0 };
        },
      }),
    },
  ],
});
