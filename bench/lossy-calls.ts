import type { Body } from "@fieldbook/engine";
import { defineNode, simulate } from "@fieldbook/engine";
import { constant, milliseconds, uniform } from "@fieldbook/kernel";
import { nobody } from "./token-ring.ts";

interface State {
  answered: number;
}

type Ask = Body & { readonly type: "ask" };
type Answer = Body & { readonly type: "answer" };

/** A node that asks all others again and again, and goes on whether they answer or not. */
const caller = defineNode<State, Ask, Answer>({
  name: "caller",
  durable: [],
  init: () => ({ answered: 0 }),
  start: (_state, ctx) => void ctx.timer("again", milliseconds(1)),
  on: { ask: (_state, message, ctx) => ctx.reply(message, { type: "answer" }) },
  replies: {
    heard(state) {
      state.answered += 1;
    },
  },
  timers: {
    again(_state, _data, ctx) {
      for (const peer of ctx.peers) ctx.call(peer, { type: "ask" }, "heard", 0);
      ctx.timer("again", milliseconds(1));
    },
  },
});

/** Five nodes that call each other over links that lose 5 % and duplicate 1 % of all messages, for `events` events. */
export function runCalls(events: number, onHandled: () => undefined): void {
  simulate(
    {
      node: caller,
      config: undefined,
      nodes: 5,
      network: {
        latency: uniform(milliseconds(1), milliseconds(10)),
        loss: 50_000,
        duplicate: 10_000,
        ordered: false,
        reorder: 0,
        reorderDelay: constant(0),
      },
      faults: [],
      workload: nobody,
      until: Number.MAX_SAFE_INTEGER,
      outliveClients: true,
      maxEvents: events,
      watchers: [onHandled],
    },
    1,
  );
}
