import type { Microseconds } from "@fieldbook/kernel";
import type { BuiltGraph } from "./build-graph.ts";
import { buildGraph } from "./build-graph.ts";
import { checkGraph } from "./check/check-graph.ts";
import { GraphError } from "./check/graph-error.ts";
import type { ServiceGraph } from "./declaration.ts";
import type { GraphRun } from "./graph-run.ts";
import { growingQueues } from "./growing-queues.ts";
import { idleParts } from "./idle-parts.ts";
import { heatRows } from "./observation/latencies.ts";
import { mser5 } from "../statistics/warm-up.ts";
import { loadWarnings } from "./offered-load.ts";
import type { Service } from "./services/service.ts";
import { phases, TooManyRecords } from "./records.ts";
import { Source } from "./sources/source.ts";
import { eventKinds, World } from "./world.ts";

export interface SimulationOptions {
  /** Length of a slice of the series, µs; a round one that makes at most 300 of the run when absent. */
  readonly slice?: Microseconds;
  /** Every how many requests one is traced; 0, none, when absent. */
  readonly traceEvery?: number;
}

const slicesAtMost = 300;

/**
 * One run of a service graph. The same graph, seed and options give the same run on every machine.
 *
 * About two events a request where there is one service and no network, and two to four more for each call; each costs
 * O(1) amortised. Memory does not grow with the number of requests, but with those under way.
 *
 * @param seed a whole number from 0 to 2^53 − 1
 * @throws GraphError with all that is wrong with the declaration
 * @throws Error when the books of the run do not balance: the simulation has a bug
 */
export function simulateGraph(graph: ServiceGraph, seed: number, options: SimulationOptions = {}): GraphRun {
  const problems = checkGraph(graph);
  if (problems.length > 0) throw new GraphError(problems);
  const slice = options.slice ?? roundSlice(graph.duration);
  const { traceEvery = 0 } = options;
  if (graph.warmUp !== "mser-5") return new Run(graph, seed, slice, traceEvery, graph.warmUp ?? 0).run([]);
  // The same run twice: the first tells where the steady state begins.
  const first = new Run(graph, seed, slice, 0, 0).run([]);
  const found = Object.values(first.sources).map(({ series }) => mser5([...series.latency.mean]));
  const cut = found.includes(undefined) ? Math.floor(first.slices / 2) : Math.max(...found.map((value) => value ?? 0));
  const warnings = found.includes(undefined)
    ? ["MSER-5 finds no steady state: the mean of the later half of the run is steadier than that of the whole."]
    : [];
  return new Run(graph, seed, slice, traceEvery, cut * slice).run(warnings);
}

/** 1, 2 or 5 times a power of ten ms. */
function roundSlice(duration: Microseconds): Microseconds {
  const least = duration / slicesAtMost;
  for (let power = 1_000; ; power *= 10) {
    for (const factor of [1, 2, 5]) if (factor * power >= least) return factor * power;
  }
}

const attemptKinds: ReadonlySet<number> = new Set([
  eventKinds.attemptArrives,
  eventKinds.answerArrives,
  eventKinds.attemptTimesOut,
]);
const callKinds: ReadonlySet<number> = new Set([
  eventKinds.retryIsDue,
  eventKinds.hedgeIsDue,
  eventKinds.cacheAnswers,
  eventKinds.waitTimesOut,
]);

class Run {
  readonly #graph: ServiceGraph;
  readonly #seed: number;
  readonly #slice: Microseconds;
  readonly #slices: number;
  readonly #warmUpSlices: number;
  readonly #world: World;
  readonly #built: BuiltGraph;
  #closed = 0;

  constructor(graph: ServiceGraph, seed: number, slice: Microseconds, traceEvery: number, warmUp: Microseconds) {
    this.#graph = graph;
    this.#seed = seed;
    this.#slice = slice;
    this.#slices = Math.ceil(graph.duration / slice);
    this.#warmUpSlices = Math.ceil(warmUp / slice);
    this.#world = new World(seed, graph.duration, traceEvery);
    // Before all else at the same time, so that a slice ends before what comes then.
    if (this.#slices > 1) this.#world.plan(slice, eventKinds.sliceEnds, 0, 0);
    this.#built = buildGraph(graph, this.#world, this.#slices);
  }

  run(warnings: readonly string[]): GraphRun {
    const world = this.#world;
    for (const source of this.#built.sources) source.start();
    try {
      while (world.advance()) this.#handle(world.code & 15, world.code >>> 4, world.data);
    } catch (error) {
      throw error instanceof TooManyRecords ? this.#overfull(error) : error;
    }
    world.now = this.#graph.duration;
    this.#closeSlice();
    this.#checkBooks();
    const record = this.#record();
    return {
      ...record,
      warnings: [...idleParts(this.#graph), ...loadWarnings(this.#graph, growingQueues(record)), ...warnings],
    };
  }

  /** More requests are under way than are of any use to look at: where most of them wait. */
  #overfull({ most }: TooManyRecords): GraphError {
    const fullest = this.#built.services.toSorted((one, other) => other.use.waiting - one.use.waiting)[0]!;
    const at = (this.#world.now / 1_000_000).toFixed(1);
    return new GraphError([
      {
        path: `services.${fullest.name}.queue.bound`,
        says: `After ${at} s of the run ${String(most)} requests are under way, ${String(fullest.use.waiting)} of them waiting at ${fullest.name}.`,
        mend: "Bound its queue, lessen the load, or shorten `duration`.",
      },
    ]);
  }

  /** The commonest kinds first: that is measurable. */
  #handle(kind: number, generation: number, id: number): void {
    const { server, sources } = this.#built;
    if (kind === eventKinds.workEnds) {
      const attempt = this.#world.attempts.at(id);
      if (attempt.generation === generation) server.workEnds(attempt);
    } else if (kind === eventKinds.requestIsDue) {
      sources[Source.of(id)]!.requestIsDue(id);
    } else if (attemptKinds.has(kind)) {
      this.#handleAttempt(kind, generation, id);
    } else if (callKinds.has(kind)) {
      this.#handleCall(kind, generation, id);
    } else {
      this.#handleOther(kind, generation, id);
    }
  }

  #handleAttempt(kind: number, generation: number, id: number): void {
    const { caller, server } = this.#built;
    const attempt = this.#world.attempts.at(id);
    if (attempt.generation !== generation) return;
    if (kind === eventKinds.attemptArrives) server.arrive(attempt);
    else if (kind === eventKinds.answerArrives) caller.answerArrives(attempt);
    else caller.attemptTimesOut(attempt);
  }

  #handleCall(kind: number, generation: number, id: number): void {
    const { caller } = this.#built;
    const call = this.#world.calls.at(id);
    if (call.generation !== generation) return;
    if (kind === eventKinds.retryIsDue) caller.retryIsDue(call);
    else if (kind === eventKinds.hedgeIsDue) caller.hedgeIsDue(call);
    else if (kind === eventKinds.cacheAnswers) caller.cacheAnswers(call);
    else caller.waitTimesOut(call);
  }

  #handleOther(kind: number, generation: number, id: number): void {
    const { server, services, sources } = this.#built;
    if (kind === eventKinds.userReturns) return sources[id]!.userReturns(generation);
    if (kind === eventKinds.actionIsDue) return this.#world.runAction(id);
    if (kind === eventKinds.sliceEnds) return this.#sliceEnds();
    const instance = services[Math.floor(id / 100_000)]!.instances[id % 100_000]!;
    if (instance.sharingEvent === generation) server.sharingTurns(instance);
  }

