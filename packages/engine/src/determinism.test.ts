import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { guarded, replacements } from "./guard.ts";
import type { Body, Message } from "./message.ts";
import { calmNetwork } from "./network.ts";
import type { Context } from "./node.ts";
import { defineNode } from "./node.ts";
import type { Run } from "./run.ts";
import { simulate } from "./simulate.ts";

interface State {
  readonly seen: Map<string, number>;
  value: unknown;
}

type Handler = (state: State, message: Message, ctx: Context<Body, Body>) => void;

/** Two nodes that do the same thing with each message; the first sends three to the second, as strings to remember. */
function run(handler: Handler, checked = false): Run {
  const node = defineNode<State, Body & { readonly type: "go" }, Body & { readonly type: "ok" }>({
    name: "suspect",
    durable: [],
    init: () => ({ seen: new Map(), value: null }),
    on: { go: (state, message, ctx) => handler(state, message, ctx) },
    timers: { later() {} },
  });
  return simulate(
    {
      node,
      config: undefined,
      nodes: 2,
      network: calmNetwork(milliseconds(1)),
      faults: [],
      workload: {
        clients: 3,
        timeout: milliseconds(50),
        next: (_client, k) =>
          k < 3
            ? { f: "go", input: null, body: { type: "go" as const }, node: k % 2, think: milliseconds(1) }
            : undefined,
        complete: () => ({ outcome: "ok", output: null }),
      },
      until: milliseconds(500),
    },
    1,
    { checked },
  );
}

let calls = 0;

describe("what is out of reach while a run goes on", () => {
  it.each<readonly [string, Handler, string]>([
    ["the time of day", (state) => void (state.value = Date.now()), "Date; a node has ctx.now()"],
    ["a date", (state) => void (state.value = new Date().getTime()), "Date; a node has ctx.now()"],
    ["chance", (state) => void (state.value = Math.random()), "Math.random; a node has ctx.random(bound, label)"],
    ["a stopwatch", (state) => void (state.value = performance.now()), "performance.now; a node has ctx.monotonic()"],
    ["a timer", () => void setTimeout(() => {}, 1), "setTimeout; a node has ctx.timer(name, delay)"],
    ["a microtask", () => queueMicrotask(() => {}), "queueMicrotask; a node has ctx.timer(name, 0)"],
    ["a promise", () => void Promise.resolve(), "Promise; a node has ctx.call"],
    ["random bytes", (state) => void (state.value = crypto.randomUUID()), "crypto; a node has ctx.random"],
    ["the network", () => void fetch("http://127.0.0.1"), "fetch; a node has ctx.send"],
    ["weak references", (state) => void (state.value = new WeakRef(state)), "WeakRef; a node has a Map in the state"],
    ["a locale", (state) => void (state.value = new Intl.NumberFormat()), "Intl; a node has texts compared"],
  ])("%s, with a word on what a node has instead", (_, handler, says) => {
    expect(() => run(handler)).toThrow(says);
    expect(() => run(handler)).toThrow(/^n\d \(suspect\) at 0\.00\d{4} s: it used /);
  });

  it("is back when the run is over, whether it ended well or not", () => {
    const before = [Date, Math.random, globalThis.Promise, globalThis.setTimeout];
    run(() => {});
    expect(() => run((state) => void (state.value = Date.now()))).toThrow();
    expect([Date, Math.random, globalThis.Promise, globalThis.setTimeout]).toEqual(before);
    expect(Date.now()).toBeGreaterThan(0);
  });

  it("stays out of reach in a run within a guarded call, and comes back once", () => {
    guarded(() => expect(() => run((state) => void (state.value = Math.random()))).toThrow("ctx.random"));
    expect(Math.random()).toBeLessThan(1);
  });

  it("names a replacement for each", () => {
    for (const [, instead] of replacements) expect(instead.length).toBeGreaterThan(5);
  });
});

describe("a handler that can not be repeated is named", () => {
  it("when it is async", () => {
    const handler = async (): Promise<void> => {
      await (undefined as unknown as PromiseLike<void>);
    };
    expect(() => run(handler as unknown as Handler)).toThrow("the handler is async");
  });

  it("when a variable of its module decides", () => {
    const counts: Handler = (state) => {
      calls += 1;
      state.value = calls;
    };
    expect(() => run(counts, true)).toThrow("run twice on the same state and event it did two different things");
    expect(() => run(counts)).not.toThrow();
  });

  it("when what it sends hangs on the order of a Map", () => {
    const tells: Handler = (state, message, ctx) => {
      state.seen.set(message.src, state.seen.size);
      for (const name of state.seen.keys()) ctx.log(name);
    };
    expect(() => run(tells, true)).toThrow("the order in which a Map or Set was filled");
    const sorted: Handler = (state, message, ctx) => {
      state.seen.set(message.src, 1);
      for (const name of [...state.seen.keys()].toSorted()) ctx.log(name);
    };
    expect(() => run(sorted, true)).not.toThrow();
  });

  it("when what it keeps hangs on the order of a Map", () => {
    const keeps: Handler = (state, message) => {
      state.seen.set(message.src, 1);
      [state.value] = state.seen.keys();
    };
    expect(() => run(keeps, true)).toThrow("the order in which a Map or Set was filled");
  });

  it("and one that uses all of its context is not: the check leaves the run as it is", () => {
    const busy: Handler = (state, message, ctx) => {
      state.seen.set(message.src, ctx.random(1_000, "draw") + ctx.random(1_000, "draw"));
      ctx.cancel(ctx.timer("later", 1_000));
      ctx.disk.append("log", ctx.now());
      ctx.mark("busy");
      ctx.reply(message, { type: "ok" });
    };
    expect(run(busy, true).traceHash).toBe(run(busy).traceHash);
  });
});
