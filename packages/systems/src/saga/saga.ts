/**
 * A long-lived transaction as a sequence of short ones: T1 … Tn run to their end, or what was done is undone by
 * compensating transactions.
 *
 * Garcia-Molina and Salem, "Sagas" (ACM SIGMOD 1987): either T1, T2 … Tn is executed, or T1 … Tj, Cj … C1 for some j < n.
 * The node n1 is the paper's saga execution component; its progress is durable. Each other node is a service with seats
 * to book; Ti books some at service i and Ci gives them back. The paper's services are one database with a log; here they
 * are reached over a network, so that a step may be carried out though no answer comes. Hence each remembers what became
 * of every saga at its place: a step that comes again is not done again, and one that comes after its compensation is
 * not done at all.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";

export interface SagaConfig {
  /** Seats of the last service; each before it has one more than the next. A booking for more is refused. */
  readonly seats: number;
  /** What may be lost is sent again after this long, µs. */
  readonly resend: Microseconds;
  /** How often a step is sent before the saga gives up on it and turns back. */
  readonly patience: number;
  /** Whether a step that comes again is not done again. */
  readonly stepsOnce: boolean;
  /** Whether a compensation that comes again is not done again. */
  readonly compensatesOnce: boolean;
  /** Whether a service that is to compensate what it has not done refuses to do it later. */
  readonly voidsLateSteps: boolean;
  /** Whether a service that has refused a step refuses it again. */
  readonly remembersRefusals: boolean;
  /** In which order steps are compensated. */
  readonly compensates: "last first" | "first first";
  /** Whether a compensation is sent until it is answered. */
  readonly insists: boolean;
  /** Whether a client's request that the network delivers twice is one saga. */
  readonly once: boolean;
}

export type SagaResult = "completed" | "compensated";

/** A saga as its execution component knows it. */
export interface Saga {
  readonly request: Message<BookRequest>;
  readonly direction: "forward" | "backward";
  /** Forward: index of the step that is being done. Backward: of the one that is being compensated. */
  readonly step: number;
  /** Index of the last step that is to be compensated. */
  readonly reached: number;
  /** Whether it turned back because a service had too few seats left. */
  readonly soldOut: boolean;
  readonly result: SagaResult | null;
}

/** What became of a saga's step at a service. A step that is compensated before it comes is undone too. */
export interface Effect {
  readonly outcome: "done" | "refused" | "undone";
  readonly seats: number;
}

export type BookRequest = Body & { readonly type: "book"; readonly seats: number };
export type BookReply = Body & {
  readonly type: "booked";
  readonly result: SagaResult;
  /** Why it was compensated; otherwise a step was not answered, and it may be tried again. */
  readonly soldOut: boolean;
};

type Requests =
  | BookRequest
  | (Body & { readonly type: "step"; readonly saga: string; readonly seats: number })
  | (Body & { readonly type: "step-done"; readonly saga: string })
  | (Body & { readonly type: "step-refused"; readonly saga: string })
  | (Body & { readonly type: "compensate"; readonly saga: string; readonly seats: number })
  | (Body & { readonly type: "compensated"; readonly saga: string });

export interface SagaState {
  readonly config: SagaConfig;
  /** The execution component's log. */
  readonly sagas: Map<string, Saga>;
  /** How often what a saga waits for has been sent, and the timer after which it is sent again. */
  readonly waiting: Map<string, { readonly sent: number; readonly timer: number }>;
  /** A service's data: one record, since each step is a transaction of its own. */
  readonly service: { left: number; readonly effects: Map<string, Effect> };
}

type State = SagaState;
type Ctx = Context<Requests, BookReply>;

