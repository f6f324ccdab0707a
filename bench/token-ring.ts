import type { Body, Run, Workload } from "@fieldbook/engine";
import { defineNode, simulate } from "@fieldbook/engine";
import { constant } from "@fieldbook/kernel";
import type { Distribution } from "@fieldbook/kernel";

/** Nodes of the ring, here and in the peers. */
export const ringNodes = 5;

interface Token extends Body {
  readonly type: "token";
  readonly number: number;
  /** How often it is still to be passed on. */
  readonly hops: number;
}

interface Config {
  /** Tokens that each node starts. */
  readonly tokens: number;
  /** How often each token is handled: a multiple of five, so that all nodes have the same work. */
  readonly hops: number;
}

interface State extends Config {
  readonly next: string;
  handled: number;
}

/** A node that passes tokens on to the next, as the nodes of the peers do. */
const ringNode = defineNode<State, Token, never, Config>({
  name: "ring",
  durable: [],
  init: ({ tokens, hops }, self, nodes) => ({
    tokens,
    hops,
    next: nodes[(nodes.indexOf(self) + 1) % nodes.length]!,
    handled: 0,
  }),
  start({ tokens, hops, next }, ctx) {
    for (let number = 0; number < tokens; number += 1) ctx.send(next, { type: "token", number, hops: hops - 1 });
  },
  on: {
    token(state, { body }, ctx) {
      state.handled += 1;
      if (body.hops > 0) ctx.send(state.next, { type: "token", number: body.number, hops: body.hops - 1 });
    },
  },
});

/** No clients: the nodes keep themselves busy. */
export const nobody: Workload<never, never> = {
  clients: 0,
  timeout: 1,
  next: () => undefined,
  complete: () => ({ outcome: "open", output: undefined }),
};

export interface Ring extends Config {
  readonly latency: Distribution;
  readonly seed: number;
  /** Called after each message. */
  readonly onHandled?: () => undefined;
}

/**
 * Runs a ring until the last token is handled.
 *
 * @throws Error when not every message was handled
 */
export function runRing({ tokens, hops, latency, seed, onHandled }: Ring): Run {
  const messages = ringNodes * tokens * hops;
  const run = simulate(
    {
      node: ringNode,
      config: { tokens, hops },
      nodes: ringNodes,
      network: { latency, loss: 0, duplicate: 0, ordered: false, reorder: 0, reorderDelay: constant(0) },
      faults: [],
      workload: nobody,
      until: Number.MAX_SAFE_INTEGER,
      outliveClients: true,
      maxEvents: messages + 1,
      ...(onHandled === undefined ? {} : { watchers: [onHandled] }),
    },
    seed,
  );
  if (run.ended !== "quiescent" || run.events !== messages) {
    throw new Error(`The ring was to handle ${messages} messages; it handled ${run.events} (${run.ended}).`);
  }
  return run;
}
