/**
 * A lock that is lent for a time, and a storage that turns away who comes with an older loan.
 *
 * Gray and Cheriton, "Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache Consistency" (SOSP 1989):
 * a lease ends by itself, so a holder that has crashed blocks nobody for ever. A holder must count it shorter than the
 * server does, from the time when it asked.
 *
 * Kleppmann, "How to do distributed locking" (2016): no lease keeps a holder that was paused, or whose message is late,
 * from writing after its time. So every lease has a number that only grows, and the storage refuses one that is smaller
 * than the largest it has seen. Reads bring the number too: a storage that learns it from writes alone lets an older
 * holder write between the read and the write of a newer one.
 *
 * n1 is the lock service, n2 the storage, the others are workers who count up a number in the storage.
 */
import { defineNode } from "@fieldbook/engine";
import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";

export interface LeaseConfig {
  /** How long the service lends the lock, on its own stopwatch. */
  readonly term: Microseconds;
  /** How much shorter a holder counts it: drift of both clocks. */
  readonly margin: Microseconds;
  /** Pause before something is sent again. */
  readonly retry: Microseconds;
  /** Whether the storage refuses a write with an older token. */
  readonly fencing: boolean;
  /** Whether a read shows its token too. */
  readonly fencedReads: boolean;
  /** Whether a worker whose lease ran out reads again before it writes under the next. */
  readonly readsAgain: boolean;
  /** Whether the client is told only when the storage has the write. */
  readonly waitsForWrite: boolean;
}

export type LeaseRequest =
  | (Body & { readonly type: "increment" })
  | (Body & { readonly type: "acquire"; readonly number: number })
  | (Body & { readonly type: "release"; readonly token: number })
  | (Body & { readonly type: "get"; readonly token: number })
  | (Body & { readonly type: "put"; readonly token: number; readonly value: number });

export type LeaseReply =
  | (Body & { readonly type: "increment_ok"; readonly value: number })
  | (Body & { readonly type: "acquire_ok"; readonly token: number })
  | (Body & { readonly type: "held" })
  | (Body & { readonly type: "get_ok"; readonly value: number })
  | (Body & { readonly type: "put_ok" })
  | (Body & { readonly type: "refused" });

/** What a worker does for a client. */
interface Task {
  readonly request: Message;
  step: "acquire" | "get" | "put";
  token: number;
  /** When the lease is over by the worker's stopwatch. */
  until: Microseconds;
  /** What it is about to write; null until it has read. */
  value: number | null;
}

export interface LeaseState {
  readonly config: LeaseConfig;
  /** Of the service: the token it lent last, to whom, for which of its askings, and until when. Durable, in one record. */
  loan: {
    readonly token: number;
    readonly holder: string | null;
    readonly number: number;
    readonly until: Microseconds;
  };
  /** Of the storage: value, token of the write that made it, largest token seen. Durable, in one record. */
  stored: { readonly value: number; readonly writtenBy: number; readonly highest: number };
  /** Of a worker: one task at a time. */
  task: Task | null;
  /** How often a worker has begun to ask for a lease. Durable, so that no asking looks like an older one. */
  tasks: number;
  /** Numbers of the requests that a worker has taken, by client: one that comes twice is carried out once. Durable. */
  readonly taken: Map<string, number>;
}

type Ctx = Context<LeaseRequest, LeaseReply>;

const service = "n1";
const storage = "n2";

