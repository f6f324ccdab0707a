import type { Microseconds } from "@fieldbook/kernel";
import type { System, SystemRun } from "../define-system.ts";
import { recoveryProperty } from "../define-system.ts";
import type { Fate } from "../fates.ts";
import { readFateKey } from "../fates.ts";
import type { Fault } from "../faults/fault.ts";
import { namesIn } from "../faults/fault-problem.ts";
import type { Plan } from "../plan.ts";
import { nodeNames } from "../plan.ts";
import { SimulationError } from "../simulation-error.ts";
import { essentialEvents } from "./essential-events.ts";
import { explicitPlan } from "./explicit-plan.ts";
import { reduceList } from "./reduce-list.ts";

export interface ShrinkOptions {
  /** How many times the run may be tried again. Default 2,000. */
  readonly budget?: number;
  /** How many events these tries may have in all: long runs cost more than short ones. Default 800,000. */
  readonly eventBudget?: number;
  /** Told now and then how many tries were made and how many events are left. */
  readonly onProgress?: (replays: number, events: number) => void;
}

export interface Shrunk {
  /** The smallest run found that fails in the same way. */
  readonly result: SystemRun;
  /** How many events it has that count; see `essentialEvents`. */
  readonly events: number;
  readonly replays: number;
  /** Events of all replays. */
  readonly tried: number;
  /** Whether the search came to its end within the budget. */
  readonly complete: boolean;
}

/** One to three seconds on one core of 2025. */
export const eventBudgetMax = 800_000;

/** How much more an event costs when the states before and after it are compared. */
const comparedCost = 4;

class OutOfBudget extends Error {}

/**
 * From a failing run to a smallest one that fails in the same way (the same property, the same kind of anomaly): fewer
 * faults, fewer operations, fewer messages out of the ordinary, fewer nodes; then fewer events. Pure, so the page and the
 * command line come to the same.
 *
 * @throws RangeError when the run does not fail
 */
export function shrink(system: System, failing: SystemRun, options: ShrinkOptions = {}): Shrunk {
  if (failing.verdict !== "violated") throw new RangeError("Only a run that violates a property can be shrunk.");
  return new Shrinker(system, failing, options).shrink();
}

class Shrinker {
  readonly #system: System;
  readonly #seed: number;
  readonly #property: string;
  readonly #kind: string;
  readonly #budget: number;
  readonly #eventBudget: number;
  readonly #onProgress: (replays: number, events: number) => void;
  #best: SystemRun;
  #events: number;
  #replays = 0;
  /** Events of all tries so far. */
  #tried = 0;

  constructor(system: System, failing: SystemRun, options: ShrinkOptions) {
    this.#system = system;
    this.#seed = failing.seed;
    this.#property = failing.property;
    this.#kind = failing.kind;
    this.#budget = options.budget ?? 2_000;
    this.#eventBudget = options.eventBudget ?? eventBudgetMax;
    this.#onProgress = options.onProgress ?? (() => {});
    this.#best = system.run(failing.plan, failing.seed, { fates: true, causes: true });
    this.#events = eventsOf(this.#best).length;
  }

  shrink(): Shrunk {
    let complete = false;
    try {
      this.#try(explicitPlan(this.#best));
      let before = Infinity;
      // The steps make room for each other: once more until none finds anything.
      while (this.#size() < before) {
        before = this.#size();
        this.#earlierEnd();
        this.#fewerFaults();
        this.#fewerOperations();
        this.#earlierEnd();
        this.#fewerNodes();
        this.#fewerDeviations();
        this.#plainerFaults();
        this.#shorterFaults();
        this.#fewerMessages();
        this.#earlierOperations();
      }
      complete = true;
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
    }
    return { result: this.#best, events: this.#events, replays: this.#replays, tried: this.#tried, complete };
  }

  get #plan(): Plan {
    return this.#best.plan;
  }

