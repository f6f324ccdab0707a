/**
 * A text that several people edit at once, each at a replica of their own.
 *
 * Roh, Jeon, Kim, Lee, "Replicated abstract data types: Building blocks for collaborative applications" (J. Parallel and
 * Distributed Computing 71, 2011), section 5: the replicated growable array (RGA). Each element has an identifier that
 * orders it against all others; an insertion names its left neighbour, a deletion leaves a tombstone. An operation is
 * told at once, and again until it is acknowledged. What arrives before what it builds on waits.
 *
 * A replica's log of operations is all that is on disk. The list, the clock and the requests that were carried out follow
 * from it.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import { indexOf, insert, nameOf } from "./replicated-list.ts";
import type { Element, Identifier } from "./replicated-list.ts";

export interface SequenceConfig {
  /** After this long what was not acknowledged is told again, µs. */
  readonly gossip: number;
  /** What orders insertions at one place: their identifiers, or their arrival. */
  readonly order: "identifier" | "arrival";
  /** Whether a deletion that comes before its element is kept. */
  readonly keepsEarlyDeletions: boolean;
  /** What becomes of an element that comes before its left neighbour. */
  readonly orphans: "wait" | "go to the end";
  /** Whether a deleted element stays as a tombstone. */
  readonly tombstones: boolean;
  /** Whether the clock is set from the log after a restart. */
  readonly restoresClock: boolean;
  /** Whether the clock follows the identifiers of others. */
  readonly clockFollows: boolean;
  /** Whether a request that the network delivers twice is carried out once. */
  readonly once: boolean;
}

/** Positions count visible elements; beyond the end they mean the end. */
export type SequenceRequest =
  | (Body & { readonly type: "insert"; readonly position: number; readonly value: number })
  | (Body & { readonly type: "delete"; readonly position: number })
  | (Body & { readonly type: "read" });
export type SequenceReply =
  /** The value that it now follows; null at the beginning. */
  | (Body & { readonly type: "insert_ok"; readonly follows: number | null })
  /** The value that is gone; null when there was none. */
  | (Body & { readonly type: "delete_ok"; readonly value: number | null })
  | (Body & { readonly type: "read_ok"; readonly values: readonly number[] });

/** `request` is the client and the number of its request. */
export type SequenceOperation =
  | ({ readonly kind: "insert"; readonly request: string } & Element)
  /** `id` is null when there was nothing to delete: a copy of the request must not find something later. */
  | { readonly kind: "delete"; readonly request: string; readonly id: Identifier | null };
type Requests = SequenceRequest | (Body & { readonly type: "tell"; readonly operations: readonly SequenceOperation[] });
/** Which operations the sender of this now has, by their requests. */
type Replies = SequenceReply | (Body & { readonly type: "told"; readonly requests: readonly string[] });

export interface SequenceState {
  readonly config: SequenceConfig;
  /** All operations known here, in the order in which they came; the only thing on disk. */
  readonly log: SequenceOperation[];
  /** The text, tombstones included. */
  readonly list: Element[];
  /** Names of deleted elements, whether they are in the list already or not. */
  readonly deleted: Set<string>;
  clock: number;
  /** Per peer the requests whose operations it is known to have. Forgotten in a crash, and told again. */
  readonly known: Map<string, Set<string>>;
}

type State = SequenceState;
type Ctx = Context<Requests, Replies>;

export const sequenceCrdt = defineNode<State, Requests, Replies, SequenceConfig>({
  name: "sequence-crdt",
  durable: ["log"],
  init: (config, self, nodes) => ({
    config,
    log: [],
    list: [],
    deleted: new Set(),
    clock: 0,
    known: new Map(nodes.filter((node) => node !== self).map((node) => [node, new Set()])),
  }),
  start(state, ctx) {
    for (const operation of state.log) apply(state, operation, ctx);
    if (!state.config.restoresClock) state.clock = 0;
    gossipLater(state, ctx);
  },
  on: {
    // Section 5.2, local insertion: right of the left neighbour that the user sees, with a new identifier.
    insert(state, message, ctx) {
      const { position, value } = message.body;
      const request = requestOf(message);
      if (isDone(state, request)) return;
      const left = visible(state).slice(0, position).at(-1);
      state.clock += 1;
      const id: Identifier = [state.clock, ctx.self];
      make(state, { kind: "insert", request, id, after: left?.id ?? null, value }, ctx);
      ctx.reply(message, { type: "insert_ok", follows: left?.value ?? null });
    },
    // Section 5.3, local deletion: the element becomes a tombstone.
    delete(state, message, ctx) {
      const request = requestOf(message);
      if (isDone(state, request)) return;
      const seen = visible(state);
      const element = seen[Math.min(message.body.position, seen.length - 1)];
      make(state, { kind: "delete", request, id: element?.id ?? null }, ctx);
      ctx.reply(message, { type: "delete_ok", value: element?.value ?? null });
    },
    read(state, message, ctx) {
      ctx.reply(message, { type: "read_ok", values: textOf(state) });
    },
    tell(state, message, ctx) {
      const { operations } = message.body;
      for (const operation of operations) {
        if (!state.log.some(({ request }) => request === operation.request)) record(state, operation, ctx);
      }
      const requests = operations.map(({ request }) => request);
      noteKnown(state, message.src, requests);
      ctx.reply(message, { type: "told", requests });
    },
  },
  replies: {
    told(state, { src, body }) {
      if (body.type === "told") noteKnown(state, src, body.requests);
    },
  },
  timers: {
    gossip(state, _data, ctx) {
      tellAgain(state, ctx);
      gossipLater(state, ctx);
    },
  },
  view: (state) => textOf(state).map(String).join(" ") || "empty",
  describe(body) {
    if (body.type === "insert") return `insert ${String(body.value)} at ${String(body.position)}`;
    if (body.type === "delete") return `delete at ${String(body.position)}`;
    if (body.type === "read_ok") return `read_ok ${body.values.map(String).join(" ")}`;
    return body.type === "tell" ? body.operations.map(describeOperation).join(", ") : body.type;
  },
});

