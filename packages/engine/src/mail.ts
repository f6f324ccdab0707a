import type { EventQueue, KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { copyPlain, hashText } from "@fieldbook/kernel";
import type { Causes } from "./causes.ts";
import type { PendingEvent } from "./event.ts";
import { EventKind } from "./event.ts";
import type { Fates } from "./fates.ts";
import { endpointCode, fateKey } from "./fates.ts";
import type { Cuts } from "./faults/cuts.ts";
import type { Body } from "./message.ts";
import type { Link, NetworkModel } from "./network.ts";
import { Network } from "./network.ts";
import type { PrioritySchedule } from "./priority-schedule.ts";
import { PriorityQueue } from "./priority-schedule.ts";
import type { MessageForm } from "./message-form.ts";
import { MessageForms } from "./message-form.ts";
import { SimulationError } from "./simulation-error.ts";
import { TraceKind } from "./trace-kind.ts";
import type { WeatherNow } from "./weather.ts";

/** The code of the digit 1. */
const firstDigit = 49;

interface MailHost {
  readonly queue: EventQueue<PendingEvent>;
  readonly cuts: Cuts;
  readonly weather: WeatherNow;
  add(kind: number, a: number, b: number, c: number, content: number, label: string): void;
  readonly recording: boolean;
  describe(body: Body): string;
  /** How much longer what a node says takes to leave it. */
  sentLater(node: number): Microseconds;
  /** Which event is being handled, where that is kept. */
  readonly causes: Causes | undefined;
  readonly keepFates: boolean;
}

/** Messages on their way: sent, decided upon, delivered or lost. */
export class Mail {
  readonly #host: MailHost;
  readonly #nodes: number;
  readonly #endpoints: readonly string[];
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #network: Network;
  readonly #decided: Fates | undefined;
  readonly #knowsFates: boolean;
  /** Whether in calm weather the network decides on each message, and nothing is written down of it. */
  readonly #isDrawnAlone: boolean;
  /** From then on no message that was decided beforehand is late or lost: a healed network is a calm one. */
  readonly #calmFrom: Microseconds;
  readonly #forms = new MessageForms();
  readonly #ordered: boolean;
  readonly #latest = new Map<number, Microseconds>();
  readonly #schedule: PrioritySchedule | undefined;
  readonly #waiting: PriorityQueue<PendingEvent> | undefined;
  readonly #fates = new Map<number, Microseconds[]>();
  #stepPlanned = false;
  #messages = 0;

  constructor(
    random: KeyedRandom,
    scenario: {
      readonly network: NetworkModel;
      readonly fates?: Fates;
      readonly schedule?: PrioritySchedule;
      readonly recovery?: { readonly from: Microseconds };
    },
    nodes: number,
    endpoints: readonly string[],
    host: MailHost,
  ) {
    this.#host = host;
    this.#nodes = nodes;
    this.#endpoints = endpoints;
    this.#indexes = new Map(endpoints.map((name, index) => [name, index]));
    this.#network = new Network(random, scenario.network, endpoints);
    this.#ordered = scenario.network.ordered;
    this.#decided = scenario.fates;
    this.#calmFrom = scenario.recovery?.from ?? Infinity;
    this.#isDrawnAlone = scenario.fates === undefined && !host.keepFates && !scenario.network.ordered;
    this.#knowsFates = scenario.fates !== undefined || host.keepFates;
    this.#schedule = scenario.schedule;
    this.#waiting = scenario.schedule === undefined ? undefined : new PriorityQueue(random, scenario.schedule);
  }

  /** What becomes of each message, where that is kept: whether a cut or a crash loses it on the way is another matter. */
  get fates(): Fates {
    return this.#fates;
  }

  isCut(from: number, to: number): boolean {
    return this.#host.cuts.isCut(from, to);
  }

  #indexOf(name: string): number | undefined {
    // "n1" to "n9" are found by their digit: most messages go there, and this is faster than to look up a name.
    const digit = name.charCodeAt(1) - firstDigit;
    return this.#endpoints[digit] === name ? digit : this.#indexes.get(name);
  }

  /** @param fresh whether nobody else holds the body's outermost object */
  send(from: number, dest: string, body: Body, fresh: boolean): void {
    const host = this.#host;
    const to = this.#indexOf(dest);
    if (to === undefined) {
      throw new SimulationError(`${this.#endpoints[from]!} sent "${body.type}" to "${dest}", which does not exist.`);
    }
    const id = this.#messages++;
    const form = this.#forms.of(body.type);
    const content = fresh ? body : form.copy(body);
    const hash = this.#seal(form, from, content);
    host.add(TraceKind.send, from, to, id, hash, host.recording ? host.describe(content) : "");
    const time = host.queue.now;
    if (from === to) {
      // A node's message to itself arrives at once and is never lost.
      host.queue.push(time, this.#event(from, to, id, -1, 0, content, form.number));
      return;
    }
    const link = this.#network.link(from, to);
    if (this.#isDrawnAlone && host.weather.calm) return this.#sendByNetwork(link, from, to, id, content, form.number);
    const k = link.count();
    const fate = this.#knowsFates ? fateKey(endpointCode(from, this.#nodes), endpointCode(to, this.#nodes), k) : -1;
    // Decided whether the link is cut or not, so that a partition leaves the fate of all later messages as it was.
    const arrivals = this.#arrivals(link, from, to, k, fate, time, content);
    if (host.keepFates) this.#fates.set(fate, this.#scheduled ? [] : arrivals.map((at) => at - time));
    if (host.cuts.isCut(from, to)) return this.drop(from, to, id, "partition");
    if (arrivals.length === 0) return this.drop(from, to, id, "loss");
    for (let copy = 0; copy < arrivals.length; copy += 1) {
      if (copy === 0) this.#enqueue(arrivals[0]!, this.#event(from, to, id, fate, 0, content, form.number));
      else this.#duplicate(arrivals[copy]!, copy, this.#event(from, to, id, fate, copy, content, form.number));
    }
  }

  /** The same as the rest of `send` where the network alone decides: most messages of most runs, so no list is made. */
  #sendByNetwork(link: Link, from: number, to: number, id: number, content: Body, form: number): void {
    const host = this.#host;
    const k = link.count();
    const time = host.queue.now + (from < this.#nodes ? host.sentLater(from) : 0);
    const first = link.first(k, time);
    const second = first < 0 ? -1 : link.second(k, first);
    if (host.cuts.isCut(from, to)) return this.drop(from, to, id, "partition");
    if (first < 0) return this.drop(from, to, id, "loss");
    const event = this.#event(from, to, id, -1, 0, content, form);
    this.#enqueue(first, event);
    if (second >= 0) this.#duplicate(second, 1, event);
  }

  /** Returns a hash of the message; from now on no one else holds any part of it. */
  #seal(form: MessageForm, from: number, body: Body): number {
    try {
      return form.seal(body);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new TypeError(`The message "${body.type}" of ${this.#endpoints[from]!}: ${why}`, { cause: error });
    }
  }

  #duplicate(
    arrival: Microseconds,
    copy: number,
    { a: from, b: to, id: original, fate, body, form }: PendingEvent,
  ): void {
    const id = this.#messages++;
    const label = this.#host.recording ? this.#host.describe(body!) : "";
    this.#host.add(TraceKind.duplicate, from, to, id, original, label);
    this.#enqueue(arrival, this.#event(from, to, id, fate, copy, copyPlain(body!, "A message"), form));
  }

  #arrivals(
    link: Link,
    from: number,
    to: number,
    k: number,
    fate: number,
    sentAt: Microseconds,
    content: Body,
  ): readonly Microseconds[] {
    const host = this.#host;
    const time = sentAt + (from < this.#nodes ? host.sentLater(from) : 0);
    if (this.#decided !== undefined) {
      const delays = sentAt < this.#calmFrom ? this.#decided.get(fate) : undefined;
      if (delays !== undefined) return delays.map((delay) => sentAt + delay);
      return this.#inOrder(from, to, link.decide(k, time));
    }
    const arrivals = link.decide(k, time);
    if (host.weather.calm) return arrivals;
    const changed = host.weather.change(from, to, k, time, arrivals, () => JSON.stringify(content).length);
    return host.weather.reorders ? changed : this.#inOrder(from, to, changed);
  }

  /** On links that keep order no weather but reordering lets a message overtake another. */
  #inOrder(from: number, to: number, arrivals: readonly Microseconds[]): readonly Microseconds[] {
    if (!this.#ordered) return arrivals;
    const link = from * this.#endpoints.length + to;
    let latest = this.#latest.get(link) ?? 0;
    const result = arrivals.map((at) => {
      latest = Math.max(latest, at);
      return latest;
    });
    this.#latest.set(link, latest);
    return result;
  }

  #event(from: number, to: number, id: number, fate: number, copy: number, body: Body, form: number): PendingEvent {
    const { queue, causes } = this.#host;
    const cause = causes === undefined ? -1 : causes.current;
    return { kind: EventKind.deliver, a: from, b: to, id, fate, copy, sentAt: queue.now, cause, body, form };
  }

  /** Whether deliveries are ordered by priorities now. */
  get #scheduled(): boolean {
    return this.#schedule !== undefined && this.#host.queue.now < this.#schedule.until;
  }

  #enqueue(arrival: Microseconds, event: PendingEvent): void {
    if (!this.#scheduled) {
      this.#host.queue.push(arrival, event);
      return;
    }
    this.#waiting!.push(event.a * this.#endpoints.length + event.b, event);
    this.#planStep();
  }

  drop(from: number, to: number, id: number, reason: string): void {
    this.#host.add(TraceKind.drop, from, to, id, hashText(reason), reason);
  }

  /** The next message by priority, its fate now known. */
  #next(): PendingEvent | undefined {
    const event = this.#waiting!.pop();
    if (event !== undefined) this.#fates.get(event.fate)?.push(this.#host.queue.now - event.sentAt);
    return event;
  }

  /** Asks for the end of a schedule by priorities. */
  planSchedule(): void {
    if (this.#schedule !== undefined) this.#plan(this.#schedule.until, EventKind.drain);
  }

  #planStep(): void {
    if (this.#stepPlanned || this.#waiting!.size === 0) return;
    this.#stepPlanned = true;
    this.#plan(this.#host.queue.now + this.#schedule!.step, EventKind.step);
  }

  #plan(time: Microseconds, kind: EventKind): void {
    this.#host.queue.push(time, {
      kind,
      a: 0,
      b: 0,
      id: 0,
      fate: -1,
      copy: 0,
      sentAt: 0,
      cause: -1,
      body: undefined,
      form: 0,
    });
  }

  /** Delivers the next message by priority. */
  step(deliver: (event: PendingEvent) => void): void {
    this.#stepPlanned = false;
    const event = this.#next();
    if (event !== undefined) deliver(event);
    this.#planStep();
  }

  /** The schedule by priorities is over: what still waits is delivered at once, in order of its links' priorities. */
  drain(): void {
    for (let event = this.#next(); event !== undefined; event = this.#next()) {
      this.#host.queue.push(this.#host.queue.now, event);
    }
  }
}
