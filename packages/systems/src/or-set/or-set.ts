/**
 * The observed-remove set: an element can be added and removed again and again, and of an addition and a removal at the
 * same time the addition wins.
 *
 * Shapiro, Preguiça, Baquero, Zawirski, "A comprehensive study of Convergent and Commutative Replicated Data Types" (INRIA
 * RR-7506, 2011), section 3.3.5, specification 15: each addition gets a tag that is used for nothing else; a removal takes
 * away exactly the tags of the element that its replica has observed. Here replicas tell states instead of operations: the
 * tags added and the tags removed, each of which only grows, so that any two states are merged by union. A removed tag is
 * kept for ever, its element is not.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";

export interface OrSetConfig {
  /** How often a replica tells its state to those who are not known to have it, µs. */
  readonly gossip: number;
  /** What a removal takes away when it is merged: the tags it observed, or all tags of the element. */
  readonly removes: "observed tags" | "value";
  /** What tells one addition from another: a number of the replica's own, or nothing but the element. */
  readonly tags: "unique" | "element";
  /** Whether the last number given to a tag survives a crash. */
  readonly keepsCounter: boolean;
  /** How long a removed tag is remembered: for ever, or until one other replica has it. */
  readonly tombstones: "kept" | "dropped when told";
  /** Whether a request that the network delivers twice is carried out once. */
  readonly once: boolean;
}

export type OrSetRequest =
  | (Body & { readonly type: "add"; readonly element: number })
  | (Body & { readonly type: "remove"; readonly element: number })
  | (Body & { readonly type: "read" });
export type OrSetReply =
  | (Body & { readonly type: "add_ok"; readonly tag: string })
  | (Body & { readonly type: "remove_ok"; readonly tags: readonly string[] })
  | (Body & { readonly type: "read_ok"; readonly elements: readonly number[] });

type Tagged = readonly [tag: string, element: number];
interface SentState {
  readonly added: readonly Tagged[];
  readonly removed: readonly string[];
}
type Requests = OrSetRequest | (Body & { readonly type: "merge" } & SentState);
type Replies = OrSetReply | (Body & { readonly type: "merge_ok" });

/** One record, since a torn write must part none of it from the rest. */
interface OrSetRecord {
  /** Tags that are not removed, each with its element. */
  readonly added: Map<string, number>;
  readonly removed: Set<string>;
  /** The number of this replica's last tag. */
  counter: number;
  /** Per client the number of its last request. */
  readonly lastRequests: Map<string, number>;
}

export interface OrSetState {
  readonly config: OrSetConfig;
  readonly record: OrSetRecord;
  /** Per peer the digest of the state that it is known to have merged. Forgotten in a crash, and told again. */
  readonly known: Map<string, number>;
  /** Per call under way the digest of what it tells. */
  readonly told: Map<number, number>;
  calls: number;
}

type State = OrSetState;
type Ctx = Context<Requests, Replies>;

