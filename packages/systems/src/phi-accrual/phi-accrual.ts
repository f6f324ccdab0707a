/**
 * A failure detector that gives no verdict but a level of suspicion, from the heartbeats it has seen.
 *
 * Hayashibara, Défago, Yared, Katayama, "The φ Accrual Failure Detector" (SRDS 2004): each node sends heartbeats; whoever
 * receives them keeps the gaps between arrivals in a sampling window and asks how likely it is, by their mean and
 * variance, that the next comes even later (`suspicion-level.ts`). What level is high enough is the application's choice;
 * here one threshold stands for it.
 *
 * Two things that practice has added: a floor under the deviation, without which a regular sender is suspected for being
 * a moment late, and a longest gap that counts, without which one partition makes the detector slow for a whole window.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import { suspicionLevel } from "./suspicion-level.ts";

export interface PhiConfig {
  /** Time between two heartbeats of a node, µs; as often it looks at the others. */
  readonly interval: Microseconds;
  /** φ from which a node is suspected. */
  readonly threshold: number;
  /** Gaps that the window holds. */
  readonly window: number;
  /** The deviation is taken to be at least this, µs. */
  readonly minDeviation: Microseconds;
  /** Longer gaps are not sampled, µs: they were outages. */
  readonly maxGap: Microseconds;
  /** Which clock measures gaps and silence. */
  readonly clock: "stopwatch" | "time-of-day";
  /** Whether heartbeats that come again, or late, count for nothing. */
  readonly newOnly: boolean;
  /** Whether a node that is heard from again is trusted again. */
  readonly trustsAgain: boolean;
}

export type PhiRequest = Body & { readonly type: "suspects" };
export type PhiReply = Body & { readonly type: "suspected"; readonly nodes: readonly string[] };
type Requests =
  | PhiRequest
  /** `life` counts the sender's starts, `beat` its heartbeats since. */
  | (Body & { readonly type: "heartbeat"; readonly life: number; readonly beat: number });

/** What a node knows of another. */
export interface Monitored {
  life: number;
  beat: number;
  /** How many heartbeats have counted since this node's start. */
  heartbeats: number;
  /** When the last came, or this node's start. */
  heardAt: Microseconds;
  /** The last gaps between arrivals, oldest first. */
  gaps: number[];
  suspected: boolean;
}

export interface PhiState {
  readonly config: PhiConfig;
  /** How often this node has started. Durable: its heartbeats must not look like those of an earlier life. */
  life: number;
  beat: number;
  /** How often it has looked at the others since its start. */
  looks: number;
  /** When this life began, on the stopwatch. */
  began: Microseconds;
  readonly monitored: Map<string, Monitored>;
}

type State = PhiState;
type Ctx = Context<Requests, PhiReply>;

export const phiAccrual = defineNode<State, Requests, PhiReply, PhiConfig>({
  name: "phi-accrual",
  durable: ["life"],
  init: (config, self, nodes) => ({
    config,
    life: 0,
    beat: 0,
    looks: 0,
    began: 0,
    monitored: new Map(
      nodes
        .filter((name) => name !== self)
        .map((name) => [name, { life: 0, beat: 0, heartbeats: 0, heardAt: 0, gaps: [], suspected: false }]),
    ),
  }),
  start(state, ctx) {
    state.life += 1;
    state.began = ctx.monotonic();
    for (const peer of ctx.peers) state.monitored.get(peer)!.heardAt = time(state, ctx);
    beat(state, 0, ctx);
  },
  on: {
    suspects(state, message, ctx) {
      ctx.reply(message, {
        type: "suspected",
        nodes: ctx.peers.filter((peer) => state.monitored.get(peer)!.suspected),
      });
    },
    heartbeat(state, { src, body }, ctx) {
      const { config } = state;
      const peer = state.monitored.get(src)!;
      const isNew = body.life > peer.life || (body.life === peer.life && body.beat > peer.beat);
      if (config.newOnly && !isNew) return ctx.mark("an old heartbeat came late");
      const gap = time(state, ctx) - peer.heardAt;
      // The first arrival ends no gap.
      if (peer.heartbeats > 0 && gap <= config.maxGap) peer.gaps = [...peer.gaps, gap].slice(-config.window);
      peer.life = body.life;
      peer.beat = body.beat;
      peer.heartbeats += 1;
      peer.heardAt = time(state, ctx);
      if (peer.suspected) ctx.mark("a suspect was heard from again");
      if (config.trustsAgain) peer.suspected = false;
    },
  },
  timers: { beat },
  view({ monitored }) {
    const suspects = [...monitored].filter(([, peer]) => peer.suspected).map(([name]) => name);
    return suspects.length === 0 ? "trusts all" : `suspects ${suspects.toSorted().join(" ")}`;
  },
  describe(body) {
    if (body.type === "heartbeat") return `heartbeat ${String(body.beat)}`;
    return body.type === "suspected" ? `suspects ${body.nodes.join(" ")}` : body.type;
  },
});

/** Tells the others that it lives, and looks which of them it suspects. */
function beat(state: State, _data: number, ctx: Ctx): void {
  state.beat += 1;
  ctx.broadcast({ type: "heartbeat", life: state.life, beat: state.beat });
  state.looks += 1;
  for (const peer of ctx.peers) {
    const monitored = state.monitored.get(peer)!;
    if (monitored.suspected || phi(state, monitored, time(state, ctx)) < state.config.threshold) continue;
    monitored.suspected = true;
    ctx.mark("a node was suspected");
  }
  ctx.timer("beat", state.config.interval);
}

/** The level of suspicion of a node at a time. Until there are gaps to go by, heartbeats are expected at their interval. */
function phi({ config }: State, { gaps, heardAt }: Monitored, now: Microseconds): number {
  const count = Math.max(1, gaps.length);
  const mean = gaps.length === 0 ? config.interval : gaps.reduce((sum, gap) => sum + gap, 0) / count;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) * (gap - mean), 0) / count;
  return suspicionLevel(now - heardAt, mean, Math.max(config.minDeviation, Math.sqrt(variance)));
}

const time = ({ config }: State, ctx: Ctx): Microseconds =>
  config.clock === "stopwatch" ? ctx.monotonic() : ctx.now();
