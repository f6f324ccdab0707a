import { milliseconds, seconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { defineNode } from "./node.ts";
import { defineSystem } from "./define-system.ts";
import type { Body } from "./message.ts";
import { searchSeeds } from "./run-system.ts";

type Request = Body & { readonly type: "put" | "get" };
type Reply = Body & { readonly type: "done"; readonly kept: boolean };

interface DeskConfig {
  readonly answersGets: boolean;
  readonly keeps: boolean;
}

interface DeskState {
  readonly config: DeskConfig;
}

const desk = defineNode<DeskState, Request, Reply, DeskConfig>({
  name: "desk",
  durable: [],
  init: (config) => ({ config }),
  on: {
    put: ({ config }, message, ctx) => ctx.reply(message, { type: "done", kept: config.keeps }),
    get({ config }, message, ctx) {
      if (config.answersGets) ctx.reply(message, { type: "done", kept: true });
      else ctx.reply(message, { type: "error", code: 11, text: "not now" });
    },
  },
});

/** One call in ten gets; the others put. The first node must be there, and one of the others. */
const desks = defineSystem<DeskState, Request, Reply, DeskConfig>({
  id: "desks",
  title: "Desks",
  says: "Desks that answer.",
  leavesOut: "All else.",
  source: "none",
  node: desk,
  config: { answersGets: true, keeps: true },
  nodes: { default: 4, min: 2, max: 4 },
  clients: 2,
  operations: 3,
  workload: ({ clients, operations }) => ({
    clients,
    timeout: milliseconds(100),
    next(_client, k, draws) {
      if (k >= operations) return undefined;
      const f = draws.below(10, 0) === 0 ? "get" : "put";
      return { f, input: null, body: { type: f }, node: 0, think: draws.below(milliseconds(50), 1) };
    },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.kept }),
    serves: (_invocation, reply) => reply.kept,
  }),
  survives: ["loss", "crash", "partition"],
  properties: [],
  recovers: { within: seconds(1), core: () => 2, always: 1 },
  sometimes: [],
  mutants: [
    { id: "never-gets", says: "Refuses every get.", seen: "made up", config: { answersGets: false } },
    { id: "never-keeps", says: "Keeps nothing.", seen: "made up", config: { keeps: false } },
  ],
});

describe("a healed system", () => {
  it("answers, whatever was called in vain before, in 300 runs", () => {
    expect(searchSeeds(desks, {}, 1, 300).found).toBeUndefined();
  });

  it("owes an answer to every kind of operation that was called in vain, however rare", () => {
    expect(searchSeeds(desks, { mutant: "never-gets" }, 1, 300).found?.property).toBe("recovers");
  });

  it("owes what the workload says that it owes", () => {
    expect(searchSeeds(desks, { mutant: "never-keeps" }, 1, 5).found?.property).toBe("recovers");
  });

  it("has the nodes that are always of the core", () => {
    const cores = Array.from({ length: 200 }, (_, seed) => desks.plan({}, seed).core);
    expect(cores.every((core) => core.includes("n1"))).toBe(true);
    expect(new Set(cores.map((core) => core.join(" ")))).toEqual(new Set(["n1 n2 n3 n4", "n1 n2", "n1 n3", "n1 n4"]));
  });
});
