import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { hashPlain } from "@fieldbook/kernel";
import type { Body } from "./message.ts";
import { isDefiniteError, isError } from "./message.ts";
import type { TimedOperation } from "./run.ts";
import { streams } from "./streams.ts";
import { TraceKind } from "./trace-kind.ts";
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
  /** Index in the history of the operation that waits for its answer; −1 when none does. */
  waiting: number;
}

type Draft = { -readonly [Field in keyof TimedOperation]: TimedOperation[Field] };

/** The callers of a system and the history they write. */
export class Clients<Requests extends Body, Replies extends Body> {
  readonly #workload: Workload<Requests, Replies>;
  readonly #random: KeyedRandom;
  readonly #host: ClientHost;
  readonly #clients: Client<Requests>[];
  readonly #history: Draft[] = [];
  #active: number;

  constructor(workload: Workload<Requests, Replies>, random: KeyedRandom, host: ClientHost) {
    this.#workload = workload;
    this.#random = random;
    this.#host = host;
    this.#clients = host.names.map((_, process) => ({ process, k: 0, next: undefined, waiting: -1 }));
    this.#active = host.names.length;
  }

  /** Whether no client has anything left to do. */
  get done(): boolean {
    return this.#active === 0;
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
    client.next = this.#workload.next(index, client.k, this.#draws(index, client.k));
    client.k += 1;
    if (client.next === undefined) {
      this.#active -= 1;
      return;
    }
    this.#host.call(index, Math.max(this.#host.time() + client.next.think, client.next.notBefore ?? 0));
  }

  /** The client's planned operation goes out. */
  call(index: number, order: number): void {
    const client = this.#clients[index]!;
    const invocation = client.next!;
    const id = this.#history.length;
    this.#history.push({
      client: index,
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
    const completion = this.#completion(client.next!, body);
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
    this.#plan(index);
    return true;
  }

  #completion(invocation: Invocation<Requests>, body: Body): Completion {
    if (isError(body)) return { outcome: isDefiniteError(body) ? "fail" : "open", output: undefined };
    return this.#workload.complete(invocation, body as Replies);
  }

  /** No answer came in time: the operation stays open and the client goes on as a new process. */
  giveUp(index: number, operation: number): void {
    const client = this.#clients[index]!;
    if (client.waiting !== operation) return;
    this.#host.trace(TraceKind.timeout, index, operation, 0);
    client.waiting = -1;
    client.process += this.#clients.length;
    this.#plan(index);
  }
}
