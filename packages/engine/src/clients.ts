import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { hashPlain } from "@fieldbook/kernel";
import type { Body } from "./message.ts";
import { isDefiniteError, isError } from "./message.ts";
import type { TimedOperation } from "./run.ts";
import { streams } from "./streams.ts";
import { TraceKind } from "./trace-kind.ts";
import type { ScriptedCall } from "./scenario.ts";
import type { Completion, Invocation, OperationDraws, Workload } from "./workload.ts";

/** What the clients need from the simulation around them. */
export interface ClientHost {
  readonly names: readonly string[];
  time(): Microseconds;
  /** Asks for `call(client)` at that time. */
  call(client: number, at: Microseconds): void;
  /** Asks for `giveUp(client, operation)` after the workload's timeout. */
  timeout(client: number, operation: number): void;
  send(client: number, node: number, body: Body): void;
  trace(kind: number, client: number, operation: number, content: number): void;
}

interface Client<Requests extends Body> {
  /** Changes after an open operation: the old process may still take effect and is never heard of again. */
  process: number;
  k: number;
  next: Invocation<Requests> | undefined;
  /** The operations that it calls in any case, in order; undefined when the workload decides. */
  readonly script: readonly ScriptedCall[] | undefined;
  /** Whether it still calls only to see that the healed system answers. */
  probing: boolean;
  /** The kinds of operation that it has called meanwhile in vain. */
  readonly owed: Set<string>;
  finished: boolean;
  /** Index in the history of the operation that waits for its answer; −1 when none does. */
  waiting: number;
}

/** Operations that are looked through for one of a kind that is owed: of a kind that is one in ten, one is among them. */
const mostSkipped = 1_000;

type Draft = { -readonly [Field in keyof TimedOperation]: TimedOperation[Field] };

/** What the clients are to do. */
interface ClientPlan<Requests extends Body, Replies extends Body> {
  readonly workload: Workload<Requests, Replies>;
  readonly script?: readonly ScriptedCall[];
  readonly operations?: number;
  readonly recovery?: { readonly from: Microseconds };
}

/** The callers of a system and the history they write. */
export class Clients<Requests extends Body, Replies extends Body> {
  readonly #workload: Workload<Requests, Replies>;
  readonly #operations: number;
  readonly #healedAt: Microseconds | undefined;
  readonly #random: KeyedRandom;
  readonly #host: ClientHost;
  readonly #clients: Client<Requests>[];
  readonly #history: Draft[] = [];
  #active: number;