  #size(): number {
    const { faults, script, clocks } = this.#plan;
    const odd = clocks.filter(({ offset, drift }) => offset !== 0 || drift !== 0).length;
    return faults.length + odd + (script?.length ?? 0) + this.#events;
  }

  /** The run of a plan that fails in the same way; undefined for any other, and for a plan that can not be run. */
  #run(plan: Plan): SystemRun | undefined {
    try {
      // Most candidates do not fail: only those that do are run again with all that is to be known of them.
      const tried = this.#system.run(plan, this.#seed);
      this.#tried += tried.run.events;
      const same = tried.verdict === "violated" && tried.property === this.#property && tried.kind === this.#kind;
      if (!same) return undefined;
      const changesUntil = untilThatCounts(tried);
      const result = this.#system.run(plan, this.#seed, { fates: true, causes: true, changesUntil });
      const compared = result.run.handled.filter(({ time }) => time <= changesUntil).length;
      this.#tried += result.run.events + comparedCost * compared;
      return result;
    } catch (error) {
      // A candidate may leave out what another part names.
      if (error instanceof SimulationError) return undefined;
      throw error;
    }
  }

  /** Runs a plan; one that fails in the same way, and is accepted, becomes the best so far. */
  #try(plan: Plan, accept: (events: number) => boolean = () => true): boolean {
    if (this.#replays >= this.#budget || this.#tried >= this.#eventBudget) throw new OutOfBudget();
    this.#replays += 1;
    const result = this.#run(plan);
    if (result === undefined) return false;
    const events = eventsOf(result).length;
    if (!accept(events)) return false;
    const until = plan.recovers || plan.script === undefined ? plan.until : Math.min(plan.until, result.run.endedAt);
    this.#best = { ...result, plan: { ...plan, until } };
    this.#events = events;
    this.#onProgress(this.#replays, events);
    return true;
  }

  /** A run that ends with the last answer that counts; where it is about recovery, faults that are over sooner. */
  #earlierEnd(): void {
    const { history, alarm } = this.#best.run;
    const { operations } = this.#best;
    if (this.#plan.recovers) return this.#earlierHealing();
    if (alarm !== undefined) return;
    const counting = operations.length > 0 ? operations.map((index) => history[index]!) : history;
    const ends = counting.map(({ returnedAt, calledAt }) => (returnedAt === Infinity ? calledAt : returnedAt));
    const until = Math.max(...ends);
    if (until < this.#plan.until) this.#try({ ...this.#plan, until });
  }

  #earlierHealing(): void {
    const { healedAt, until, faults, script = [] } = this.#plan;
    const last = Math.max(0, ...faults.filter((fault) => fault.until < until).map((fault) => fault.until));
    const sooner = Math.max(last, ...script.map(({ at }) => at)) + 1_000;
    if (sooner >= healedAt) return;
    const moved = faults.map((fault) => (fault.at === healedAt ? { ...fault, at: sooner } : fault));
    this.#try({ ...this.#plan, faults: moved, healedAt: sooner, until: until - healedAt + sooner });
  }

  #fewerFaults(): void {
    reduceList(this.#plan.faults, (faults) => this.#try({ ...this.#plan, faults }));
    const { clocks } = this.#plan;
    for (const node of clocks.keys()) {
      const { offset, drift } = clocks[node]!;
      if (offset === 0 && drift === 0) continue;
      const calmed = this.#plan.clocks.map((clock, index) => (index === node ? { offset: 0, drift: 0 } : clock));
      this.#try({ ...this.#plan, clocks: calmed });
    }
  }

  #fewerOperations(): void {
    const { script } = this.#plan;
    if (script !== undefined) reduceList(script, (part) => this.#try({ ...this.#plan, script: part }));
  }

  /** Fewer nodes, and nodes that take no part; never more than leaves the system its smallest number. */
  #fewerNodes(): void {
    for (let nodes = this.#system.nodes.min; nodes < this.#plan.nodes; nodes += 1) {
      if (this.#try(withNodes(this.#plan, nodes))) break;
    }
    if (this.#plan.recovers) return;
    const most = Math.floor((this.#plan.nodes - 1) / 2);
    for (const name of nodeNames(this.#plan.nodes).toReversed()) {
      const absent = this.#plan.absent ?? [];
      if (absent.includes(name) || absent.length >= most) continue;
      this.#try({ ...this.#plan, absent: [...absent, name] }, (events) => events <= this.#events);
    }
  }

  /** Messages that take their own time, or are lost or doubled, become as all others are. */
  #fewerDeviations(): void {
    const { fates } = this.#plan;
    if (fates === undefined) return;
    const latency = this.#system.calmLatency;
    // What never arrives makes a run shorter: that is for the last step to decide.
    const deviating = [...fates].filter(([, fate]) => fate.length > 0 && !(fate.length === 1 && fate[0] === latency));
    const silent = [...fates].filter(([, fate]) => fate.length === 0);
    const kept = reduceList(deviating, (part) =>
      this.#try({ ...this.#plan, fates: new Map([...part, ...silent]) }, (events) => events <= 2 * this.#events),
    );
    reduceList(silent, (part) =>
      this.#try({ ...this.#plan, fates: new Map([...kept, ...part]) }, (events) => events <= this.#events),
    );
  }

  /** A partition in place of one that flaps or leaves a bridge, a crash in place of one that does more. */
  #plainerFaults(): void {
    for (const [index, fault] of this.#plan.faults.entries()) {
      const plainer = plainerThan(fault);
      if (plainer !== undefined) this.#try(this.#withFault(index, plainer));
    }
  }

  /** Operations that follow each other without long pauses: fewer timers fire in between. */
  #earlierOperations(): void {
    const { script } = this.#plan;
    if (script === undefined) return;
    const { history } = this.#best.run;
    const ends = history.map(({ returnedAt, calledAt }) => (returnedAt === Infinity ? calledAt : returnedAt));
    for (let index = script.length - 1; index >= 0; index -= 1) {
      const call = this.#plan.script![index]!;
      const before = Math.max(0, ...ends.filter((end) => end < call.at));
      const gap = call.at - before - 1_000;
      if (gap < 1_000) continue;
      const moved = this.#plan.script!.map((other) => (other.at >= call.at ? { ...other, at: other.at - gap } : other));
      const faults = this.#plan.faults.map((fault) =>
        fault.at >= call.at ? { ...fault, at: fault.at - gap, until: fault.until - gap } : fault,
      );
      const fits = (events: number): boolean => events <= this.#events;
      if (!this.#try({ ...this.#plan, script: moved, faults }, fits)) this.#try({ ...this.#plan, script: moved }, fits);
    }
  }

  /** Faults of half the length, as often as that goes. */
  #shorterFaults(): void {
    for (let index = 0; index < this.#plan.faults.length; index += 1) {
      for (let tries = 0; tries < 4; tries += 1) {
        const fault = this.#plan.faults[index]!;
        const half = Math.floor((Math.min(fault.until, this.#best.run.endedAt) - fault.at) / 2);
        if (half < 1_000) break;
        const ends = this.#try(this.#withFault(index, { ...fault, until: fault.at + half }));
        if (!ends && !this.#try(this.#withFault(index, { ...fault, at: fault.at + half }))) break;
      }
    }
  }

  #withFault(index: number, fault: Fault): Plan {
    return { ...this.#plan, faults: this.#plan.faults.map((other, at) => (at === index ? fault : other)) };
  }

  /** Messages that never arrive, where that leaves fewer events: a slow network may always keep a message back. */
  #fewerMessages(): void {
    if (!this.#system.mayMissMessages) return;
    const keysOf = (): number[] => {
      const { handled } = this.#best.run;
      const keys = eventsOf(this.#best).map((index) => handled[index]!.fate);
      return [...new Set(keys.filter((key) => key >= 0))];
    };
    const without = (keys: readonly number[]): Plan => {
      const fates = new Map<number, Fate>(this.#plan.fates);
      for (const key of keys) fates.set(key, []);
      return { ...this.#plan, fates };
    };
    for (let size = Math.ceil(keysOf().length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let end = keysOf().length; end > 0; end -= size) {
        const part = keysOf().slice(Math.max(0, end - size), end);
        if (part.length > 0) this.#try(without(part), (events) => events < this.#events);
      }
    }
  }
}

function plainerThan(fault: Fault): Fault | undefined {
  const { at, until } = fault;
  if (fault.kind === "flapping" || fault.kind === "bridge") return { kind: "partition", at, until, sides: fault.sides };
  const moreThanCrash = fault.kind === "wipe" || fault.kind === "torn-write" || fault.kind === "full-disk";
  return moreThanCrash ? { kind: "crash", at, until, node: fault.node } : undefined;
}

/**
 * The events of a failing run that count. Where it does not recover: up to the end of the faults and the last answer that
 * a client had; from then on it is stuck.
 */
export const eventsOf = (result: SystemRun): readonly number[] => essentialEvents(result.run, untilThatCounts(result));

function untilThatCounts({ run, plan, property }: SystemRun): Microseconds {
  if (property !== recoveryProperty) return Infinity;
  const answers = run.history.map(({ returnedAt }) => returnedAt).filter((time) => time < Infinity);
  return Math.max(plan.healedAt, ...answers);
}

/** The plan with fewer nodes: what names the others goes with them. */
function withNodes(plan: Plan, nodes: number): Plan {
  const names = new Set(nodeNames(nodes));
  const known = (name: string): boolean => names.has(name) || name.startsWith("c");
  const fates = new Map(
    [...(plan.fates ?? [])].filter(([key]) => {
      const { from, to } = readFateKey(key);
      return known(from) && known(to);
    }),
  );
  return {
    ...plan,
    nodes,
    fates,
    faults: plan.faults.flatMap((fault) => faultAmong(fault, known)),
    clocks: plan.clocks.slice(0, nodes),
    core: plan.core.filter(known),
    ...(plan.absent === undefined ? {} : { absent: plan.absent.filter(known) }),
  };
}

/** The fault on the nodes that are left; none when it was about the others. */
function faultAmong(fault: Fault, known: (name: string) => boolean): readonly Fault[] {
  switch (fault.kind) {
    case "partition":
    case "flapping":
    case "bridge": {
      const sides = fault.sides.map((side) => side.filter(known)).filter((side) => side.length > 0);
      if (sides.length < 2) return [];
      return fault.kind === "bridge" && !known(fault.bridge)
        ? [{ kind: "partition", at: fault.at, until: fault.until, sides }]
        : [{ ...fault, sides }];
    }
    case "one-way-partition": {
      const [from, to] = [fault.from.filter(known), fault.to.filter(known)];
      return from.length === 0 || to.length === 0 ? [] : [{ ...fault, from, to }];
    }
    case "operator":
    case "upgrade": {
      const nodes = fault.nodes.filter(known);
      return nodes.length === 0 ? [] : [{ ...fault, nodes }];
    }
    default:
      return namesIn(fault).every(known) ? [fault] : [];
  }
}
