/**
 * A key-value store that runs its commands through a sequence of Paxos instances, one for each slot of a log.
 *
 * Lamport, "Paxos Made Simple" (2001), section 3; Van Renesse and Altinbuken, "Paxos Made Moderately Complex" (ACM
 * Computing Surveys 47(3), 2015), from which the names are: slots, ballots, replicas that decide and perform, leaders
 * that are preempted. Each node is replica, acceptor and leader. Phase 1 is run once for all slots; while its leader is
 * heard of, a command costs one round of phase 2. What several slots have to say to each other travels in one message.
 */
import { defineNode } from "@fieldbook/engine";
import type { Message } from "@fieldbook/engine";
import type { KeyValueRequest } from "../shared/key-value-clients.ts";
import { decide, perform } from "./replica.ts";
import type {
  Accepted,
  Ctx,
  Leadership,
  MultiPaxosConfig,
  Replies,
  Requests,
  SlotCommand,
  State,
} from "./multi-paxos-state.ts";

export const multiPaxos = defineNode<State, Requests, Replies, MultiPaxosConfig>({
  name: "multi-paxos",
  durable: ["promised", "accepted"],
  init: (config) => ({
    config,
    promised: 0,
    accepted: new Map(),
    decided: new Map(),
    performed: 0,
    store: new Map(),
    sessions: new Map(),
    leading: null,
    election: 0,
  }),
  start(state, ctx) {
    // To accept a proposal is to promise its ballot: the two records are written one after the other.
    for (const { ballot } of state.accepted.values()) state.promised = Math.max(state.promised, ballot);
    awaitLeader(state, ctx);
  },
  on: {
    read: request,
    write: request,
    cas: request,
    forward(state, { body }, ctx) {
      if (state.leading?.active === true) submit(state, state.leading, body.request, ctx);
    },
    prepare(state, { src, body }, ctx) {
      // Phase 1 (b), for all slots at once.
      if (body.ballot <= state.promised) return;
      follow(state, body.ballot, ctx);
      ctx.send(src, { type: "promise", ballot: body.ballot, accepted: acceptedFrom(state, body.from) });
    },
    promise(state, { src, body }, ctx) {
      const { leading } = state;
      if (leading === null || leading.ballot !== body.ballot || leading.active) return;
      leading.promisedBy.add(src);
      collect(state, leading, body.accepted);
      if (leading.promisedBy.size >= quorum(state, ctx)) lead(state, leading, ctx);
    },
    accept(state, { src, body: { ballot, entries } }, ctx) {
      // Phase 2 (b).
      if (ballot < state.promised && state.config.keepsPromise) return;
      follow(state, ballot, ctx);
      for (const { slot, command } of entries) state.accepted.set(slot, { ballot, command });
      ctx.send(src, { type: "accepted", ballot, slots: entries.map(({ slot }) => slot) });
    },
    accepted(state, { src, body }, ctx) {
      const { leading } = state;
      if (leading === null || leading.ballot !== body.ballot) return;
      const entries: SlotCommand[] = [];
      for (const slot of body.slots) {
        const proposal = leading.proposals.get(slot);
        if (proposal === undefined) continue;
        proposal.acceptedBy.add(src);
        if (proposal.acceptedBy.size < quorum(state, ctx)) continue;
        leading.proposals.delete(slot);
        entries.push({ slot, command: proposal.command });
      }
      if (entries.length === 0) return;
      ctx.broadcast({ type: "decision", entries });
      decide(state, entries, ctx);
    },
    decision(state, { body }, ctx) {
      decide(state, body.entries, ctx);
    },
    heartbeat(state, { src, body }, ctx) {
      if (body.ballot < state.promised) return;
      follow(state, body.ballot, ctx);
      if (body.performed <= state.performed) return;
      ctx.mark("a replica that had missed decisions asked for them");
      ctx.send(src, { type: "catch-up", from: state.performed + 1 });
    },
    "catch-up"(state, { src, body }, ctx) {
      const missed = [...state.decided].filter(([slot]) => slot >= body.from);
      const entries = missed.map(([slot, command]) => ({ slot, command })).toSorted(bySlot);
      ctx.send(src, { type: "decision", entries });
    },
  },
  timers: {
    election: scout,
    heartbeat(state, ballot, ctx) {
      const { leading } = state;
      if (leading === null || leading.ballot !== ballot) return;
      ctx.broadcast({ type: "heartbeat", ballot, performed: state.performed });
      const entries = [...leading.proposals].map(([slot, { command }]) => ({ slot, command })).toSorted(bySlot);
      if (entries.length > 0) ctx.broadcast({ type: "accept", ballot, entries });
      ctx.timer("heartbeat", state.config.heartbeat, ballot);
    },
  },
  view({ leading, performed, promised }) {
    const role = leading === null ? "follows" : leading.active ? "leads" : "prepares";
    return promised === 0 ? "begins" : `${role} ballot ${String(promised)}, ${String(performed)} performed`;
  },
  describe(body) {
    switch (body.type) {
      case "prepare":
      case "promise":
      case "heartbeat":
        return `${body.type} (${String(body.ballot)})`;
      case "accept":
        return `accept ${body.entries.map(({ slot }) => String(slot)).join(", ")} (${String(body.ballot)})`;
      case "accepted":
        return `accepted ${body.slots.join(", ")}`;
      case "decision":
        return `decision ${body.entries.map(({ slot }) => String(slot)).join(", ")}`;
      case "write":
        return `write ${String(body.value)}`;
      case "read_ok":
        return `read_ok ${String(body.value ?? "empty")}`;
      default:
        return body.type;
    }
  },
});

