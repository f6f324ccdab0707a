import { defineSystem } from "@fieldbook/engine";
import type { FaultKind, Property, Workload } from "@fieldbook/engine";
import { exponential, milliseconds, seconds } from "@fieldbook/kernel";
import { areQuiet } from "../lamport-mutual-exclusion/reliable-links.ts";
import { chandyLamportSnapshot } from "./chandy-lamport-snapshot.ts";
import type { BankReply, BankRequest, Process, SnapshotConfig, SnapshotState } from "./chandy-lamport-snapshot.ts";

/** All that reliable links and a process that forgets nothing survive: everything but a disk that lies. */
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
export const correct: SnapshotConfig = {
  opening: 100,
  resend: milliseconds(40),
  markerDelay: 0,
  recordsChannels: true,
  closesChannels: true,
  recordsOnce: true,
  inOrder: true,
  once: true,
};

export const snapshotsTotal: Property<SnapshotState> = {
  id: "snapshots-show-the-total",
  says: "In every snapshot, balances and money under way add up to what there is.",
  judge({ history, nodes }) {
    const total = nodes.length * correct.opening;
    let snapshots = 0;
    for (const [index, { f, outcome, output }] of history.entries()) {
      if (f !== "snapshot" || outcome !== "ok" || !Array.isArray(output)) continue;
      const [balances, inTransit] = output as readonly number[];
      const sum = balances! + inTransit!;
      snapshots += 1;
      if (sum === total) continue;
      const says = `A snapshot shows ${String(balances)} in accounts and ${String(inTransit)} under way, ${String(sum)} together; there is ${String(total)}.`;
      const kind = sum < total ? "money missing" : "money twice";
      return { verdict: "violated", kind, says, operations: [index] };
    }
    return { verdict: "holds", says: `${String(snapshots)} snapshots show ${String(total)}.` };
  },
};

export const recordsAreFinal: Property<SnapshotState> = {
  id: "records-are-final",
  says: "A process records its own state once in a snapshot, as it is at that moment.",
  watch() {
    const recorded = new Map<string, number>();
    const balances = new Map<string, number>();
    return ({ name, state: { process } }) => {
      // One event may bring money before the marker and after it: the record lies in between.
      const least = balances.get(name) ?? process.balance;
      balances.set(name, process.balance);
      for (const [snapshot, { balance }] of process.recordings) {
        const key = `${name} in ${snapshot}`;
        const before = recorded.get(key);
        recorded.set(key, balance);
        if (before !== undefined && before !== balance) {
          return `${key} recorded ${String(before)} and then ${String(balance)}.`;
        }
        if (before === undefined && (balance < least || balance > process.balance)) {
          return `${key} recorded ${String(balance)} and held ${String(process.balance)}.`;
        }
      }
      return undefined;
    };
  },
};

export const moneyIsConserved: Property<SnapshotState> = {
  id: "money-is-conserved",
  says: "When nothing is under way the accounts hold what they held together at first.",
  judge({ nodes }) {
    if (!nodes.every(({ state }) => areQuiet(state.process.links))) {
      return { verdict: "holds", says: "Money is under way at the end." };
    }
    const total = nodes.length * correct.opening;
    const held = nodes.reduce((sum, { state }) => sum + state.process.balance, 0);
    const says = `The accounts hold ${String(held)} of ${String(total)}.`;
    return { verdict: held === total ? "holds" : "violated", says };
  },
};

export const transfersOnce: Property<SnapshotState> = {
  id: "transfers-once",
  says: "A transfer is carried out once if it was confirmed, at most once if it was not answered, never if it was refused.",
  judge({ history, nodes }) {
    const transfers = history.filter(({ f }) => f === "transfer");
    const confirmed = transfers.filter(({ outcome }) => outcome === "ok").length;
    const open = transfers.filter(({ outcome }) => outcome === "open").length;
    const done = nodes.reduce((sum, { state }) => sum + state.process.transfers, 0);
    const says = `${String(done)} transfers were carried out, ${String(confirmed)} confirmed, ${String(open)} not answered.`;
    return { verdict: done >= confirmed && done <= confirmed + open ? "holds" : "violated", says };
  },
};

