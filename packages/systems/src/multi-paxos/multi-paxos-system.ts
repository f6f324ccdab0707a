import { defineSystem } from "@fieldbook/engine";
import { milliseconds, seconds } from "@fieldbook/kernel";
import { keyValueClients } from "../shared/key-value-clients.ts";
import { linearizable } from "../shared/linearizable.ts";
import { asynchronous } from "../single-decree-paxos/single-decree-paxos-system.ts";
import { multiPaxos } from "./multi-paxos.ts";
import {
  chosenStays,
  decidedIsChosen,
  oneDecisionASlot,
  promisesKept,
  sameState,
  writtenOnce,
} from "./multi-paxos-properties.ts";
import type { MultiPaxosConfig } from "./multi-paxos-state.ts";

/** The correct configuration. */
export const correct: MultiPaxosConfig = {
  heartbeat: milliseconds(50),
  election: milliseconds(100),
  quorum: "majority",
  adopts: "highest",
  fillsGaps: true,
  keepsPromise: true,
  inOrder: true,
  once: true,
  readsThroughLog: true,
};

/** Multi-Paxos, put to the test. */
export const multiPaxosSystem = defineSystem({
  id: "multi-paxos",
  title: "Multi-Paxos",
  says: "A replicated key-value store: a leader proposes commands for the slots of a log, and every replica performs them in order.",
  leavesOut:
    "Cutting the log, leases for reads, and changes of membership. Decisions are not on disk: a replica that restarts is told again.",
  source:
    "Lamport, Paxos Made Simple, 2001, section 3; Van Renesse and Altinbuken, Paxos Made Moderately Complex, ACM Computing Surveys 47(3), 2015",
  node: multiPaxos,
  config: correct,
  nodes: { default: 5, min: 3, max: 7 },
  clients: 4,
  operations: 5,
  workload: ({ nodes, clients, operations }) =>
    keyValueClients({
      clients,
      nodes,
      operations,
      keys: 2,
      writes: 45,
      cas: 15,
      maxThink: milliseconds(120),
      timeout: milliseconds(200),
      // Round the nodes, so that whoever asks a dead node asks another one next.
      nodeOf: (client, k) => (client + k) % nodes,
    }),
  survives: asynchronous,
  limits: { down: 7 },
  properties: [
    chosenStays,
    promisesKept,
    decidedIsChosen,
    oneDecisionASlot,
    sameState,
    writtenOnce,
    linearizable("kv"),
  ],
  recovers: {
    within: seconds(6),
    core: (nodes) => Math.floor(nodes / 2) + 1,
    settled: (core) => new Set(core.map(({ state }) => state.performed)).size === 1,
  },
  sometimes: [
    "a new leader finished what another had proposed",
    "a new leader filled a gap with a no-op",
    "a leader was preempted with proposals under way",
    "a decision waited for those before it",
    "a replica that had missed decisions asked for them",
  ],
  mutants: [
    {
      id: "promise-not-durable",
      says: "An acceptor forgets in a crash which ballot it has promised.",
      seen: "Paxos Made Simple, section 2.5, asks for stable storage before the answer is sent.",
      node: (node) => ({ ...node, durable: ["accepted"] }),
    },
    {
      id: "acceptances-not-durable",
      says: "An acceptor forgets in a crash what it has accepted.",
      seen: "Paxos Made Simple, section 2.5, asks for stable storage before the answer is sent.",
      node: (node) => ({ ...node, durable: ["promised"] }),
    },
    {
      id: "new-leader-adopts-nothing",
      says: "A new leader goes on after what it has performed itself, whatever the promises tell of.",
      seen: "A common misreading of section 3: phase 1 for all slots is run for its ballot alone, and its answers are not read.",
      config: { adopts: "none" },
    },
    {
      id: "new-leader-adopts-first",
      says: "A new leader takes for each slot the first proposal it hears of, not that of the highest ballot.",
      seen: "A common misreading of phase 2 (a) of Paxos; the function pmax of Paxos Made Moderately Complex takes the maximum.",
      config: { adopts: "first" },
    },
    {
      id: "gaps-are-left",
      says: "A new leader leaves slots empty of which no promise tells: what comes after them is never performed.",
      seen: "Paxos Made Simple, section 3, lets the leader fill such gaps with no-ops for this reason.",
      config: { fillsGaps: false },
    },
    {
      id: "accepts-below-promise",
      says: "An acceptor accepts from a leader although it has promised a higher ballot.",
      seen: "A common misreading of phase 2 (b).",
      config: { keepsPromise: false },
    },
    {
      id: "performs-as-decided",
      says: "A replica performs decisions as they come, not slot by slot.",
      seen: "A common mistake: instances are independent in Paxos, and the state machine is not.",
      config: { inOrder: false },
    },
    {
      id: "performs-twice",
      says: "A command that was decided for two slots is performed twice.",
      seen: "Paxos Made Moderately Complex, section 2: a command may be decided in several slots, and `perform` skips the later ones.",
      config: { once: false },
    },
    {
      id: "leader-reads-alone",
      says: "The leader answers reads from its own store, though another may lead by now.",
      seen: "etcd and Consul did so by default in 2014 (Kingsbury, “Jepsen: etcd and Consul”): stale reads.",
      config: { readsThroughLog: false },
    },
    {
      id: "half-is-a-quorum",
      says: "Half of the acceptors, rounded down, count as a majority.",
      seen: "A common off-by-one: two halves need not have an acceptor in common.",
      config: { quorum: "half" },
    },
  ],
});
