/**
 * A register on quorums: every operation asks all nodes and goes on when enough have answered.
 *
 * Attiya, Bar-Noy, Dolev, "Sharing Memory Robustly in Message-Passing Systems" (J. ACM 42(1), 1995): section 3 gives
 * the read that writes back what it is about to return; without that step a later read may return an older value. Several
 * writers, who first ask for the highest version, are from Lynch and Shvartsman, "Robust Emulation of Shared Memory Using
 * Dynamic Quorum-Acknowledged Broadcasts" (FTCS 1997).
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import type { RegisterReply, RegisterRequest } from "../register-messages.ts";
import { isNewer, noVersion } from "../version.ts";
import type { Version } from "../version.ts";

export interface QuorumConfig {
  /** Answers that a query waits for, the node's own included. */
  readonly read: number;
  /** Acknowledgements that a store waits for, the node's own included. */
  readonly write: number;
  /** Whether a read stores what it found on a write quorum before it returns it (the second phase of ABD). */
  readonly readRepair: boolean;
}

export type QuorumRequest =
  | RegisterRequest
  | (Body & { readonly type: "query" })
  | (Body & { readonly type: "store"; readonly version: Version; readonly value: number | null });
export type QuorumReply =
  | RegisterReply
  | (Body & { readonly type: "query_ok"; readonly version: Version; readonly value: number | null })
  | (Body & { readonly type: "store_ok" });

/** An operation that this node carries out for a client. */
interface Coordination {
  readonly request: Message;
  /** The value to write; null for a read. */
  readonly writes: number | null;
  phase: "query" | "store";
  /** Answers to the present phase. */
  answers: number;
  /** The newest version heard of, then the one that is stored. */
  version: Version;
  value: number | null;
}

export interface QuorumState {
  readonly config: QuorumConfig;
  version: Version;
  value: number | null;
  /**
   * The highest counter that this node has given to a write. Durable: after a crash, or with two writes at once, it must
   * not give one version to two values.
   */
  proposed: number;
  /**
   * Per client the number of its last write. Durable: a write that the network delivers twice must be carried out once,
   * or its value comes back after others have replaced it.
   */
  readonly lastWrites: Map<string, number>;
  readonly coordinations: Map<number, Coordination>;
  started: number;
}

type Ctx = Context<QuorumRequest, QuorumReply>;

export const quorumRegister = defineNode<QuorumState, QuorumRequest, QuorumReply, QuorumConfig>({
  name: "quorum-register",
  durable: ["version", "value", "proposed", "lastWrites"],
  init: (config) => ({
    config,
    version: noVersion,
    value: null,
    proposed: 0,
    lastWrites: new Map(),
    coordinations: new Map(),
    started: 0,
  }),
  on: {
    read: (state, message, ctx) => query(state, message, null, ctx),
    write(state, message, ctx) {
      const number = message.body.msg_id ?? 0;
      if (number <= (state.lastWrites.get(message.src) ?? -1)) return ctx.mark("a write came twice");
      state.lastWrites.set(message.src, number);
      query(state, message, message.body.value, ctx);
    },
    query(state, message, ctx) {
      ctx.reply(message, { type: "query_ok", version: state.version, value: state.value });
    },
    store(state, message, ctx) {
      const { version, value } = message.body;
      if (isNewer(version, state.version)) {
        state.version = version;
        state.value = value;
      } else if (isNewer(state.version, version)) ctx.mark("an older version came late");
      ctx.reply(message, { type: "store_ok" });
    },
  },
  replies: {
    queried(state, answer, id, ctx) {
      const operation = state.coordinations.get(id);
      const { body } = answer;
      if (operation?.phase !== "query" || body.type !== "query_ok") return;
      if (operation.answers > 0 && body.version.counter !== operation.version.counter) {
        ctx.mark("two nodes held different versions");
      }
      if (isNewer(body.version, operation.version)) {
        operation.version = body.version;
        operation.value = body.value;
      }
      operation.answers += 1;
      if (operation.answers === state.config.read) queryEnded(state, id, operation, ctx);
    },
    stored(state, answer, id, ctx) {
      const operation = state.coordinations.get(id);
      if (operation?.phase !== "store" || answer.body.type !== "store_ok") return;
      operation.answers += 1;
      if (operation.answers === state.config.write) finish(state, id, operation, ctx);
    },
  },
  view: (state) =>
    state.value === null ? "empty" : `${String(state.value)} (version ${String(state.version.counter)})`,
  describe(body) {
    if (body.type === "store" || body.type === "query_ok") return `${body.type} ${String(body.value ?? "empty")}`;
    if (body.type === "read_ok") return `read_ok ${String(body.value ?? "empty")}`;
    return body.type === "write" ? `write ${String(body.value)}` : body.type;
  },
});

/** First phase, of reads and writes alike: what is the newest version that a read quorum has seen? */
function query(state: QuorumState, request: Message, writes: number | null, ctx: Ctx): void {
  state.started += 1;
  state.coordinations.set(state.started, {
    request,
    writes,
    phase: "query",
    answers: 0,
    version: noVersion,
    value: null,
  });
  for (const node of ctx.nodes) ctx.call(node, { type: "query" }, "queried", state.started);
}

function queryEnded(state: QuorumState, id: number, operation: Coordination, ctx: Ctx): void {
  if (operation.writes !== null) {
    state.proposed = Math.max(state.proposed, operation.version.counter) + 1;
    operation.version = { counter: state.proposed, writer: ctx.self };
    operation.value = operation.writes;
  } else if (!state.config.readRepair) {
    return finish(state, id, operation, ctx);
  }
  // Second phase: the value is on a write quorum before anybody is told of it.
  operation.phase = "store";
  operation.answers = 0;
  const { version, value } = operation;
  for (const node of ctx.nodes) ctx.call(node, { type: "store", version, value }, "stored", id);
}

function finish(state: QuorumState, id: number, operation: Coordination, ctx: Ctx): void {
  state.coordinations.delete(id);
  if (operation.writes === null) ctx.reply(operation.request, { type: "read_ok", value: operation.value });
  else ctx.reply(operation.request, { type: "write_ok" });
}