export const transfersAsAsked: Property<SnapshotState> = {
  id: "transfers-as-asked",
  says: "A new request to transfer is carried out when the account holds so much, and only then.",
  watch() {
    const accounts = new Map<string, Pick<Process, "balance" | "transfers" | "lastRequests">>();
    return ({ name, state: { process } }, _nodes, _time, message) => {
      const before = accounts.get(name) ?? { balance: correct.opening, transfers: 0, lastRequests: new Map() };
      const { balance, transfers, lastRequests } = process;
      accounts.set(name, { balance, transfers, lastRequests: new Map(lastRequests) });
      if (message?.body.type !== "transfer") return undefined;
      const { amount, msg_id = 0 } = message.body as Extract<BankRequest, { type: "transfer" }>;
      // One that is on disk already came just before a crash.
      const due = msg_id > (before.lastRequests.get(message.src) ?? -1) && amount <= before.balance;
      if (transfers === before.transfers + (due ? 1 : 0)) return undefined;
      const times = transfers - before.transfers;
      return `${name} held ${String(before.balance)}; a transfer of ${String(amount)} was carried out ${String(times)} times.`;
    };
  },
};

function customers(size: { nodes: number; clients: number; operations: number }): Workload<BankRequest, BankReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(_client, k, draws) {
      if (k >= size.operations) return undefined;
      const node = draws.below(size.nodes, 0);
      const think = draws.below(milliseconds(140), 1);
      if (draws.below(100, 2) < 30) return { f: "snapshot", input: null, body: { type: "snapshot" }, node, think };
      const to = `n${String(1 + ((node + 1 + draws.below(size.nodes - 1, 3)) % size.nodes))}`;
      const amount = 1 + draws.below(40, 4);
      return { f: "transfer", input: [to, amount], body: { type: "transfer", to, amount }, node, think };
    },
    complete: (_invocation, reply) => ({
      outcome: "ok",
      output: reply.type === "snapshot_ok" ? [reply.balances, reply.inTransit] : null,
    }),
  };
}

/** The snapshots of Chandy and Lamport over a bank, put to the test. */
export const chandyLamportSnapshotSystem = defineSystem({
  id: "chandy-lamport-snapshot",
  title: "Distributed snapshot by markers",
  says: "Accounts send each other money while snapshots of them all are taken. Markers on the channels divide what was sent before the picture from what was sent after.",
  leavesOut:
    "A process that fails for good stops every snapshot; the paper assumes that none fails. A crash here keeps what is on disk.",
  source:
    "Chandy and Lamport, Distributed Snapshots: Determining Global States of Distributed Systems, ACM TOCS 3(1), 1985",
  node: chandyLamportSnapshot,
  config: correct,
  nodes: { default: 3, min: 2, max: 7 },
  clients: 3,
  operations: 8,
  workload: customers,
  latency: { calm: milliseconds(5), drawn: exponential(milliseconds(5), milliseconds(1)) },
  survives,
  limits: { down: 7 },
  properties: [snapshotsTotal, recordsAreFinal, moneyIsConserved, transfersOnce, transfersAsAsked],
  recovers: {
    within: seconds(3),
    settled: (core) =>
      core.every(
        ({ state: { process } }) =>
          process.recordings.size === 0 && process.gatherings.size === 0 && areQuiet(process.links),
      ),
  },
  sometimes: ["a snapshot caught money under way", "two snapshots were under way at once"],
  mutants: [
    {
      id: "marker-after-later-messages",
      says: "A process records its state and sends its markers a little later: money may go out in between.",
      seen: "A common misreading of the marker-sending rule, which asks for the marker before any further message.",
      config: { markerDelay: milliseconds(30) },
    },
    {
      id: "channels-not-recorded",
      says: "What arrives between the record and a channel's marker is not counted as under way.",
      seen: "A common misreading of the marker-receiving rule: the states of the processes alone are not a global state.",
      config: { recordsChannels: false },
    },
    {
      id: "record-after-the-marker",
      says: "A channel is recorded until the last marker of all has come, not until its own.",
      seen: "A common misreading of the marker-receiving rule; aligned checkpoints in stream processors must stop each input at its own barrier.",
      config: { closesChannels: false },
    },
    {
      id: "state-recorded-again",
      says: "A process records its own state anew at each further marker.",
      seen: "A common misreading of the marker-receiving rule, whose first case is for a process that has not recorded.",
      config: { recordsOnce: false },
    },
    {
      id: "channels-without-order",
      says: "Messages are taken as they come: money overtakes the marker that was sent before it.",
      seen: "The paper's own assumption: messages along a channel are received in the order sent.",
      config: { inOrder: false },
    },
    {
      id: "process-forgets-in-a-crash",
      says: "Nothing is on disk: after a crash an account holds what it held at first.",
      seen: "The paper assumes that processes do not fail.",
      node: (node) => ({ ...node, durable: [] }),
    },
    {
      id: "transfer-carried-out-twice",
      says: "A transfer that the network delivers twice is carried out twice.",
      seen: "A common mistake where at-least-once delivery meets an operation that is not idempotent.",
      config: { once: false },
    },
  ],
});
