/**
 * A store of shopping carts, spread over nodes by consistent hashing, that always takes a write.
 *
 * DeCandia et al., "Dynamo: Amazon's Highly Available Key-value Store" (SOSP 2007). Section 4.2 and 4.3: a key belongs to
 * the first N nodes that follow it on the ring. Section 4.5 and 4.6: a coordinator writes to W and reads from R of the
 * first N nodes that answer (a sloppy quorum); who stands in for an owner hands over to it later. Section 4.7: replicas
 * compare what they hold. Section 4.8: an operator adds and removes nodes, gossip spreads it, and ranges move.
 *
 * One rule covers hints, moved ranges and nodes that leave: **who holds a key that is not its own gives it to all owners,
 * and drops it when all of them, under the same view of the ring, have acknowledged exactly what it holds.** So each drop
 * rests on owners who can drop only under a later view; the last to drop under the latest view leaves all owners with a
 * copy. Carts are merged by union, as Dynamo's customers do it (section 4.4).
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import { mergeMembers, presentOf, sentMembers } from "./membership.ts";
import type { Members, SentMembers } from "./membership.ts";
import { ringWalk } from "./ring.ts";

export interface HashingConfig {
  /** Owners of a key, N. */
  readonly copies: number;
  /** Nodes that must have stored a write, W, and answered a read, R. */
  readonly write: number;
  readonly read: number;
  /** How long a coordinator waits before it asks the next node on the ring, µs. */
  readonly patience: Microseconds;
  /** How often a node gives to others what is theirs, µs. */
  readonly repair: Microseconds;
  /** When a key that is not one's own is dropped. */
  readonly drops: "acknowledged" | "told";
  /** How two carts become one. */
  readonly merges: "union" | "arrival";
  /** Who stands in for an owner that does not answer. */
  readonly standsIn: "next node" | "coordinator";
  /** Whether a node that was removed hands its keys over. */
  readonly leavesOrderly: boolean;
  /** Whether an acknowledgement under another view of the ring counts for a drop. */
  readonly comparesViews: boolean;
  /** Whether it is noticed that a node came back with an empty disk. */
  readonly comparesDisks: boolean;
  /** How views of the ring are merged: by version, or the one that comes replaces the one that is there. */
  readonly views: "version" | "arrival";
}

export type HashingRequest =
  | (Body & { readonly type: "put"; readonly key: number; readonly item: number })
  | (Body & { readonly type: "get"; readonly key: number });
/** `view` names the view of the ring under which a quorum of owners has answered; null for a sloppy quorum. */
export type HashingReply =
  | (Body & { readonly type: "put_ok"; readonly view: number | null; readonly holders: readonly string[] })
  | (Body & { readonly type: "get_ok"; readonly view: number | null; readonly items: readonly number[] });

type Cart = readonly [key: number, items: readonly number[]];
/** What nodes tell each other beside all else: the ring as they see it, and the age of their disk. */
interface Standing {
  readonly members: SentMembers;
  readonly disk: Microseconds;
}
type Requests =
  | HashingRequest
  | (Body & { readonly type: "store"; readonly carts: readonly Cart[] } & Standing)
  | (Body & { readonly type: "fetch"; readonly key: number } & Standing);
type Replies =
  | HashingReply
  /** Per cart the digest of what was received. */
  | (Body & {
      readonly type: "store_ok";
      readonly stored: readonly (readonly [key: number, digest: number])[];
    } & Standing)
  | (Body & { readonly type: "fetch_ok"; readonly items: readonly number[] } & Standing);

/** An operation that this node carries out for a client. */
interface Coordination {
  readonly request: Message;
  readonly kind: "put" | "get";
  readonly key: number;
  /** The view that it began under, and the owners under it. */
  readonly view: number;
  readonly owners: readonly string[];
  items: number[];
  /** Nodes that were asked, nodes that have answered, and of these the owners who had the same view. */
  readonly asked: string[];
  readonly answered: string[];
  strict: number;
}

