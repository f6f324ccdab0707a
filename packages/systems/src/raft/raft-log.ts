import type { Message } from "@fieldbook/engine";
import type { KeyValueRequest } from "../shared/key-value-clients.ts";

export type ReadRequest = Message<Extract<KeyValueRequest, { type: "read" }>>;
/** A client's request that changes the state machine, as the client sent it. */
export type WriteRequest = Message<Extract<KeyValueRequest, { type: "write" | "cas" }>>;

/** What an entry of the log says: nothing, who the members are, or what to do to the state machine. */
export type Command =
  | { readonly type: "no-op" }
  | { readonly type: "members"; readonly members: readonly string[] }
  | { readonly type: "request"; readonly request: WriteRequest };

export interface Entry {
  /** The term of the leader that made it. */
  readonly term: number;
  readonly command: Command;
}

/** What became of a client's last request that changed something (dissertation, section 6.3). */
export interface Session {
  readonly request: number;
  /** False when a compare-and-set found another value. */
  readonly done: boolean;
}

/** The state machine: the store, and what it must know to carry out no request twice. */
export interface StateMachine {
  store: Map<number, number>;
  sessions: Map<string, Session>;
}

/** All that the entries up to `index` came to (section 7, figure 12). */
export interface Snapshot extends Readonly<StateMachine> {
  readonly index: number;
  readonly term: number;
  readonly members: readonly string[];
}

/** A log whose beginning has become a snapshot. Indexes count from 1 over both. */
export interface Log {
  snapshot: Snapshot;
  entries: Entry[];
}

export const lastIndex = ({ snapshot, entries }: Log): number => snapshot.index + entries.length;

export const lastTerm = ({ snapshot, entries }: Log): number =>
  entries.length === 0 ? snapshot.term : entries[entries.length - 1]!.term;

/** The term of the entry at `index`; −1 where the log has none or its snapshot has swallowed it. */
export function termAt({ snapshot, entries }: Log, index: number): number {
  if (index === snapshot.index) return snapshot.term;
  return entries[index - snapshot.index - 1]?.term ?? -1;
}

export const entryAt = ({ snapshot, entries }: Log, index: number): Entry | undefined =>
  entries[index - snapshot.index - 1];

/** Drops the entries from `index` on. */
export function truncate({ snapshot, entries }: Log, index: number): void {
  entries.length = Math.max(0, index - snapshot.index - 1);
}

/** The index of the latest entry that names the members, up to `upTo`; the snapshot's index where there is none. */
export function membersIndex({ snapshot, entries }: Log, upTo: number): number {
  let place = upTo - snapshot.index - 1;
  while (place >= 0 && entries[place]?.command.type !== "members") place -= 1;
  return place < 0 ? Math.min(upTo, snapshot.index) : snapshot.index + 1 + place;
}

/** The members that the entry or the snapshot at `index` names. */
export function membersAt(log: Log, index: number): readonly string[] {
  const command = entryAt(log, index)?.command;
  return command?.type === "members" ? command.members : log.snapshot.members;
}

export const latestMembers = (log: Log): readonly string[] => membersAt(log, membersIndex(log, lastIndex(log)));