/** A client's request goes to the leader; who has none drops it, and the client calls again. */
function request(state: State, message: Message<KeyValueRequest>, ctx: Ctx): void {
  const { leading } = state;
  if (leading?.active === true) return submit(state, leading, message, ctx);
  const leader = ctx.nodes[state.promised % ctx.nodes.length]!;
  if (leading === null && state.promised > 0) ctx.send(leader, { type: "forward", request: message });
}

/** Phase 2 (a) for a new command, in the next free slot. */
function submit(state: State, leading: Leadership, command: Message<KeyValueRequest>, ctx: Ctx): void {
  if (command.body.type === "read" && !state.config.readsThroughLog) return perform(state, command, ctx);
  leading.lastSlot += 1;
  propose(state, leading, [{ slot: leading.lastSlot, command }], ctx);
}

function propose(state: State, leading: Leadership, entries: readonly SlotCommand[], ctx: Ctx): void {
  const { ballot } = leading;
  for (const { slot, command } of entries) {
    state.accepted.set(slot, { ballot, command });
    leading.proposals.set(slot, { command, acceptedBy: new Set([ctx.self]) });
  }
  ctx.broadcast({ type: "accept", ballot, entries });
}

/** No leader was heard of in time: phase 1 (a) with a ballot of one's own above all that this node knows. */
function scout(state: State, _data: number, ctx: Ctx): void {
  const count = ctx.nodes.length;
  const ballot = (Math.floor(state.promised / count) + 1) * count + ctx.nodes.indexOf(ctx.self);
  const from = state.performed + 1;
  state.promised = ballot;
  state.leading = {
    ballot,
    active: false,
    promisedBy: new Set([ctx.self]),
    found: new Map(),
    proposals: new Map(),
    lastSlot: 0,
  };
  collect(state, state.leading, acceptedFrom(state, from));
  ctx.broadcast({ type: "prepare", ballot, from });
  awaitLeader(state, ctx);
}

/** Per slot the highest-numbered proposal of all promises. */
function collect({ config }: State, { found }: Leadership, accepted: readonly Accepted[]): void {
  for (const one of accepted) {
    const other = found.get(one.slot);
    if (other === undefined || (config.adopts === "highest" && one.ballot > other.ballot)) found.set(one.slot, one);
  }
}

/**
 * Phase 1 has ended. Section 3 of "Paxos Made Simple": the leader proposes again what it found, fills the gaps with
 * no-ops, and is then free to propose commands of its own.
 */
function lead(state: State, leading: Leadership, ctx: Ctx): void {
  leading.active = true;
  ctx.cancel(state.election);
  const entries: SlotCommand[] = [];
  const last = state.config.adopts === "none" ? 0 : Math.max(0, ...leading.found.keys());
  leading.lastSlot = Math.max(state.performed, last);
  for (let slot = state.performed + 1; slot <= last; slot += 1) {
    const found = leading.found.get(slot);
    if (found === undefined) ctx.mark("a new leader filled a gap with a no-op");
    else if (!state.decided.has(slot)) ctx.mark("a new leader finished what another had proposed");
    if (found !== undefined || state.config.fillsGaps) entries.push({ slot, command: found?.command ?? null });
  }
  if (entries.length > 0) propose(state, leading, entries, ctx);
  ctx.broadcast({ type: "heartbeat", ballot: leading.ballot, performed: state.performed });
  ctx.timer("heartbeat", state.config.heartbeat, leading.ballot);
}

/** A ballot no lower than what was promised: its leader is to be waited for, and a lower one of one's own is preempted. */
function follow(state: State, ballot: number, ctx: Ctx): void {
  if (ballot > state.promised) {
    if (state.leading !== null && state.leading.proposals.size > 0) {
      ctx.mark("a leader was preempted with proposals under way");
    }
    state.promised = ballot;
    state.leading = null;
  }
  awaitLeader(state, ctx);
}

function awaitLeader(state: State, ctx: Ctx): void {
  const { election } = state.config;
  ctx.cancel(state.election);
  state.election = ctx.timer("election", election + ctx.random(election, "election"));
}

function acceptedFrom({ accepted }: State, from: number): readonly Accepted[] {
  const asked = [...accepted].filter(([slot]) => slot >= from);
  return asked.map(([slot, proposal]) => ({ slot, ...proposal })).toSorted(bySlot);
}

const bySlot = (one: SlotCommand, other: SlotCommand): number => one.slot - other.slot;

function quorum({ config }: State, ctx: Ctx): number {
  const half = Math.floor(ctx.nodes.length / 2);
  return config.quorum === "half" ? half : half + 1;
}
