import { defineSystem } from "@fieldbook/engine";
import type { FaultKind, Observed, Workload } from "@fieldbook/engine";
import { exponential, milliseconds, seconds } from "@fieldbook/kernel";
import type { Belief } from "./membership.ts";
import { swim } from "./swim.ts";
import type { SwimConfig, SwimReply, SwimRequest, SwimState } from "./swim.ts";
import {
  answersClearDoubts,
  answersNameTheAsked,
  beliefsMoveForward,
  crashedAreSuspected,
  doubtsAreRefuted,
  everyMemberIsProbed,
  faultyAfterSuspicion,
  helpIsForSilence,
  incarnationsAnswerDoubts,
  incarnationsAreOnesOwn,
  messagesAreSent,
  newsIsTold,
  othersAreAskedFirst,
  suspicionsEnd,
} from "./swim-properties.ts";

/** Members may be wrong about each other under any of these, and find the truth again; the incarnation must be kept. */
const survives: readonly FaultKind[] = [
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
  "pause",
  "slow-node",
  "torn-write",
  "full-disk",
  "slow-disk",
  "clock-step",
  "clock-drift",
  "sync-failure",
  "leap-second",
];

/** The correct configuration. */
export const correct: SwimConfig = {
  period: milliseconds(80),
  silence: milliseconds(25),
  helpers: 2,
  suspicion: 3,
  piggyback: 3,
  retell: 6,
  refutes: true,
  incarnationDecides: true,
  matchesPeriod: true,
  helpersWait: true,
  rounds: true,
};

/** Whether a member believes what is so of another, which is down when it is not in the core. */
function isTrue(
  { heard, period, beliefs }: Readonly<SwimState>,
  { member, status, incarnation }: Belief,
  core: readonly Observed<SwimState>[],
): boolean {
  const there = core.find(({ name }) => name === member);
  if (there === undefined) return status === "faulty";
  const silent = period - (heard.get(member) ?? -Infinity);
  return status === "alive" && incarnation === there.state.incarnation && silent <= 2 * beliefs.size;
}

function askers(size: { nodes: number; clients: number; operations: number }): Workload<SwimRequest, SwimReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next: (client, k, draws) =>
      k >= size.operations
        ? undefined
        : {
            f: "members",
            key: (client + k) % size.nodes,
            input: null,
            body: { type: "members" },
            // In turn, so that one that is down for good is not asked twice.
            node: (client + k) % size.nodes,
            think: draws.below(milliseconds(300), 0),
          },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.members }),
  };
}

/** SWIM, put to the test. */
export const swimSystem = defineSystem({
  id: "swim",
  title: "SWIM membership",
  says: "Each member probes one other at a time, asks some others before it doubts, and lets a suspect speak before it is declared faulty. Messages carry the news.",
  leavesOut:
    "Joining and leaving, and the random choice of members to tell in large groups: the group is fixed. A faulty member may come back.",
  source:
    "Das, Gupta, Motivala, SWIM: Scalable Weakly-consistent Infection-style Process Group Membership Protocol, DSN 2002",
  node: swim,
  config: correct,
  nodes: { default: 4, min: 2, max: 8 },
  clients: 1,
  operations: 4,
  workload: askers,
  latency: { calm: milliseconds(5), drawn: exponential(milliseconds(5), milliseconds(1)) },
  survives,
  limits: { down: 8 },
  properties: [
    incarnationsAreOnesOwn,
    beliefsMoveForward,
    doubtsAreRefuted,
    suspicionsEnd(correct.suspicion),
    newsIsTold,
    faultyAfterSuspicion(correct.suspicion * correct.period),
    othersAreAskedFirst(correct.helpers),
    crashedAreSuspected,
    everyMemberIsProbed,
    incarnationsAnswerDoubts,
    answersClearDoubts,
    helpIsForSilence,
    messagesAreSent,
    answersNameTheAsked,
  ],
  recovers: {
    within: seconds(3),
    // One member may be down for good: all others come to know it, and have lately heard from each other.
    core: (nodes) => nodes - 1,
    settled: (core) =>
      core.every(({ state }) => [...state.beliefs.values()].every((belief) => isTrue(state, belief, core))),
  },
  sometimes: [
    "a suspicion was refuted",
    "a suspect was declared faulty",
    "a faulty member came back",
    "others reached whom the prober could not",
    "an acknowledgement came too late",
  ],
  mutants: [
    {
      id: "suspects-can-not-refute",
      says: "A member that hears it is suspected does not raise its incarnation number: it is declared faulty while it answers.",
      seen: "A common misreading of section 4.2: an “alive” of the same incarnation does not override a suspicion.",
      config: { refutes: false },
    },
    {
      id: "faulty-overrides-all",
      says: "“Faulty” wins over a later incarnation: a member that was cut off never comes back.",
      seen: "Section 4.2 taken to the letter, without the new name that a returning member needs.",
      config: { incarnationDecides: false },
    },
    {
      id: "no-suspicion",
      says: "A member that was not reached in one period is declared faulty at once.",
      seen: "The protocol of section 3, which section 4.2 mends since lossy networks and slow processes gave too many false positives.",
      config: { suspicion: 0 },
    },
    {
      id: "incarnation-not-on-disk",
      says: "A member that restarts begins with incarnation 0 again, below what the others know of it.",
      seen: "A common mistake where the protocol, which does not speak of restarts, meets them.",
      node: (node) => ({ ...node, durable: [] }),
    },
    {
      id: "late-acknowledgement-counts",
      says: "An acknowledgement from an earlier target counts for the present one: a crashed member seems to answer.",
      seen: "A common mistake where acknowledgements carry no sequence number.",
      config: { matchesPeriod: false },
    },
    {
      id: "helpers-answer-themselves",
      says: "One that is asked to ping acknowledges the request itself: any live helper vouches for a dead member.",
      seen: "A common mistake with ping-req: the helper's own acknowledgement is taken for the target's.",
      config: { helpersWait: false },
    },
    {
      id: "nobody-else-is-asked",
      says: "There is no ping-req: a lost message or one bad link makes a suspect.",
      seen: "A common shortcut: the heartbeat without section 3.1's indirect probe.",
      config: { helpers: 0 },
    },
    {
      id: "targets-at-random",
      says: "Targets are drawn anew in each period: a crashed member may go unprobed for any time.",
      seen: "The basic protocol of section 3.1; section 4.3 gives the rounds that bound the time.",
      config: { rounds: false },
    },
  ],
});
