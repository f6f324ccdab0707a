import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { Body, Message } from "./message.ts";
import { calmNetwork } from "./network.ts";
import { defineNode } from "./node.ts";
import { simulate } from "./simulate.ts";
import type { Invocation } from "./workload.ts";

type Request = (Body & { readonly type: "ask" }) | (Body & { readonly type: "pass" });
type Reply = Body & { readonly type: "told" };

const desk = defineNode<{ asked: number }, Request, Reply, null>({
  name: "desk",
  durable: [],
  init: () => ({ asked: 0 }),
  on: {
    ask(state, message, ctx) {
      state.asked += 1;
      ctx.call("n2", { type: "pass" }, "passed", 0);
      ctx.timer("rest", milliseconds(50), 0);
      ctx.reply(message, { type: "told" });
    },
    pass: (_state, message, ctx) => ctx.reply(message, { type: "told" }),
  },
  replies: { passed() {} },
  timers: { rest() {} },
  operator: { open() {} },
});

const ask = (k: number): Invocation<Request> => ({
  f: "ask",
  input: null,
  body: { type: "ask" },
  node: 0,
  think: milliseconds(k * 90),
});

describe("a watcher", () => {
  it("is given what the node has received: requests, answers, operators' commands, and nothing else", () => {
    const seen: string[] = [];
    const say = ({ src, body }: Message): string => `${body.type} of ${src}`;
    simulate(
      {
        node: desk,
        config: null,
        nodes: 2,
        network: calmNetwork(milliseconds(5)),
        faults: [
          { kind: "operator", at: milliseconds(90), until: milliseconds(90), command: "open", nodes: ["n2"], data: 7 },
          // What n2 answers finds nobody who waits for it.
          { kind: "crash", at: milliseconds(112), until: milliseconds(113), node: "n1" },
        ],
        workload: {
          clients: 1,
          timeout: milliseconds(300),
          next: (_client, k) => (k < 2 ? ask(k) : undefined),
          complete: () => ({ outcome: "ok", output: null }),
        },
        until: milliseconds(400),
        outliveClients: true,
        watchers: [
          ({ name }, _nodes, time, message) => {
            seen.push(`${String(time / 1_000)} ${name}: ${message === undefined ? "nothing" : say(message)}`);
            return undefined;
          },
        ],
      },
      1,
    );
    expect(seen).toEqual([
      "0 n1: nothing",
      "0 n2: nothing",
      "5 n1: ask of c1",
      "10 n2: pass of n1",
      "15 n1: told of n2",
      "55 n1: nothing",
      "90 n2: open of operator",
      "105 n1: ask of c1",
      "110 n2: pass of n1",
      "113 n1: nothing",
      // The answer to a question of before the crash.
      "115 n1: nothing",
    ]);
  });
});