export interface HashingState {
  readonly config: HashingConfig;
  readonly members: Members;
  /** All carts that this node holds, its own or not. */
  readonly carts: Map<number, readonly number[]>;
  /** When this disk was first written, by the node's stopwatch: 0 unless it was wiped. */
  disk: Microseconds | null;
  /** The digest of `members`, and the walks of the ring that were asked for since they changed. */
  view: number;
  readonly walks: Map<number, readonly string[]>;
  /** Per peer the view and the disk that it was last known to have. */
  readonly views: Map<string, number>;
  readonly disks: Map<string, Microseconds>;
  /** Per peer and key the view and digest of what the peer is known to hold. */
  readonly confirmed: Map<string, string>;
  readonly coordinations: Map<number, Coordination>;
  started: number;
}

type State = HashingState;
type Ctx = Context<Requests, Replies>;

export const consistentHashing = defineNode<State, Requests, Replies, HashingConfig>({
  name: "consistent-hashing",
  durable: ["members", "carts", "disk"],
  init(config, _self, nodes) {
    // One node is spare, to be added later.
    const members = nodes.length > config.copies ? nodes.slice(0, -1) : nodes;
    return {
      config,
      members: new Map(members.map((node) => [node, { version: 0, present: true }])),
      carts: new Map(),
      disk: null,
      view: 0,
      walks: new Map(),
      views: new Map(),
      disks: new Map(),
      confirmed: new Map(),
      coordinations: new Map(),
      started: 0,
    };
  },
  start(state, ctx) {
    state.disk ??= ctx.monotonic();
    ringChanged(state, ctx);
    repairLater(state, ctx);
  },
  on: {
    put: (state, message, ctx) => coordinate(state, message, "put", [message.body.item], ctx),
    get: (state, message, ctx) => coordinate(state, message, "get", [], ctx),
    store(state, message, ctx) {
      const { carts, members, disk } = message.body;
      const holds = hear(state, message.src, members, disk, ctx);
      for (const [key, items] of carts) addTo(state, key, items);
      const stored = carts.map(([key, items]) => [key, ctx.checksum(items)] as const);
      // Who sends a cart holds it; if it holds no less than this node it need not be told.
      if (holds)
        for (const [key, digest] of stored) confirm(state, message.src, key, digest, viewOf(members, ctx), ctx);
      ctx.reply(message, { type: "store_ok", stored, ...standing(state) });
    },
    fetch(state, message, ctx) {
      hear(state, message.src, message.body.members, message.body.disk, ctx);
      ctx.reply(message, { type: "fetch_ok", items: state.carts.get(message.body.key) ?? [], ...standing(state) });
    },
  },
  replies: {
    stored(state, { src, body }, id, ctx) {
      if (body.type !== "store_ok" || !hear(state, src, body.members, body.disk, ctx)) return;
      const view = viewOf(body.members, ctx);
      if (view === state.view) state.views.set(src, view);
      for (const [key, digest] of body.stored) confirm(state, src, key, digest, view, ctx);
      dropForeign(state, ctx);
      answered(state, id, src, view, ctx);
    },
    fetched(state, { src, body }, id, ctx) {
      if (body.type !== "fetch_ok" || !hear(state, src, body.members, body.disk, ctx)) return;
      const operation = state.coordinations.get(id);
      if (operation !== undefined) operation.items = union(operation.items, body.items);
      answered(state, id, src, viewOf(body.members, ctx), ctx);
    },
  },
  timers: {
    impatient: widen,
    repair(state, _data, ctx) {
      repair(state, ctx);
      repairLater(state, ctx);
    },
  },
  operator: {
    add: (state, node, ctx) => changeMember(state, String(node), true, ctx),
    remove: (state, node, ctx) => changeMember(state, String(node), false, ctx),
  },
  view(state) {
    const carts = [...state.carts].toSorted(([one], [other]) => one - other);
    const held = carts.map(([key, items]) => `${String(key)}: ${items.map(String).join(" ")}`).join(", ") || "empty";
    return `${held} (ring ${presentOf(state.members).join(" ")})`;
  },
  describe(body) {
    if (body.type === "put") return `put ${String(body.item)} into ${String(body.key)}`;
    if (body.type === "get_ok" || body.type === "fetch_ok") return `${body.type} ${body.items.map(String).join(" ")}`;
    if (body.type !== "store") return body.type;
    return `store ${body.carts.map(([key, items]) => `${String(key)}: ${items.map(String).join(" ")}`).join(", ")}`;
  },
});

