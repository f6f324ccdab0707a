import { defineSystem } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { keyValueClients } from "../shared/key-value-clients.ts";
import { linearizable } from "../shared/linearizable.ts";
import type {
  PrimaryBackupConfig,
  PrimaryBackupReply,
  PrimaryBackupRequest,
  PrimaryBackupState,
  View,
} from "./primary-backup.ts";
import { primaryBackup } from "./primary-backup.ts";

const show = ({ number, primary, backup }: View): string =>
  `view ${String(number)} (${primary ?? "nobody"}, ${backup ?? "nobody"})`;

export const correctConfig: PrimaryBackupConfig = {
  ping: milliseconds(30),
  deadAfter: milliseconds(100),
  waitsForBackup: true,
  confirmsReads: true,
  checksView: true,
  waitsForTransfer: true,
  waitsForPrimary: true,
};

export const primaryBackupSystem = defineSystem<
  PrimaryBackupState,
  PrimaryBackupRequest,
  PrimaryBackupReply,
  PrimaryBackupConfig
>({
  id: "primary-backup",
  title: "Primary and backup with a view service",
  says: "One server answers when a second has the update; a view service replaces the one that does not call.",
  leavesOut: "The view service is one node: while it is down nobody is replaced. One register is kept.",
  source: "Budhiraja, Marzullo, Schneider, Toueg, The Primary-Backup Approach (1993)",
  node: primaryBackup,
  config: correctConfig,
  nodes: { default: 4, min: 3, max: 6 },
  clients: 3,
  operations: 10,
  workload: ({ nodes, clients, operations }) =>
    keyValueClients({
      clients,
      nodes,
      operations,
      keys: 1,
      writes: 30,
      cas: 20,
      maxThink: milliseconds(100),
      timeout: milliseconds(300),
      nodeOf: (_client, _k, draws) => 1 + draws.below(nodes - 1, 1),
    }),
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
  limits: { down: 4 },
  properties: [
    {
      id: "views-follow-each-other",
      says: "Views are numbered one after the other, each number stands for one pair, and a new primary was in the view before.",
      watch() {
        const views = new Map<number, View>();
        const known = new Map<string, number>();
        return ({ name, state }) => {
          const view = name === "n1" ? state.service.view : state.view;
          if (view.number < (known.get(name) ?? 0)) return `${name} went back to ${show(view)}.`;
          known.set(name, view.number);
          const other = views.get(view.number);
          if (other === undefined) {
            const before = views.get(view.number - 1);
            const inherits = view.primary === before?.primary || view.primary === before?.backup;
            if (view.number > 1 && !inherits) return `${show(view)} came after ${show(before!)}.`;
            views.set(view.number, view);
          } else if (other.primary !== view.primary || other.backup !== view.backup) {
            return `${name} has ${show(view)}, which is ${show(other)}.`;
          }
          return undefined;
        };
      },
    },
    {
      id: "the-dead-are-replaced",
      says: "When a view is confirmed, a server that has not called for too long is no longer in it if another has called.",
      watch:
        () =>
        ({ name, state }) => {
          const { view, confirmed } = state.service;
          if (name !== "n1" || view.number === 0 || !confirmed) return undefined;
          const times = [...state.heard.values()].toSorted((one, other) => other - one);
          const last = times[0] ?? 0;
          // After a restart of the service all count as heard, and nobody has called yet.
          if (last === times[1]) return undefined;
          const alive = (server: string | null): boolean =>
            server !== null && last - (state.heard.get(server) ?? -Infinity) < state.config.deadAfter;
          const spare = [...state.heard.keys()].find(
            (server) => server !== view.primary && server !== view.backup && alive(server),
          );
          if (!alive(view.primary) && alive(view.backup)) {
            return `${view.primary ?? "Nobody"} does not call, and ${view.backup!} is not primary: ${show(view)}.`;
          }
          if (!alive(view.primary) || alive(view.backup) || spare === undefined) return undefined;
          return `${spare} calls and is not the backup: ${show(view)}.`;
        },
    },
    linearizable("kv"),
  ],
  recovers: {
    within: milliseconds(4_000),
    settled([service, ...servers]) {
      const { view, confirmed } = service!.state.service;
      const [primary, backup] = [view.primary, view.backup].map((each) => servers.find(({ name }) => name === each));
      if (!confirmed || primary === undefined || backup === undefined) return false;
      const [one, other] = [primary.state.data, backup.state.data];
      const isHandedOver = one.view === view.number && other.view === view.number && one.forwarded === null;
      return isHandedOver && one.count === other.count && one.value === other.value;
    },
  },
  sometimes: [
    "a backup became primary",
    "a backup refused an update of another view",
    "a primary was replaced with an operation under way",
  ],
  mutants: [
    {
      id: "answers-before-the-backup",
      says: "The primary answers and tells its backup afterwards.",
      seen: "asynchronous replication taken for synchronous, a common setting of databases",
      config: { waitsForBackup: false },
    },
    {
      id: "reads-without-the-backup",
      says: "A primary answers reads alone: one that was replaced and does not know returns old values.",
      seen: "a common optimisation: the primary is thought to have the newest value in any case",
      config: { confirmsReads: false },
    },
    {
      id: "backup-takes-from-anyone",
      says: "A backup takes updates from a primary of another view.",
      seen: "a common omission: messages carry no view number",
      config: { checksView: false },
    },
    {
      id: "confirms-before-the-transfer",
      says: "A primary confirms a view before its backup has the state; the backup may be promoted without it.",
      seen: "a common misreading: the backup is thought to be one as soon as the view names it",
      config: { waitsForTransfer: false },
    },
    {
      id: "service-does-not-wait",
      says: "The service goes on to the next view before the primary has confirmed the present one.",
      seen: "a common omission: the service acts on missing calls alone",
      config: { waitsForPrimary: false },
    },
    {
      id: "copies-are-carried-out",
      says: "A server carries out a request once more when the network delivers it twice.",
      seen: "a common mistake: requests are thought to come once",
      node: (correct) => ({
        ...correct,
        on: {
          ...correct.on,
          write(state, message, ctx) {
            state.seen.delete(message.src);
            correct.on.write(state, message, ctx);
          },
        },
      }),
    },
    {
      id: "data-not-durable",
      says: "A server forgets its data in a crash and goes on in its view.",
      seen: "a common mistake: the view is on disk and the data is not",
      node: (correct) => ({ ...correct, durable: ["service", "view", "seen"] }),
    },
  ],
});
