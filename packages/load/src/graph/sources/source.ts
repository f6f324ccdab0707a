import type { Microseconds } from "@fieldbook/kernel";
import { avalanche } from "@fieldbook/kernel";
import type { CallSite } from "../clients/call-site.ts";
import type { Caller } from "../clients/caller.ts";
import type { Source as SourceDeclaration } from "../declaration.ts";
import type { DurationSampler } from "../durations/duration-sampler.ts";
import { durationSampler } from "../durations/duration-sampler.ts";
import { noFailure, RequestBook } from "../observation/request-book.ts";
import type { Call } from "../records.ts";
import { origins } from "../records.ts";
import { graphStreams } from "../streams.ts";
import type { World } from "../world.ts";
import { eventKinds } from "../world.ts";
import type { ArrivalTimes, TrafficChange } from "./arrival-times.ts";
import { arrivalTimes } from "./arrival-times.ts";
import { TermsOfRequests } from "./request-terms.ts";

/** How many streams of arrivals a source can have; an event names the source and the stream in one number. */
const streamsPerSource = 1_000;

/** Sends requests from outside. */
export class Source {
  readonly name: string;
  readonly book: RequestBook;
  readonly site: CallSite;
  readonly #world: World;
  readonly #caller: Caller;
  readonly #declaration: SourceDeclaration;
  readonly #index: number;
  readonly #terms: TermsOfRequests;
  readonly #times: readonly ArrivalTimes[];
  readonly #think: DurationSampler | undefined;
  readonly #changes: readonly TrafficChange[];
  #requests = 0;
  succeeded = 0;
  failed = 0;

  constructor(parts: {
    readonly world: World;
    readonly caller: Caller;
    readonly site: CallSite;
    readonly name: string;
    readonly index: number;
    readonly declaration: SourceDeclaration;
    readonly changes: readonly TrafficChange[];
    readonly slices: number;
  }) {
    const { world, declaration, index, changes } = parts;
    this.#world = world;
    this.#caller = parts.caller;
    this.site = parts.site;
    this.name = parts.name;
    this.#index = index;
    this.#declaration = declaration;
    this.#changes = changes;
    this.book = new RequestBook(parts.slices);
    this.#terms = new TermsOfRequests(declaration, world.random, index);
    const { arrivals } = declaration;
    this.#times = arrivals.kind === "closed" ? [] : arrivalTimes(arrivals, changes, world.random, index);
    this.#think =
      arrivals.kind === "closed" ? durationSampler(arrivals.think, world.random, graphStreams.think, index) : undefined;
  }

  get requests(): number {
    return this.#requests;
  }

  start(): void {
    this.#times.forEach((_, stream) => this.#planNext(stream));
    const { arrivals } = this.#declaration;
    if (arrivals.kind !== "closed") return;
    const most = this.#changes.reduce((highest, { factor }) => Math.max(highest, factor), 1);
    for (let user = 0; user < Math.ceil(arrivals.users * most); user += 1) this.#enter(user);
  }

  /** A user begins by thinking. */
  #enter(user: number): void {
    this.#plan(this.#think!.draw(avalanche(user)), user);
  }

  #plan(at: Microseconds, user: number): void {
    this.#world.plan(at, eventKinds.userReturns, this.#index, user);
  }

  #planNext(stream: number): void {
    const at = this.#times[stream]!.next();
    this.#world.plan(at, eventKinds.requestIsDue, this.#index * streamsPerSource + stream, 0);
  }

  /** @param data of the event */
  static of(data: number): number {
    return Math.floor(data / streamsPerSource);
  }

  requestIsDue(data: number): void {
    this.#send(0);
    this.#planNext(data % streamsPerSource);
  }

  userReturns(user: number): void {
    if (user < this.#usersNow()) return this.#send(user);
    // Not of the party now; looks again when something changes.
    const now = this.#world.now;
    const next = this.#changes.flatMap(({ at, until }) => [at, until]).filter((time) => time > now);
    if (next.length > 0) this.#plan(Math.min(...next), user);
  }

  #usersNow(): number {
    const { arrivals } = this.#declaration;
    if (arrivals.kind !== "closed") return 0;
    const now = this.#world.now;
    const factor = this.#changes.reduce(
      (product, { at, until, factor: by }) => (now >= at && now < until ? product * by : product),
      1,
    );
    return Math.round(arrivals.users * factor);
  }

  #send(user: number): void {
    const world = this.#world;
    const request = this.#requests;
    this.#requests += 1;
    this.book.arrive();
    const call = world.calls.take();
    call.origin = origins.source;
    call.source = this;
    call.user = user;
    call.parent = undefined;
    call.fromZone = this.site.from.zone;
    call.key = avalanche(request ^ Math.imul(this.#index, 0x9e37_79b1));
    this.#terms.deal(request, call);
    const { deadline } = this.#declaration;
    call.deadline = deadline === undefined ? Infinity : world.now + deadline;
    call.trace = world.tracing.nextTrace();
    this.#caller.begin(call, this.site, 0);
  }

  /** A request of this source has ended. */
  settled(call: Readonly<Call>, failure: number): void {
    const world = this.#world;
    if (failure === noFailure) {
      this.succeeded += 1;
      this.book.succeed(world.now - call.dueAt, call.isDegraded);
    } else {
      this.failed += 1;
      this.book.fail(failure);
    }
    if (this.#think !== undefined) {
      this.#plan(world.now + this.#think.draw(avalanche(call.key + 1)), call.user);
    }
  }
}