export const leaseWithFencing = defineNode<LeaseState, LeaseRequest, LeaseReply, LeaseConfig>({
  name: "lease-with-fencing",
  durable: ["loan", "stored", "tasks", "taken"],
  init: (config) => ({
    config,
    loan: { token: 0, holder: null, number: 0, until: 0 },
    stored: { value: 0, writtenBy: 0, highest: 0 },
    task: null,
    tasks: 0,
    taken: new Map(),
  }),
  on: {
    increment(state, message, ctx) {
      const number = message.body.msg_id ?? 0;
      if (number <= (state.taken.get(message.src) ?? -1)) return;
      // Also of one that is turned away: a copy of it must not be carried out after the client was told so.
      state.taken.set(message.src, number);
      if (state.task !== null) return ctx.reply(message, { type: "error", code: 11, text: "busy with another" });
      state.task = { request: message, step: "acquire", token: 0, until: 0, value: null };
      goOn(state, state.task, ctx);
    },
    acquire(state, message, ctx) {
      const { loan, config } = state;
      const free = loan.holder === null || ctx.monotonic() >= loan.until;
      const { number } = message.body;
      if (loan.holder === message.src && !free) {
        // Who asks again has not heard the answer: the same loan, which lasts no longer for it. A new asking needs a new
        // token, since the storage takes one write for each.
        if (number === loan.number) return ctx.reply(message, { type: "acquire_ok", token: loan.token });
        if (number < loan.number) return;
      } else if (!free) return ctx.reply(message, { type: "held" });
      state.loan = { token: loan.token + 1, holder: message.src, number, until: ctx.monotonic() + config.term };
      ctx.reply(message, { type: "acquire_ok", token: state.loan.token });
    },
    release(state, message) {
      // A release that comes late must not end the loan of another.
      if (message.body.token === state.loan.token) state.loan = { ...state.loan, holder: null };
    },
    get(state, message, ctx) {
      const { token } = message.body;
      const { stored, config } = state;
      if (config.fencing && token < stored.highest) return ctx.reply(message, { type: "refused" });
      if (config.fencedReads && token > stored.highest) state.stored = { ...stored, highest: token };
      ctx.reply(message, { type: "get_ok", value: stored.value });
    },
    put(state, message, ctx) {
      const { token, value } = message.body;
      const { stored, config } = state;
      if (token === stored.writtenBy) {
        ctx.mark("a write was sent twice");
        return ctx.reply(message, { type: "put_ok" });
      }
      if (config.fencing && token < stored.highest) {
        ctx.mark("a write with an older token was refused");
        return ctx.reply(message, { type: "refused" });
      }
      state.stored = { value, writtenBy: token, highest: Math.max(token, stored.highest) };
      ctx.reply(message, { type: "put_ok" });
    },
  },
  replies: {
    acquired(state, answer, number, ctx) {
      const { task } = state;
      if (task?.step !== "acquire" || number !== state.tasks || answer.body.type !== "acquire_ok") return;
      task.token = answer.body.token;
      task.step = task.value !== null && !state.config.readsAgain ? "put" : "get";
      goOn(state, task, ctx);
    },
    read(state, answer, number, ctx) {
      const { task } = state;
      if (task?.step !== "get" || number !== state.tasks) return;
      if (answer.body.type === "refused") return startAgain(state, task, ctx);
      if (answer.body.type !== "get_ok") return;
      task.value = answer.body.value + 1;
      if (ctx.monotonic() >= task.until) return goOn(state, task, ctx);
      task.step = "put";
      if (!state.config.waitsForWrite) ctx.reply(task.request, { type: "increment_ok", value: task.value });
      goOn(state, task, ctx);
    },
    written(state, answer, number, ctx) {
      const { task } = state;
      if (task?.step !== "put" || number !== state.tasks) return;
      // Whether an earlier copy of this write was taken is not known: nothing is said, and the operation stays open.
      if (answer.body.type === "refused") return finish(state, task, ctx);
      if (answer.body.type !== "put_ok") return;
      ctx.reply(task.request, { type: "increment_ok", value: task.value! });
      finish(state, task, ctx);
    },
  },
  timers: {
    again(state, number, ctx) {
      if (state.task !== null && number === state.tasks) goOn(state, state.task, ctx);
    },
  },
  view({ loan, stored, task }) {
    if (task !== null) return `${task.step}${task.token > 0 ? ` (token ${String(task.token)})` : ""}`;
    if (stored.highest > 0) return `${String(stored.value)} (token ${String(stored.highest)})`;
    return loan.token > 0 ? `token ${String(loan.token)} ${loan.holder === null ? "free" : `to ${loan.holder}`}` : "";
  },
  describe(body) {
    if (body.type === "put") return `put ${String(body.value)} (token ${String(body.token)})`;
    return "token" in body ? `${body.type} (token ${String(body.token)})` : body.type;
  },
});

/** For so many terms after its lease a worker waits to hear what became of its write. */
const termsWaited = 4;

/** Sends what the task's step asks for, and sends it again until it is answered or the lease is over. */
function goOn(state: LeaseState, task: Task, ctx: Ctx): void {
  const { config } = state;
  const now = ctx.monotonic();
  if (task.step !== "acquire" && now >= task.until) {
    ctx.mark("a lease was over before the work was done");
    if (task.step === "get" || !config.readsAgain) return startAgain(state, task, ctx);
    // The write may be on its way still. It is not sent again, but the storage goes by its token: what it answers counts.
    if (now >= task.until + termsWaited * config.term) return finish(state, task, ctx);
    ctx.timer("again", config.retry, state.tasks);
    return;
  }
  if (task.step === "acquire") {
    // Counted from the asking, not from the answer, which may be long on its way: another time is another asking.
    if (task.until <= now) {
      state.tasks += 1;
      task.until = now + config.term - config.margin;
    }
    ctx.call(service, { type: "acquire", number: state.tasks }, "acquired", state.tasks);
  } else if (task.step === "get") {
    ctx.call(storage, { type: "get", token: task.token }, "read", state.tasks);
  } else {
    ctx.call(storage, { type: "put", token: task.token, value: task.value! }, "written", state.tasks);
  }
  ctx.timer("again", config.retry, state.tasks);
}

/** Gives up the lease and asks for another. */
function startAgain(state: LeaseState, task: Task, ctx: Ctx): void {
  if (task.token > 0) ctx.send(service, { type: "release", token: task.token });
  task.step = "acquire";
  task.token = 0;
  task.until = 0;
  goOn(state, task, ctx);
}

function finish(state: LeaseState, task: Task, ctx: Ctx): void {
  ctx.send(service, { type: "release", token: task.token });
  state.task = null;
  state.tasks += 1;
}
