import { avalanche } from "@fieldbook/kernel";
import type { KeyedRandom } from "@fieldbook/kernel";
import type { Caller } from "../clients/caller.ts";
import type { Network } from "../clients/network.ts";
import { failureCodes, noFailure } from "../observation/request-book.ts";
import type { Attempt } from "../records.ts";
import { copyTerms, origins, phases } from "../records.ts";
import { graphStreams } from "../streams.ts";
import type { World } from "../world.ts";
import { eventKinds } from "../world.ts";
import type { Instance } from "./instance.ts";
import { isShed } from "./shedding.ts";

/**
 * The service's side: an attempt is let in or turned away, waits, is served step by step, and is answered. What its
 * caller no longer waits for is served all the same, and counted as wasted.
 */
export class Server {
  readonly #world: World;
  readonly #random: KeyedRandom;
  readonly #network: Network;
  /** Set once both are there. */
  caller!: Caller;
  /** What happens to an instance that a poisonous request has reached. */
  onPoison: (instance: Instance) => void = () => undefined;
  /** An instance that takes no new work has finished all that it had. */
  onDrained: (instance: Instance) => void = () => undefined;

  constructor(world: World, network: Network) {
    this.#world = world;
    this.#random = world.random;
    this.#network = network;
  }

  arrive(attempt: Attempt): void {
    const instance = attempt.instance!;
    const { service } = instance;
    service.book.arrive();
    if (!instance.isUp) return this.#turnAway(attempt, failureCodes.unavailable);
    if (service.declaration.shedding !== undefined && isShed(attempt, instance, this.#world.now)) {
      return this.#turnAway(attempt, failureCodes.shed);
    }
    const isFree = instance.busy < service.concurrency && instance.waiting === 0;
    if (!isFree && instance.waiting >= service.bound) return this.#turnAway(attempt, failureCodes.rejected);
    const { use } = service;
    const { now } = this.#world;
    use.moveTo(now);
    use.inside += 1;
    use.entered += 1;
    instance.inside += 1;
    attempt.enteredAt = now;
    attempt.queuedAt = now;
    if (isFree) this.#start(attempt, instance);
    else this.#queue(attempt, instance);
  }

  #turnAway(attempt: Attempt, failure: number): void {
    attempt.instance!.service.book.fail(failure);
    attempt.enteredAt = this.#world.now;
    attempt.failure = failure;
    this.#answer(attempt);
  }