  constructor(plan: ClientPlan<Requests, Replies>, random: KeyedRandom, host: ClientHost) {
    this.#workload = plan.workload;
    this.#operations = plan.operations ?? Infinity;
    this.#healedAt = plan.recovery?.from;
    this.#random = random;
    this.#host = host;
    this.#clients = host.names.map((_, process) => ({
      process,
      k: 0,
      next: undefined,
      script: plan.script?.filter(({ client }) => client === process),
      probing: false,
      owed: new Set(),
      finished: false,
      waiting: -1,
    }));
    this.#active = host.names.length;
  }

  /** Whether no client has anything left to do. */
  get done(): boolean {
    return this.#active === 0;
  }

  /** Names of the clients that wait for an answer of the healed system. */
  unanswered(): string[] {
    return this.#clients.flatMap(({ finished }, index) => (finished ? [] : [this.#host.names[index]!]));
  }

  history(): readonly TimedOperation[] {
    return this.#history;
  }

  start(): void {
    for (const client of this.#clients.keys()) this.#plan(client);
  }

  #draws(client: number, k: number): OperationDraws {
    return {
      below: (bound, part) => this.#random.below(bound, streams.workload, client, k, part),
      unit: (part) => this.#random.unit(streams.workload, client, k, part),
    };
  }

  #plan(index: number): void {
    const client = this.#clients[index]!;
    let notBefore = 0;
    if (client.script !== undefined) {
      const call = client.script.find(({ k }) => k >= client.k);
      if (call !== undefined) client.k = call.k;
      else if (this.#healedAt === undefined) return this.#finish(client);
      else client.probing = true;
      notBefore = call?.at ?? 0;
    } else if (client.k >= this.#operations) {
      if (this.#healedAt === undefined) return this.#finish(client);
      client.probing = true;
    }
    this.#skipToOwed(client, index);
    client.next = this.#workload.next(index, client.k, this.#draws(index, client.k));
    if (client.next === undefined) return this.#finish(client);
    client.k += 1;
    if (client.probing) notBefore = this.#healedAt!;
    const after = this.#host.time() + (client.script === undefined ? client.next.think : 0);
    this.#host.call(index, Math.max(after, notBefore, client.next.notBefore ?? 0));
  }

  /** What was called in vain is called again, whatever the workload would draw first: a rare kind is not waited for. */
  #skipToOwed(client: Client<Requests>, index: number): void {
    if (client.owed.size === 0) return;
    for (let k = client.k; k < client.k + mostSkipped; k += 1) {
      const next = this.#workload.next(index, k, this.#draws(index, k));
      if (next === undefined) return;
      if (!client.owed.has(next.f)) continue;
      client.k = k;
      return;
    }
  }

  #finish(client: Client<Requests>): void {
    client.next = undefined;
    client.finished = true;
    this.#active -= 1;
  }

  /** A client that probes is done with its first answer, and with one to every kind that it had called in vain. */
  #goOn(index: number, answered: boolean): void {
    const client = this.#clients[index]!;
    if (client.probing && client.next !== undefined) {
      if (answered) client.owed.delete(client.next.f);
      else client.owed.add(client.next.f);
    }
    if (client.probing && answered && client.owed.size === 0) this.#finish(client);
    else this.#plan(index);
  }

  /** The client's planned operation goes out. */
  call(index: number, order: number): void {
    const client = this.#clients[index]!;
    const invocation = client.next!;
    const id = this.#history.length;
    this.#history.push({
      client: index,
      k: client.k - 1,
      process: client.process,
      f: invocation.f,
      ...(invocation.key === undefined ? {} : { key: invocation.key }),
      input: invocation.input,
      output: undefined,
      called: order,
      returned: Infinity,
      outcome: "open",
      calledAt: this.#host.time(),
      returnedAt: Infinity,
    } satisfies TimedOperation);
    client.waiting = id;
    this.#host.trace(TraceKind.call, index, id, hashPlain([invocation.f, invocation.key, invocation.input]));
    this.#host.timeout(index, id);
    this.#host.send(index, invocation.node, { ...invocation.body, msg_id: id });
  }

  /** An answer arrives; false when the client has given up on that operation or has the answer already. */
  receive(index: number, body: Body, order: number): boolean {
    const client = this.#clients[index]!;
    if (client.waiting < 0 || body.in_reply_to !== client.waiting) return false;
    const invocation = client.next!;
    const completion = this.#completion(invocation, body);
    const operation = this.#history[client.waiting]!;
    operation.outcome = completion.outcome;
    operation.output = completion.output;
    if (completion.outcome !== "open") {
      operation.returned = order;
      operation.returnedAt = this.#host.time();
    } else {
      client.process += this.#clients.length;
    }
    this.#host.trace(TraceKind.return, index, client.waiting, hashPlain([completion.outcome, completion.output]));
    client.waiting = -1;
    const serves = isError(body) || (this.#workload.serves?.(invocation, body as Replies) ?? true);
    this.#goOn(index, serves && isAnswer(body, completion));
    return true;
  }

  #completion(invocation: Invocation<Requests>, body: Body): Completion {
    if (isError(body)) {
      const read = this.#workload.refused?.(invocation, body);
      return read ?? { outcome: isDefiniteError(body) ? "fail" : "open", output: undefined };
    }
    return this.#workload.complete(invocation, body as Replies);
  }

  /** No answer came in time: the operation stays open and the client goes on as a new process. */
  giveUp(index: number, operation: number): void {
    const client = this.#clients[index]!;
    if (client.waiting !== operation) return;
    this.#host.trace(TraceKind.timeout, index, operation, 0);
    client.waiting = -1;
    client.process += this.#clients.length;
    this.#goOn(index, false);
  }
}

/** Error of Maelstrom's protocol: a transaction was aborted for another one, and may be tried again. */
const transactionConflict = 30;

/** Whether the system has done its work: "not now" and "again" are no answers, "no, the value differs" is one. */
function isAnswer(body: Body, completion: Completion): boolean {
  return isError(body) ? body.code >= 20 && body.code !== transactionConflict : completion.outcome !== "open";
}
