import type { Value } from "@fieldbook/check";
import { milliseconds } from "@fieldbook/kernel";
import type { Fault } from "./faults/fault.ts";
import type { Body } from "./message.ts";
import { calmNetwork } from "./network.ts";
import { defineNode } from "./node.ts";
import type { Run, RunOptions } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { simulate } from "./simulate.ts";

type Requests = (Body & { readonly type: "note"; readonly text: string }) | (Body & { readonly type: "beat" });
type Replies = Body & { readonly type: "note_ok" };

interface State {
  /** Durable. */
  notes: string[];
  count: number;
  /** Volatile. */
  readonly heard: (readonly [from: string, at: number])[];
  readonly told: string[];
  readonly clock: number[];
}

/** Writes down what it is told in two durable fields, and beats to its peers every 10 ms. */
const notebook = defineNode<State, Requests, Replies>({
  name: "notebook",
  durable: ["notes", "count"],
  init: () => ({ notes: [], count: 0, heard: [], told: [], clock: [] }),
  start(state, ctx) {
    state.told.push(...ctx.lost.map((field) => `lost ${field}`));
    ctx.timer("beat", milliseconds(10));
  },
  on: {
    note(state, message, ctx) {
      state.notes.push(message.body.text);
      state.count += 1;
      ctx.reply(message, { type: "note_ok" });
    },
    beat(state, message, ctx) {
      state.heard.push([message.src, ctx.monotonic()]);
    },
  },
  timers: {
    beat(state, _data, ctx) {
      state.clock.push(ctx.now());
      ctx.broadcast({ type: "beat" });
      ctx.timer("beat", milliseconds(10));
    },
  },
  operator: {
    say(state, data: Value) {
      state.told.push(String(data));
    },
  },
  view: (state) => `${String(state.count)} notes`,
});

/** The same with another start: what a rolling upgrade brings. */
const nextNotebook: typeof notebook = {
  ...notebook,
  start(state, ctx) {
    state.told.push("version 2");
    notebook.start?.(state, ctx);
  },
};

export const stateOf = (run: Run, node: number): State => run.nodes[node]!.state as State;

export interface NotebookRun {
  readonly faults?: readonly Fault[];
  /** When notes "1", "2", … are written to n1. */
  readonly notesAt?: readonly number[];
  readonly until?: number;
  readonly nodes?: number;
  readonly seed?: number;
  readonly options?: RunOptions;
  readonly scenario?: Partial<Scenario<State, Requests, Replies, undefined>>;
}

/** Three notebooks on a calm network of 1 ms, and one client that writes to the first. Times in ms. */
export function runNotebook(given: NotebookRun = {}): Run {
  const { faults = [], notesAt = [], until = 100, nodes = 3, seed = 1, options = {}, scenario = {} } = given;
  return simulate(
    {
      node: notebook,
      next: nextNotebook,
      config: undefined,
      nodes,
      network: calmNetwork(milliseconds(1)),
      faults,
      workload: {
        clients: 1,
        timeout: milliseconds(20),
        next(_client, k) {
          const at = notesAt[k];
          if (at === undefined) return undefined;
          const text = String(k + 1);
          const body = { type: "note", text } as const;
          return { f: "note", input: text, body, node: 0, think: 0, notBefore: milliseconds(at) };
        },
        complete: () => ({ outcome: "ok", output: null }),
      },
      until: milliseconds(until),
      outliveClients: true,
      ...scenario,
    },
    seed,
    options,
  );
}