  #queue(attempt: Attempt, instance: Instance): void {
    attempt.phase = phases.waiting;
    instance.waiting += 1;
    instance.service.use.waiting += 1;
    instance.line.join(attempt);
  }

  /** The use book has been moved to now. */
  #start(attempt: Attempt, instance: Instance): void {
    const { now } = this.#world;
    const { service } = instance;
    instance.busy += 1;
    if (!service.isSharing || instance.busy === 1) service.use.busy += 1;
    if (attempt.step > 0) {
      service.use.startedAgain(now - attempt.queuedAt);
      return this.#run(attempt, instance);
    }
    service.use.started(now - attempt.queuedAt);
    attempt.startedAt = now;
    if (attempt.isPoison) {
      attempt.phase = phases.working;
      return this.onPoison(instance);
    }
    this.#run(attempt, instance);
  }

  /** Does the step that the attempt stands at. */
  #run(attempt: Attempt, instance: Instance): void {
    const { service } = instance;
    const step = service.steps[attempt.step];
    if (step === undefined) return this.#complete(attempt, instance);
    if (step.work === undefined) {
      if (!service.holdsServer) this.#freeServer(instance);
      return this.#call(attempt, instance, step.sites, step.needed);
    }
    attempt.phase = phases.working;
    const drawn = step.work.draw(attempt.key);
    const factor = attempt.weight * instance.slowness;
    const demand = factor === 1 ? drawn : Math.round(drawn * factor);
    if (instance.sharing !== undefined) {
      instance.sharing.join(this.#world.now, attempt, demand);
      return this.#planSharing(instance);
    }
    this.#world.plan(this.#world.now + demand, eventKinds.workEnds, attempt.id, attempt.generation);
  }

  #planSharing(instance: Instance): void {
    instance.sharingEvent = (instance.sharingEvent + 1) & 0x7ff_ffff;
    const at = instance.sharing!.nextAt(this.#world.now);
    if (at === undefined) return;
    this.#world.plan(
      at,
      eventKinds.sharingTurns,
      instance.service.index * 100_000 + instance.number,
      instance.sharingEvent,
    );
  }

  sharingTurns(instance: Instance): void {
    for (;;) {
      const attempt = instance.sharing!.takeDone(this.#world.now);
      if (attempt === undefined) break;
      this.#stepDone(attempt, instance);
    }
    this.#planSharing(instance);
  }

  workEnds(attempt: Attempt): void {
    // Of work that was lost with its instance the event still comes.
    if (attempt.phase !== phases.working) return;
    this.#stepDone(attempt, attempt.instance!);
  }

  #stepDone(attempt: Attempt, instance: Instance): void {
    attempt.step += 1;
    this.#run(attempt, instance);
  }

  #call(attempt: Attempt, instance: Instance, sites: readonly Parameters<Caller["begin"]>[1][], needed: number): void {
    const { calls } = this.#world;
    const { step, generation } = attempt;
    attempt.phase = phases.calling;
    attempt.unanswered = sites.length;
    attempt.needed = needed;
    for (const [place, site] of sites.entries()) {
      const call = calls.take();
      copyTerms(attempt, call);
      call.isPoison = false;
      call.origin = origins.step;
      call.source = undefined;
      call.parent = attempt;
      call.parentGeneration = generation;
      call.parentStep = step;
      call.fromZone = instance.zone;
      call.key = avalanche(attempt.key + Math.imul(step * 1_024 + place + 1, 0x85eb_ca6b));
      this.caller.begin(call, site, instance.number);
      // The answers so far may have ended the step.
      if (attempt.generation !== generation || attempt.step !== step || attempt.phase !== phases.calling) return;
    }
  }

  /** One of a step's calls has ended. */
  stepEnded(attempt: Attempt, failure: number, isDegraded: boolean): void {
    attempt.unanswered -= 1;
    if (failure === noFailure) {
      attempt.needed -= 1;
      if (isDegraded) attempt.isDegraded = true;
    }
    if (attempt.needed > 0 && attempt.unanswered >= attempt.needed) return;
    const instance = attempt.instance!;
    if (attempt.needed > 0) attempt.failure = failureCodes.dependency;
    attempt.step = attempt.needed > 0 ? instance.service.steps.length : attempt.step + 1;
    if (instance.service.holdsServer) return this.#run(attempt, instance);
    const { use } = instance.service;
    use.moveTo(this.#world.now);
    // Goes on when a server is free; neither a failure, nor the next call, nor the answer needs one.
    const next = instance.service.steps[attempt.step];
    if (attempt.failure !== noFailure || next === undefined) return this.#depart(attempt, instance);
    if (next.work === undefined) return this.#call(attempt, instance, next.sites, next.needed);
    attempt.queuedAt = this.#world.now;
    if (instance.busy < instance.service.concurrency && instance.waiting === 0) return this.#start(attempt, instance);
    this.#queue(attempt, instance);
  }

  /** The server of an attempt has nothing more to do for it. */
  #complete(attempt: Attempt, instance: Instance): void {
    const { service } = instance;
    service.use.moveTo(this.#world.now);
    this.#strikeError(attempt, instance);
    this.#leaveService(attempt, instance);
    this.#freeServer(instance);
    this.#finish(attempt, instance);
  }

  /** Leaves without holding a server. The use book has been moved to now. */
  #depart(attempt: Attempt, instance: Instance): void {
    this.#strikeError(attempt, instance);
    this.#leaveService(attempt, instance);
    this.#finish(attempt, instance);
  }

  #leaveService(attempt: Attempt, instance: Instance): void {
    instance.inside -= 1;
    instance.service.use.inside -= 1;
    instance.service.use.leaves(this.#world.now - attempt.enteredAt);
  }

  #finish(attempt: Attempt, instance: Instance): void {
    const { service } = instance;
    if (attempt.call === undefined) service.use.wastedOne();
    if (instance.isNew) {
      instance.newServed += 1;
      if (attempt.failure !== noFailure) instance.newErrors += 1;
    }
    if (attempt.failure === noFailure) {
      service.book.succeed(this.#world.now - attempt.enteredAt, attempt.isDegraded);
    } else {
      service.book.fail(attempt.failure);
    }
    this.#answer(attempt);
    if (instance.isDraining && instance.inside === 0) this.onDrained(instance);
  }

  /** What has been served well so far may be answered with an error all the same. */
  #strikeError(attempt: Attempt, instance: Instance): void {
    const { service } = instance;
    if (attempt.failure !== noFailure || (service.errorShare === 0 && instance.errorShares.length === 0)) return;
    const good = instance.errorShares.reduce((product, share) => product * (1 - share), 1 - service.errorShare);
    if (this.#random.unit(graphStreams.error, service.index, attempt.key) >= good) attempt.failure = failureCodes.error;
  }

  /** A server becomes free; the next in line takes it. The use book has been moved to now. */
  #freeServer(instance: Instance): void {
    const { service } = instance;
    const { use } = service;
    use.moveTo(this.#world.now);
    instance.busy -= 1;
    if (!service.isSharing || instance.busy === 0) use.busy -= 1;
    while (instance.waiting > 0 && instance.busy < service.concurrency) {
      const next = instance.line.next(this.#world.now, (dropped) => this.#drop(dropped, instance, failureCodes.shed));
      if (next === undefined) return;
      if (next.isCancelled) {
        this.#world.attempts.release(next);
        continue;
      }
      instance.waiting -= 1;
      use.waiting -= 1;
      if (service.dropsExpired && this.#world.now >= next.deadline) this.#expire(next, instance);
      else this.#start(next, instance);
    }
  }

  /** Dropped by the order of the queue. */
  #drop(attempt: Attempt, instance: Instance, failure: number): void {
    if (attempt.isCancelled) return this.#world.attempts.release(attempt);
    instance.waiting -= 1;
    instance.service.use.waiting -= 1;
    this.#loseWaiting(attempt, instance, failure);
  }

  #expire(attempt: Attempt, instance: Instance): void {
    this.#loseWaiting(attempt, instance, failureCodes.expired);
  }

  #loseWaiting(attempt: Attempt, instance: Instance, failure: number): void {
    this.#leaveService(attempt, instance);
    instance.service.book.fail(failure);
    attempt.failure = failure;
    this.#answer(attempt);
  }

  /** An attempt that still waits is taken out: its caller has its answer from another. */
  cancel(attempt: Attempt): void {
    if (attempt.phase !== phases.waiting || attempt.isCancelled) return;
    const instance = attempt.instance!;
    const { use } = instance.service;
    use.moveTo(this.#world.now);
    attempt.isCancelled = true;
    instance.waiting -= 1;
    use.waiting -= 1;
    this.#leaveService(attempt, instance);
  }

  /** All that the instance has is lost; who waits for it hears so. Costs O(all attempts of the run that are under way). */
  loseAll(instance: Instance): void {
    const { use } = instance.service;
    use.moveTo(this.#world.now);
    const lost = this.#world.attempts
      .inUse()
      .filter(({ instance: at, phase, isCancelled }) => at === instance && !isCancelled && isInside(phase));
    instance.sharing?.clear();
    const release = (attempt: Attempt): void => {
      if (attempt.isCancelled) this.#world.attempts.release(attempt);
    };
    for (let next = instance.line.next(this.#world.now, release); next !== undefined;) {
      release(next);
      next = instance.line.next(this.#world.now, release);
    }
    use.waiting -= instance.waiting;
    use.busy -= instance.sharing === undefined ? instance.busy : Math.min(1, instance.busy);
    instance.waiting = 0;
    instance.busy = 0;
    for (const attempt of lost) {
      this.#leaveService(attempt, instance);
      instance.service.book.fail(failureCodes.unavailable);
      attempt.failure = failureCodes.unavailable;
      attempt.phase = phases.answered;
    }
    // Told once the instance is empty: an answer may bring new work.
    for (const attempt of lost) this.#answer(attempt);
  }

  /** The answer goes back, if somebody still waits for it. */
  #answer(attempt: Attempt): void {
    const instance = attempt.instance!;
    attempt.phase = phases.answered;
    if (attempt.trace > 0) this.#trace(attempt, instance);
    if (attempt.call === undefined) return this.#world.attempts.release(attempt);
    const delay = this.#network.delayBack(attempt, attempt.site, instance);
    if (delay === 0) return this.caller.answerArrives(attempt);
    if (delay < 0) attempt.isLost = true;
    else this.#world.plan(this.#world.now + delay, eventKinds.answerArrives, attempt.id, attempt.generation);
  }

  #trace(attempt: Readonly<Attempt>, instance: Instance): void {
    const { tracing, now } = this.#world;
    const { trace, span, failure, enteredAt, callSpan: parent } = attempt;
    const name = instance.service.name;
    tracing.end(
      { trace, span, parent, kind: "serve", name, place: instance.place, start: enteredAt, end: now },
      failure,
    );
  }
}

const isInside = (phase: number): boolean =>
  phase === phases.waiting || phase === phases.working || phase === phases.calling;
