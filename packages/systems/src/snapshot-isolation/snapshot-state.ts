import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";

export interface SnapshotConfig {
  /** How long a lock protects its transaction, by the stopwatch of the primary's shard. */
  readonly lockFor: Microseconds;
  /** Pause before something is sent again, and how long a transaction may take. */
  readonly retry: Microseconds;
  readonly deadline: Microseconds;
  /** Whether a prewrite fails when another has committed the key since the start. */
  readonly firstCommitterWins: boolean;
  /** Whether snapshots are taken by the oracle's timestamps; otherwise by the last one that the coordinator has seen. */
  readonly oracleStarts: boolean;
  /** Whether the primary is committed before any other key. */
  readonly primaryFirst: boolean;
  /** Whether a read waits for a lock that is older than its snapshot. */
  readonly readsWait: boolean;
  /** Whether who meets a lock asks its primary; otherwise it is taken away after its time. */
  readonly asksPrimary: boolean;
  /** Whether a rollback leaves a mark. */
  readonly marksRollback: boolean;
}

export interface Version {
  readonly start: number;
  readonly commit: number;
  readonly value: number;
}

export interface Lock {
  readonly start: number;
  readonly primary: number;
  readonly value: number;
  readonly until: Microseconds;
}

export interface Row {
  /** Committed, oldest first. */
  readonly versions: readonly Version[];
  readonly lock: Lock | null;
  /** Starts of transactions that were rolled back here. */
  readonly rolledBack: readonly number[];
}

export type SnapshotRequest =
  | (Body & {
      readonly type: "transact";
      readonly reads: readonly number[];
      readonly writes: readonly number[];
      readonly value: number;
    })
  | (Body & { readonly type: "timestamp" })
  | (Body & { readonly type: "get"; readonly key: number; readonly start: number })
  | (Body & {
      readonly type: "prewrite";
      readonly key: number;
      readonly value: number;
      readonly start: number;
      readonly primary: number;
    })
  | (Body & { readonly type: "commit"; readonly key: number; readonly start: number; readonly commit: number })
  | (Body & { readonly type: "resolve"; readonly key: number; readonly start: number })
  | (Body & { readonly type: "rollback"; readonly key: number; readonly start: number });

export type SnapshotReply =
  | (Body & {
      readonly type: "transact_ok";
      readonly start: number;
      readonly commit: number;
      readonly values: readonly number[];
    })
  | (Body & { readonly type: "timestamp_ok"; readonly time: number })
  | (Body & { readonly type: "get_ok"; readonly key: number; readonly value: number })
  | (Body & { readonly type: "locked"; readonly key: number; readonly primary: number; readonly start: number })
  | (Body & { readonly type: "prewrite_ok"; readonly key: number })
  | (Body & { readonly type: "conflict"; readonly key: number })
  | (Body & { readonly type: "commit_ok"; readonly key: number })
  | (Body & { readonly type: "gone"; readonly key: number })
  | (Body & { readonly type: "resolved"; readonly commit: number | null })
  | (Body & { readonly type: "pending" });

export interface SnapshotState {
  readonly config: SnapshotConfig;
  /** Of the oracle: the last timestamp that it gave. Durable. */
  clock: number;
  /** Of a shard. Durable, in one record. */
  readonly rows: Map<number, Row>;
  /** The number of the last request of each client. Durable: a copy is not carried out. */
  readonly seen: Map<string, number>;
  /** What this node coordinates, by its own numbers. */
  readonly transactions: Map<number, Transaction>;
  begun: number;
  /** Who asked about the lock of another, by number: key, start of the lock. */
  readonly asked: Map<number, { readonly key: number; readonly start: number }>;
  /** The largest timestamp that this node has seen. */
  lastSeen: number;
}

export type Ctx = Context<SnapshotRequest, SnapshotReply>;

export type TransactMessage = Message<Extract<SnapshotRequest, { type: "transact" }>>;

/** A transaction that a node coordinates: what it waits for, and what it has. */
export interface Transaction {
  readonly request: TransactMessage;
  readonly until: Microseconds;
  phase: "start" | "read" | "prewrite" | "time" | "commit" | "rest";
  start: number;
  commit: number;
  readonly values: Map<number, number>;
  /** Keys that are still to be prewritten, or committed. */
  waiting: number[];
}

export const oracle = "n1";

/** Keys lie on the shards in turn. */
export const shardOf = (key: number, nodes: readonly string[]): string => nodes[1 + (key % (nodes.length - 1))]!;