export const saga = defineNode<State, Requests, BookReply, SagaConfig>({
  name: "saga",
  durable: ["sagas", "service"],
  init: (config, self, nodes) => ({
    config,
    sagas: new Map(),
    waiting: new Map(),
    service: { left: seatsOf(config, self, nodes), effects: new Map() },
  }),
  start(state, ctx) {
    // The saga execution component goes on where its log ends.
    if (unfinished(state).length > 0) ctx.mark("a saga was taken up again after a crash");
    for (const id of unfinished(state)) proceed(state, id, ctx);
  },
  on: {
    book(state, message, ctx) {
      const id = `${message.src}/${String(message.body.msg_id)}`;
      if (state.sagas.has(id) && state.config.once) return;
      change(
        state,
        id,
        { request: message, direction: "forward", step: 0, reached: 0, soldOut: false, result: null },
        ctx,
      );
    },
    step(state, { src, body }, ctx) {
      const { outcome } = doStep(state, body.saga, body.seats, ctx);
      if (outcome === "undone") return ctx.mark("a step came after its compensation");
      ctx.send(src, { type: outcome === "done" ? "step-done" : "step-refused", saga: body.saga });
    },
    "step-done"(state, { src, body }, ctx) {
      const found = awaited(state, body.saga, "forward", src, ctx);
      if (found === undefined) return;
      const step = found.step + 1;
      if (step < ctx.peers.length) change(state, body.saga, { ...found, step }, ctx);
      else finish(state, body.saga, found, "completed", ctx);
    },
    "step-refused"(state, { src, body }, ctx) {
      const found = awaited(state, body.saga, "forward", src, ctx);
      if (found !== undefined) turnBack(state, body.saga, { ...found, soldOut: true }, found.step - 1, ctx);
    },
    compensate(state, { src, body }, ctx) {
      compensate(state, body.saga, body.seats, ctx);
      ctx.send(src, { type: "compensated", saga: body.saga });
    },
    compensated(state, { src, body }, ctx) {
      const found = awaited(state, body.saga, "backward", src, ctx);
      if (found === undefined) return;
      const backwards = state.config.compensates === "last first";
      const step = found.step + (backwards ? -1 : 1);
      const goesOn = backwards ? step >= 0 : step <= found.reached;
      if (goesOn) change(state, body.saga, { ...found, step }, ctx);
      else finish(state, body.saga, found, "compensated", ctx);
    },
  },
  timers: {
    resend(state, number, ctx) {
      const [id, found] = [...state.sagas].find(([, { request }]) => request.body.msg_id === number)!;
      if (found.result !== null || (found.direction === "backward" && !state.config.insists)) return;
      if (found.direction === "forward" && (state.waiting.get(id)?.sent ?? 0) >= state.config.patience) {
        ctx.mark("a saga gave up on a step that might have been done");
        turnBack(state, id, found, found.step, ctx);
      } else {
        proceed(state, id, ctx);
      }
    },
  },
  view(state) {
    if (state.sagas.size === 0) return `${String(state.service.left)} seats left`;
    return `${String(unfinished(state).length)} under way, ${String(state.sagas.size)} in all`;
  },
  describe(body) {
    if (body.type === "book") return `book ${String(body.seats)}`;
    return body.type === "booked" ? body.result : `${body.type} ${body.saga}`;
  },
});

/** How many seats a service has at first; the execution component has none to give. */
export function seatsOf(config: SagaConfig, self: string, nodes: readonly string[]): number {
  const place = nodes.indexOf(self);
  return place === 0 ? 0 : config.seats + nodes.length - 1 - place;
}

export const unfinished = ({ sagas }: Pick<State, "sagas">): string[] =>
  [...sagas.keys()].filter((id) => sagas.get(id)!.result === null).toSorted();

/** Writes the progress of a saga down, then goes on from there. */
function change(state: State, id: string, next: Saga, ctx: Ctx): void {
  state.sagas.set(id, next);
  stopWaiting(state, id, ctx);
  proceed(state, id, ctx);
}

/** Sends what the saga waits for; again, if need be. */
function proceed(state: State, id: string, ctx: Ctx): void {
  const { direction, step, request } = state.sagas.get(id)!;
  const { seats, msg_id: number = 0 } = request.body;
  ctx.send(ctx.peers[step]!, { type: direction === "forward" ? "step" : "compensate", saga: id, seats });
  const sent = (state.waiting.get(id)?.sent ?? 0) + 1;
  state.waiting.set(id, { sent, timer: ctx.timer("resend", state.config.resend, number) });
}

function stopWaiting(state: State, id: string, ctx: Ctx): void {
  const waiting = state.waiting.get(id);
  if (waiting !== undefined) ctx.cancel(waiting.timer);
  state.waiting.delete(id);
}

/** The saga, if this is the answer that it waits for; others are late. */
function awaited(state: State, id: string, direction: Saga["direction"], src: string, ctx: Ctx): Saga | undefined {
  const found = state.sagas.get(id);
  if (found === undefined || found.result !== null) return undefined;
  return found.direction === direction && ctx.peers[found.step] === src ? found : undefined;
}

/** Backward recovery: all steps up to `last` are compensated, the last one first. */
function turnBack(state: State, id: string, found: Saga, last: number, ctx: Ctx): void {
  if (last < 0) return finish(state, id, found, "compensated", ctx);
  const first = state.config.compensates === "last first" ? last : 0;
  change(state, id, { ...found, direction: "backward", step: first, reached: last }, ctx);
}

function finish(state: State, id: string, found: Saga, result: SagaResult, ctx: Ctx): void {
  state.sagas.set(id, { ...found, result });
  stopWaiting(state, id, ctx);
  ctx.reply(found.request, { type: "booked", result, soldOut: found.soldOut });
}

/** Ti at this service. */
function doStep({ service, config }: State, id: string, seats: number, ctx: Ctx): Effect {
  const before = service.effects.get(id);
  const remembers = before?.outcome === "refused" ? config.remembersRefusals : config.stepsOnce;
  if (before !== undefined && (remembers || before.outcome === "undone")) {
    ctx.mark("a step came again");
    return before;
  }
  const effect: Effect = { outcome: service.left >= seats ? "done" : "refused", seats };
  if (effect.outcome === "done") service.left -= seats;
  service.effects.set(id, effect);
  return effect;
}

/** Ci at this service. */
function compensate({ service, config }: State, id: string, seats: number, ctx: Ctx): void {
  const before = service.effects.get(id)?.outcome;
  if (before === undefined) {
    ctx.mark("a compensation came before its step");
    if (config.voidsLateSteps) service.effects.set(id, { outcome: "undone", seats });
    return;
  }
  if (before === "done" || (before === "undone" && !config.compensatesOnce)) {
    service.left += seats;
    service.effects.set(id, { outcome: "undone", seats });
  }
}