const union = (one: readonly number[], other: readonly number[]): number[] =>
  [...new Set([...one, ...other])].toSorted((a, b) => a - b);

function walkOf({ walks, members }: State, key: number): readonly string[] {
  const walk = walks.get(key) ?? ringWalk(presentOf(members), key);
  walks.set(key, walk);
  return walk;
}

function ringChanged(state: State, ctx: Ctx): void {
  state.view = viewOf(sentMembers(state.members), ctx);
  state.walks.clear();
}

/** The owners of a key under this node's view: its preference list. */
const ownersOf = (state: State, key: number): readonly string[] => walkOf(state, key).slice(0, state.config.copies);

const viewOf = (members: SentMembers, ctx: Ctx): number => ctx.checksum(members);
const standing = (state: State): Standing => ({ members: sentMembers(state.members), disk: state.disk ?? 0 });

function addTo({ config, carts }: State, key: number, items: readonly number[]): void {
  carts.set(key, config.merges === "union" ? union(carts.get(key) ?? [], items) : items);
}

/** Section 4.8.1: an operator changes the ring at one node; gossip tells the others. */
function changeMember(state: State, node: string, present: boolean, ctx: Ctx): void {
  const before = state.members.get(node);
  if (before?.present === present || !ctx.nodes.includes(node)) return;
  state.members.set(node, { version: (before?.version ?? 0) + 1, present });
  ringChanged(state, ctx);
}

/** Takes in what a peer says of the ring and of itself; false when it said so before it lost its disk. */
function hear(state: State, peer: string, theirs: SentMembers, disk: Microseconds, ctx: Ctx): boolean {
  if (state.config.views === "arrival") {
    for (const [node, version, present] of theirs) state.members.set(node, { version, present });
  } else {
    mergeMembers(state.members, theirs);
  }
  if (viewOf(theirs, ctx) !== state.view) ringChanged(state, ctx);
  const known = state.disks.get(peer) ?? disk;
  state.disks.set(peer, Math.max(known, disk));
  if (!state.config.comparesDisks) return true;
  // A younger disk: all that it was known to hold is gone.
  if (disk > known) {
    for (const place of state.confirmed.keys()) if (place.startsWith(`${peer} `)) state.confirmed.delete(place);
  }
  return disk >= known;
}

/** A peer holds a cart under a view; it counts when both are what this node has as well. */
function confirm(state: State, peer: string, key: number, digest: number, view: number, ctx: Ctx): void {
  if (state.config.comparesViews && view !== state.view) return;
  if (ctx.checksum(state.carts.get(key) ?? []) === digest)
    state.confirmed.set(`${peer} ${String(key)}`, `${String(state.view)} ${String(digest)}`);
}

function isConfirmed(state: State, peer: string, key: number, ctx: Ctx): boolean {
  const digest = ctx.checksum(state.carts.get(key) ?? []);
  return state.confirmed.get(`${peer} ${String(key)}`) === `${String(state.view)} ${String(digest)}`;
}

/** Begins to write or read: asks all owners, itself among them when it is one. */
function coordinate(
  state: State,
  request: Message<HashingRequest>,
  kind: "put" | "get",
  items: number[],
  ctx: Ctx,
): void {
  const { key } = request.body;
  state.started += 1;
  const id = state.started;
  const owners = ownersOf(state, key);
  const operation: Coordination = {
    request,
    kind,
    key,
    view: state.view,
    owners,
    items,
    asked: [],
    answered: [],
    strict: 0,
  };
  state.coordinations.set(id, operation);
  // Its own part first, so that what it tells the others is all it holds.
  for (const node of owners.toSorted((one, other) => Number(other === ctx.self) - Number(one === ctx.self))) {
    ask(state, id, operation, node, ctx);
  }
  if (state.coordinations.has(id)) ctx.timer("impatient", state.config.patience, id);
}

