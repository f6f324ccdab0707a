import { defineSystem } from "@fieldbook/engine";
import type { FaultKind, Observed } from "@fieldbook/engine";
import { milliseconds, seconds } from "@fieldbook/kernel";
import { keyValueClients } from "../shared/key-value-clients.ts";
import { linearizable } from "../shared/linearizable.ts";
import { asynchronous } from "../single-decree-paxos/single-decree-paxos-system.ts";
import { committedStays, onceInTheLog, oneLogAView, recoversAll } from "./viewstamped-replication-properties.ts";
import { viewstampedReplication } from "./viewstamped-replication.ts";
import type { State, ViewstampedConfig } from "./viewstamped-replication-state.ts";

/** There is no disk that could lie, and to lose one is no more than to crash. */
const survives: readonly FaultKind[] = [
  ...asynchronous.filter((kind) => kind !== "torn-write" && kind !== "full-disk"),
  "wipe",
];

/** The correct configuration. */
export const correct: ViewstampedConfig = {
  heartbeat: milliseconds(40),
  viewTimeout: milliseconds(100),
  acknowledgements: "f",
  viewChangeQuorum: "f+1",
  selects: "latest-view",
  inOrder: true,
  recovers: true,
  silentInRecovery: true,
  recoversFrom: "primary",
  once: true,
};

/** All replicas are of one mind, or more than f have forgotten all and nothing can be asked of the group. */
function settled(core: readonly Observed<State>[]): boolean {
  const recovering = core.filter(({ state }) => state.status === "recovering").length;
  if (recovering > (core.length - 1) / 2) return true;
  const minds = core.map(({ state: { status, view, log, commit } }) => [status, view, log.length, commit].join());
  return new Set(minds).size === 1 && core[0]!.state.status === "normal";
}

/** Viewstamped Replication, put to the test. */
export const viewstampedReplicationSystem = defineSystem({
  id: "viewstamped-replication",
  title: "Viewstamped Replication",
  says: "A replicated key-value store without a disk: a primary orders operations, views replace a primary that fails, and who has forgotten everything recovers from the others.",
  leavesOut:
    "Cutting the log, checkpoints and reconfiguration. When more than f replicas forget at once, the group tells its clients that it is lost.",
  source: "Liskov and Cowling, Viewstamped Replication Revisited, MIT-CSAIL-TR-2012-021, 2012",
  node: viewstampedReplication,
  config: correct,
  nodes: { default: 3, min: 3, max: 7 },
  clients: 3,
  operations: 6,
  workload: ({ nodes, clients, operations }) =>
    keyValueClients({
      clients,
      nodes,
      operations,
      keys: 2,
      writes: 50,
      cas: 10,
      maxThink: milliseconds(150),
      timeout: milliseconds(200),
      // Round the nodes, so that whoever asks a dead node asks another one next.
      nodeOf: (client, k) => (client + k) % nodes,
    }),
  survives,
  properties: [committedStays, recoversAll, oneLogAView, onceInTheLog, linearizable("kv")],
  recovers: { within: seconds(3), settled },
  sometimes: [
    "a replica recovered without a disk",
    "a message from before a crash was void",
    "a shorter log of a later view was selected",
    "a new view began with operations not known to be committed",
    "a replica learned of a view that had begun without it",
    "a backup had missed an operation and fetched it",
    "more replicas had forgotten than the group can bear",
  ],
  mutants: [
    {
      id: "no-recovery",
      says: "A replica that has forgotten everything takes part at once, in view 0 with an empty log.",
      seen: "What section 4.3 is there to prevent: a replica that takes part before it knows what it knew can lose what it had acknowledged.",
      config: { recovers: false },
    },
    {
      id: "recovering-replica-votes",
      says: "A recovering replica takes part in view changes, and brings its empty log.",
      seen: "A common misreading of section 4.3: until it has recovered, a replica takes no part in processing requests or in view changes.",
      config: { silentInRecovery: false },
    },
    {
      id: "recovers-from-anybody",
      says: "A recovering replica takes the log of any that answers, not of the latest view's primary.",
      seen: "A common misreading of section 4.3, step 3.",
      config: { recoversFrom: "any" },
    },
    {
      id: "selects-longest-log",
      says: "A new view begins with the longest log, not with that of the latest normal view.",
      seen: "A common misreading of section 4.2, step 3, where length only decides between logs of the same view.",
      config: { selects: "longest" },
    },
    {
      id: "view-change-of-f",
      says: "A new view begins with the logs of f replicas instead of f + 1.",
      seen: "A common off-by-one: f replicas need have no one in common with the f + 1 that committed.",
      config: { viewChangeQuorum: "f" },
    },
    {
      id: "commits-one-too-early",
      says: "The primary commits with f − 1 acknowledgements.",
      seen: "A common off-by-one: f + 1 replicas hold a committed operation, and the primary is already one of them.",
      config: { acknowledgements: "f-1" },
    },
    {
      id: "gaps-in-the-log",
      says: "A backup takes an operation though it has missed the one before.",
      seen: "A common misreading of section 4.1, step 4: backups process PREPARE messages in order.",
      config: { inOrder: false },
    },
    {
      id: "request-taken-twice",
      says: "The primary takes a request again that is already in its log.",
      seen: "The client table of section 4.1, step 2, is there for it.",
      config: { once: false },
    },
  ],
});