export const orSet = defineNode<State, Requests, Replies, OrSetConfig>({
  name: "or-set",
  durable: ["record"],
  init: (config) => ({
    config,
    record: { added: new Map(), removed: new Set(), counter: 0, lastRequests: new Map() },
    known: new Map(),
    told: new Map(),
    calls: 0,
  }),
  start(state, ctx) {
    if (!state.config.keepsCounter) state.record.counter = 0;
    gossipLater(state, ctx);
  },
  on: {
    // "update add(e): let α = unique(); S := S ∪ {(e, α)}".
    add(state, message, ctx) {
      if (!isNew(state, message)) return;
      const { element } = message.body;
      const tag = newTag(state, element, ctx);
      if (!state.record.removed.has(tag)) state.record.added.set(tag, element);
      ctx.reply(message, { type: "add_ok", tag });
    },
    // "update remove(e): let R = {(e, α) | (e, α) ∈ S}; S := S \ R": what this replica has observed, no more.
    remove(state, message, ctx) {
      if (!isNew(state, message)) return;
      const tags = tagsOf(state, message.body.element);
      for (const tag of tags) remove(state, tag);
      ctx.reply(message, { type: "remove_ok", tags });
    },
    read(state, message, ctx) {
      ctx.reply(message, { type: "read_ok", elements: elementsOf(state) });
    },
    merge(state, message, ctx) {
      merge(state, message.body, ctx);
      ctx.reply(message, { type: "merge_ok" });
    },
  },
  replies: {
    merged(state, { src, body }, call) {
      const digest = state.told.get(call);
      state.told.delete(call);
      if (body.type !== "merge_ok" || digest === undefined) return;
      state.known.set(src, digest);
      if (state.config.tombstones === "dropped when told") state.record.removed.clear();
    },
  },
  timers: {
    gossip(state, _data, ctx) {
      const sent = sentState(state);
      const digest = ctx.checksum(sent);
      // What was not answered by now is told again.
      state.told.clear();
      for (const peer of ctx.peers) {
        if (state.known.get(peer) === digest) continue;
        state.calls += 1;
        state.told.set(state.calls, digest);
        ctx.call(peer, { type: "merge", ...sent }, "merged", state.calls);
      }
      gossipLater(state, ctx);
    },
  },
  view: (state) => `{${elementsOf(state).map(String).join(", ")}}`,
  describe(body) {
    if (body.type === "add" || body.type === "remove") return `${body.type} ${String(body.element)}`;
    if (body.type === "read_ok") return `{${body.elements.map(String).join(", ")}}`;
    if (body.type !== "merge") return body.type;
    const added = body.added.map(([tag, element]) => `${String(element)} as ${tag}`).join(", ");
    return `has ${added || "nothing"}; removed ${body.removed.join(", ") || "nothing"}`;
  },
});

/** Whether a request comes for the first time; late ones, overtaken by the client's next, are left out for good. */
function isNew({ config, record }: State, { src, body }: Message): boolean {
  const number = body.msg_id ?? 0;
  if (config.once && number <= (record.lastRequests.get(src) ?? -1)) return false;
  record.lastRequests.set(src, number);
  return true;
}

function newTag({ config, record }: State, element: number, ctx: Ctx): string {
  if (config.tags === "element") return `e${String(element)}`;
  record.counter += 1;
  return `${ctx.self}:${String(record.counter)}`;
}

function remove({ record }: State, tag: string): void {
  record.added.delete(tag);
  record.removed.add(tag);
}

const tagsOf = ({ record }: State, element: number): string[] =>
  [...record.added.keys()].filter((tag) => record.added.get(tag) === element).toSorted();

/** "query lookup(e): ∃α: (e, α) ∈ S", for all elements. */
export const elementsOf = ({ record }: State): number[] =>
  [...new Set(record.added.values())].toSorted((one, other) => one - other);

/** The union of both: a tag is in the set when one has added it and none has removed it. */
function merge(state: State, theirs: SentState, ctx: Ctx): void {
  const { config, record } = state;
  for (const tag of theirs.removed) {
    const element = record.added.get(tag);
    if (element !== undefined && tagsOf(state, element).length > 1) ctx.mark("an addition outlived a removal");
    if (element !== undefined && config.removes === "value") {
      for (const other of tagsOf(state, element)) remove(state, other);
    }
    remove(state, tag);
  }
  for (const [tag, element] of theirs.added) {
    if (record.removed.has(tag)) ctx.mark("an addition came after its removal");
    else record.added.set(tag, element);
  }
}

function sentState({ record }: State): SentState {
  const added = [...record.added].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return { added, removed: [...record.removed].toSorted() };
}

function gossipLater(state: State, ctx: Ctx): void {
  // Drawn, so that replicas do not all talk at once.
  ctx.timer("gossip", state.config.gossip + ctx.random(state.config.gossip, "pause"));
}