function ask(state: State, id: number, operation: Coordination, node: string, ctx: Ctx): void {
  const { kind, key, asked } = operation;
  if (!asked.includes(node)) asked.push(node);
  if (node !== ctx.self) {
    if (kind === "get") return ctx.call(node, { type: "fetch", key, ...standing(state) }, "fetched", id);
    return ctx.call(node, { type: "store", carts: [[key, operation.items]], ...standing(state) }, "stored", id);
  }
  if (kind === "put") addTo(state, key, operation.items);
  operation.items = union(operation.items, state.carts.get(key) ?? []);
  answered(state, id, node, state.view, ctx);
}

/** A node has stored or answered; with a quorum the client is told. */
function answered(state: State, id: number, node: string, view: number, ctx: Ctx): void {
  const operation = state.coordinations.get(id);
  if (operation === undefined || operation.answered.includes(node)) return;
  operation.answered.push(node);
  if (operation.owners.includes(node) && view === operation.view) operation.strict += 1;
  finish(state, id, operation, ctx);
}

function finish({ config, coordinations }: State, id: number, operation: Coordination, ctx: Ctx): void {
  const { kind, request, items, answered: holders } = operation;
  const quorum = kind === "put" ? config.write : config.read;
  if (holders.length < quorum) return;
  coordinations.delete(id);
  const view = operation.strict >= quorum ? operation.view : null;
  if (view === null) ctx.mark(`a sloppy quorum for a ${kind}`);
  ctx.reply(request, kind === "put" ? { type: "put_ok", view, holders } : { type: "get_ok", view, items });
}

/** Section 4.6: who does not answer is passed over, and the next on the ring stands in for it. */
function widen(state: State, id: number, ctx: Ctx): void {
  const operation = state.coordinations.get(id);
  if (operation === undefined) return;
  if (state.config.standsIn === "coordinator") {
    if (operation.kind === "put") addTo(state, operation.key, operation.items);
    operation.answered.push(ctx.self);
    return finish(state, id, operation, ctx);
  }
  const next = walkOf(state, operation.key).find((node) => !operation.asked.includes(node));
  // When all were asked the client is the one to try again.
  if (next === undefined) return void state.coordinations.delete(id);
  ask(state, id, operation, next, ctx);
  if (state.coordinations.has(id)) ctx.timer("impatient", state.config.patience, id);
}

/** Sections 4.6 to 4.8: gives each owner what it is not known to hold, and tells each node of the ring. */
function repair(state: State, ctx: Ctx): void {
  const leaving = !presentOf(state.members).includes(ctx.self);
  const keys =
    leaving && !state.config.leavesOrderly ? [] : [...state.carts.keys()].toSorted((one, other) => one - other);
  const owners = new Map(keys.map((key) => [key, ownersOf(state, key)]));
  for (const peer of ctx.peers) {
    const carts = keys
      .filter((key) => owners.get(key)!.includes(peer) && !isConfirmed(state, peer, key, ctx))
      .map((key) => [key, state.carts.get(key)!] as const);
    if (carts.length === 0 && state.views.get(peer) === state.view) continue;
    ctx.call(peer, { type: "store", carts, ...standing(state) }, "stored", 0);
  }
  for (const key of keys) {
    if (!owners.get(key)!.includes(ctx.self))
      ctx.mark(leaving ? "a removed node handed over" : "a stand-in handed over");
    if (state.config.drops === "told" && !owners.get(key)!.includes(ctx.self)) state.carts.delete(key);
  }
  dropForeign(state, ctx);
}

/** Drops what is not this node's and what all owners are known to hold. */
function dropForeign(state: State, ctx: Ctx): void {
  for (const key of [...state.carts.keys()].toSorted((one, other) => one - other)) {
    const owners = ownersOf(state, key);
    if (owners.includes(ctx.self)) continue;
    if (owners.every((owner) => isConfirmed(state, owner, key, ctx))) state.carts.delete(key);
  }
}

function repairLater({ config }: State, ctx: Ctx): void {
  // Drawn, so that nodes do not all talk at once.
  ctx.timer("repair", config.repair + ctx.random(config.repair, "pause"));
}