function describeOperation(operation: SequenceOperation): string {
  if (operation.kind === "delete") return `delete ${operation.id === null ? "nothing" : nameOf(operation.id)}`;
  const { id, after, value } = operation;
  return `insert ${String(value)} as ${nameOf(id)} after ${after === null ? "the beginning" : nameOf(after)}`;
}

const requestOf = ({ src, body }: Message): string => `${src}:${String(body.msg_id ?? 0)}`;

const isDone = ({ config, log }: State, request: string): boolean =>
  config.once && log.some((operation) => operation.request === request);

const isDeleted = ({ deleted }: State, { id }: Element): boolean => deleted.has(nameOf(id));

const visible = (state: State): Element[] => state.list.filter((element) => !isDeleted(state, element));

/** What the user reads. */
export const textOf = (state: State): number[] => visible(state).map(({ value }) => value);

/** A new operation is told at once, whatever became of those before it: it may overtake what it builds on. */
function make(state: State, operation: SequenceOperation, ctx: Ctx): void {
  record(state, operation, ctx);
  for (const peer of ctx.peers) ctx.call(peer, { type: "tell", operations: [operation] }, "told", 0);
}

/** Adds an operation to the log and carries it out. */
function record(state: State, operation: SequenceOperation, ctx: Ctx): void {
  const early = operation.kind === "delete" && operation.id !== null && indexOf(state.list, operation.id) === -1;
  if (early) {
    ctx.mark("a deletion came before its element");
    if (!state.config.keepsEarlyDeletions) return;
  }
  state.log.push(operation);
  apply(state, operation, ctx);
}

/** Section 5: remote operations. Applying is the same for one's own, of which all conditions hold. */
function apply(state: State, operation: SequenceOperation, ctx: Ctx): void {
  const { config, list } = state;
  if (operation.kind === "delete") {
    if (operation.id === null) return;
    state.deleted.add(nameOf(operation.id));
    if (!config.tombstones) list.splice(indexOf(list, operation.id), 1);
    return;
  }
  if (config.clockFollows || operation.id[1] === ctx.self) state.clock = Math.max(state.clock, operation.id[0]);
  // After a restart it may have been placed already, behind a neighbour that came after it.
  if (indexOf(list, operation.id) !== -1) return;
  if (!place(state, operation)) {
    ctx.mark("an element came before its left neighbour");
    if (config.orphans === "go to the end") list.push(elementOf(operation));
    return;
  }
  // It may be the left neighbour that others wait for, and these that of others again.
  let placed = true;
  while (placed) {
    const waiting = state.log.filter((other) => other.kind === "insert" && indexOf(list, other.id) === -1);
    placed = config.tombstones && waiting.some((other) => other.kind === "insert" && place(state, other));
  }
}

function place({ config, list }: State, operation: Element): boolean {
  return insert(list, elementOf(operation), config.order === "identifier");
}

const elementOf = ({ id, after, value }: Element): Element => ({ id, after, value });

function noteKnown({ known }: State, peer: string, requests: readonly string[]): void {
  for (const request of requests) known.get(peer)?.add(request);
}

/** Tells each peer once more what it is not known to have. */
function tellAgain({ log, known }: State, ctx: Ctx): void {
  for (const peer of ctx.peers) {
    const operations = log.filter(({ request }) => known.get(peer)?.has(request) !== true);
    if (operations.length > 0) ctx.call(peer, { type: "tell", operations }, "told", 0);
  }
}

function gossipLater(state: State, ctx: Ctx): void {
  // Drawn, so that replicas do not all talk at once.
  ctx.timer("gossip", state.config.gossip + ctx.random(state.config.gossip, "pause"));
}
