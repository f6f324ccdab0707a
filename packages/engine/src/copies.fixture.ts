import { checkLinearizable, models } from "@fieldbook/check";
import { milliseconds } from "@fieldbook/kernel";
import { defineSystem } from "./define-system.ts";
import type { FaultKind } from "./faults/fault.ts";
import type { Body, Message } from "./message.ts";
import { defineNode } from "./node.ts";

type Requests =
  | (Body & { readonly type: "write"; readonly value: number })
  | (Body & { readonly type: "read" })
  | (Body & { readonly type: "copy"; readonly value: number; readonly number: number });
type Replies =
  | (Body & { readonly type: "write_ok" })
  | (Body & { readonly type: "read_ok"; readonly value: number | null })
  | (Body & { readonly type: "copy_ok" });

interface Config {
  /** Whether a write is answered only when the copy has it. */
  readonly waits: boolean;
}

interface State {
  readonly config: Config;
  value: number | null;
  number: number;
  /** Writes that the copy has not yet confirmed, by their number. */
  readonly waiting: Map<number, Message>;
}

/** A register on n1 with one copy on n2 that answers reads; the smallest system that can be wrong in an instructive way. */
const copies = defineNode<State, Requests, Replies, Config>({
  name: "copies",
  durable: ["value", "number"],
  init: (config) => ({ config, value: null, number: 0, waiting: new Map() }),
  on: {
    write(state, message, ctx) {
      state.number += 1;
      state.value = message.body.value;
      if (state.config.waits) state.waiting.set(state.number, message);
      else ctx.reply(message, { type: "write_ok" });
      ctx.call("n2", { type: "copy", value: message.body.value, number: state.number }, "copied", state.number);
    },
    copy(state, message, ctx) {
      const { value, number } = message.body;
      if (number < state.number) ctx.mark("an older copy came late");
      else {
        state.value = value;
        state.number = number;
      }
      ctx.mark("three copies", Math.min(number, 2), 3);
      ctx.reply(message, { type: "copy_ok" });
    },
    read: (state, message, ctx) => ctx.reply(message, { type: "read_ok", value: state.value }),
  },
  replies: {
    copied(state, answer, number, ctx) {
      const request = state.waiting.get(number);
      state.waiting.delete(number);
      if (request !== undefined && answer.body.type === "copy_ok") ctx.reply(request, { type: "write_ok" });
    },
  },
  view: (state) => `${String(state.value)} (${String(state.number)})`,
});

const survives: readonly FaultKind[] = [
  "partition",
  "one-way-partition",
  "isolation",
  "flapping",
  "loss",
  "delay",
  "pause",
  "slow-node",
];

/** One client writes, and reads from the copy in between. */
export const copiesSystem = defineSystem<State, Requests, Replies, Config>({
  id: "copies",
  title: "A register with one copy",
  says: "n1 takes writes and n2 answers reads.",
  leavesOut: "Almost all.",
  source: "none",
  node: copies,
  config: { waits: true },
  nodes: { default: 3, min: 2, max: 5 },
  clients: 2,
  operations: 8,
  workload: ({ operations }) => ({
    clients: 2,
    timeout: milliseconds(100),
    next(client, k, draws) {
      if (k >= operations) return undefined;
      const think = draws.below(milliseconds(40), 1);
      if (client === 0) {
        const write = { type: "write", value: k + 1 } as const;
        return { f: "write", input: k + 1, body: write, node: 0, think };
      }
      return { f: "read", input: null, body: { type: "read" }, node: 1, think };
    },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.type === "read_ok" ? reply.value : null }),
  }),
  chaos: milliseconds(500),
  survives,
  properties: [
    {
      id: "linearizable",
      says: "Reads see the latest write.",
      judge({ history }, explain) {
        const found = checkLinearizable(history, models.register, { reduce: explain });
        if (found.verdict !== "violated") return { verdict: found.verdict, says: "" };
        return { verdict: "violated", says: found.contradiction.says, operations: found.contradiction.operations };
      },
    },
    {
      id: "numbers-rise",
      says: "A node's number never falls.",
      watch() {
        const last = new Map<string, number>();
        return ({ name, state }) => {
          const before = last.get(name) ?? 0;
          last.set(name, state.number);
          return state.number < before ? `${name} went from ${String(before)} to ${String(state.number)}.` : undefined;
        };
      },
    },
  ],
  recovers: { within: milliseconds(1_000) },
  sometimes: ["an older copy came late", "three copies", "never"],
  mutants: [
    { id: "answers-early", says: "It answers before the copy has it.", seen: "everywhere", config: { waits: false } },
    {
      id: "forgets-its-number",
      says: "The copy takes any number.",
      seen: "everywhere",
      node: (correct) => ({
        ...correct,
        on: {
          ...correct.on,
          copy(state, message, ctx) {
            state.value = message.body.value;
            state.number = message.body.number;
            ctx.reply(message, { type: "copy_ok" });
          },
        },
      }),
    },
    {
      id: "never-answers",
      says: "After its third write it answers no more.",
      seen: "everywhere",
      node: (correct) => ({
        ...correct,
        replies: {
          copied(state, answer, number, ctx) {
            if (number < 3) correct.replies!["copied"]!(state, answer, number, ctx);
          },
        },
      }),
    },
  ],
});