  #sliceEnds(): void {
    this.#closeSlice();
    const next = (this.#closed + 1) * this.#slice;
    if (this.#closed < this.#slices - 1) this.#world.plan(next, eventKinds.sliceEnds, 0, 0);
  }

  #closeSlice(): void {
    const { now } = this.#world;
    for (const { book } of this.#built.sources) book.closeSlice();
    for (const { book, use } of this.#built.services) {
      book.closeSlice();
      use.closeSlice(now);
    }
    this.#closed += 1;
    if (this.#closed !== this.#warmUpSlices) return;
    for (const { book } of this.#built.sources) book.restart();
    for (const { book, use } of this.#built.services) {
      book.restart();
      use.restart(now);
    }
    for (const site of this.#built.sites) site.restart();
  }

  /** Requests are conserved, and L = λW holds for each service as an identity of areas; Little 1961. */
  #checkBooks(): void {
    const { sources, services } = this.#built;
    const balance = (what: string, left: number, right: number): void => {
      // Exact while areas are below 2^53; beyond, sums are rounded.
      if (Math.abs(left - right) > Math.max(0, 1e-12 * Math.abs(left) - 4)) {
        throw new Error(`The run's books do not balance: ${what}: ${String(left)} ≠ ${String(right)}.`);
      }
    };
    const pending = this.#pendingBySource();
    for (const source of sources) {
      const counted = source.succeeded + source.failed + (pending.get(source) ?? 0);
      balance(`requests of ${source.name}`, source.requests, counted);
    }
    const inside = this.#insideByService();
    for (const service of services) {
      const { count, time } = inside.get(service) ?? { count: 0, time: 0 };
      const { use, name } = service;
      balance(`attempts in ${name}`, use.entered, use.left + count);
      balance(`attempts in ${name}, by its gauge`, use.inside, count);
      balance(`area = sum of times in ${name}`, use.insideArea, use.sojourns + time);
    }
  }

  #pendingBySource(): ReadonlyMap<Source, number> {
    const pending = new Map<Source, number>();
    for (const { source } of this.#world.calls.inUse()) {
      if (source !== undefined) pending.set(source, (pending.get(source) ?? 0) + 1);
    }
    return pending;
  }

  #insideByService(): ReadonlyMap<Service, { readonly count: number; readonly time: number }> {
    const inside = new Map<Service, { readonly count: number; readonly time: number }>();
    for (const { instance, phase, isCancelled, enteredAt } of this.#world.attempts.inUse()) {
      if (instance === undefined || isCancelled || phase === phases.travelling || phase === phases.answered) continue;
      const { count, time } = inside.get(instance.service) ?? { count: 0, time: 0 };
      inside.set(instance.service, { count: count + 1, time: time + this.#graph.duration - enteredAt });
    }
    return inside;
  }

  #record(): Omit<GraphRun, "warnings"> {
    const { duration, name } = this.#graph;
    const world = this.#world;
    const { sources, services, sites } = this.#built;
    return {
      name,
      seed: this.#seed,
      duration,
      slice: this.#slice,
      slices: this.#slices,
      warmUp: this.#warmUpSlices * this.#slice,
      heatRows,
      sources: Object.fromEntries(
        sources.map((source) => [
          source.name,
          { ...source.book.record(), pending: source.requests - source.succeeded - source.failed },
        ]),
      ),
      services: Object.fromEntries(
        services.map(({ name: service, book, use, declaration }) => [
          service,
          { ...book.record(), ...use.record(duration, declaration.costPerHour ?? 0) },
        ]),
      ),
      calls: sites.map((site) => site.record()),
      events: world.events,
      spans: world.tracing.spans,
      traceHash: world.traceHash(),
      handledEvents: world.handled,
    };
  }
}
