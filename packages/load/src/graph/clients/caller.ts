import type { Microseconds } from "@fieldbook/kernel";
import { avalanche } from "@fieldbook/kernel";
import { failureCodes, noFailure } from "../observation/request-book.ts";
import type { Attempt, Call } from "../records.ts";
import { copyTerms, origins, phases } from "../records.ts";
import type { Instance } from "../services/instance.ts";
import { graphStreams } from "../streams.ts";
import type { World } from "../world.ts";
import { eventKinds } from "../world.ts";
import { backoffDelay } from "./backoff.ts";
import type { CallSite } from "./call-site.ts";
import type { Network } from "./network.ts";

/** What the caller needs of those that are called, and of those that wait for a call. */
export interface Surroundings {
  readonly network: Network;
  /** An attempt reaches its instance. */
  arrive(attempt: Attempt): void;
  /** An attempt that waits in a queue is to be taken out. */
  cancel(attempt: Attempt): void;
  /** A step's call has ended, at the instance that made it. */
  stepEnded(parent: Attempt, failure: number, isDegraded: boolean): void;
  /** A credential was renewed, or was not. */
  renewalEnded(call: Readonly<Call>, failure: number): void;
}

/** What a service did not take on. */
const notAccepted: ReadonlySet<number> = new Set([
  failureCodes.shed,
  failureCodes.rejected,
  failureCodes.unavailable,
  failureCodes.timeout,
]);

/**
 * The client's side of calls: cache, breaker, throttle, connections, attempts, timeouts, retries and hedges.
 * A call that is turned away by its own breaker or throttle is not retried; all other failures are, but for a deadline.
 */
export class Caller {
  readonly #world: World;
  readonly #around: Surroundings;

  constructor(world: World, around: Surroundings) {
    this.#world = world;
    this.#around = around;
  }

  /** Begins a call whose origin, key and terms are set. @param instance the caller's instance; 0 for a source */
  begin(call: Call, site: CallSite, instance: number): void {
    const world = this.#world;
    call.site = site;
    call.client = site.client(instance);
    call.dueAt = world.now;
    call.attempts = 0;
    call.first = undefined;
    call.second = undefined;
    call.holdsConnection = false;
    call.isWaiting = false;
    call.isHedged = false;
    call.isDegraded = false;
    call.lastFailure = noFailure;
    call.lastDelay = 0;
    call.fills = call.origin === origins.refresh;
    if (call.trace > 0) call.span = world.tracing.nextSpan();
    site.calls += 1;
    call.client.calls += 1;
    call.client.budget?.earn();
    if (site.cache === undefined || call.origin === origins.refresh) return this.#tryOnce(call);
    this.#lookUp(call, site);
  }

  #lookUp(call: Call, site: CallSite): void {
    const world = this.#world;
    const cache = site.cache!;
    const found = cache.lookUp(call, world.now);
    if (found.kind === "joined") return this.#waitUntil(call, call.deadline);
    if (found.kind === "miss") return this.#tryOnce(call);
    if (found.renews) this.#refresh(call, site);
    this.#answerFromCache(call, site);
  }

  #answerFromCache(call: Call, site: CallSite): void {
    const time = site.cache!.hitTime?.draw(call.key) ?? 0;
    if (time === 0) return this.#settle(call, noFailure);
    this.#world.plan(this.#world.now + time, eventKinds.cacheAnswers, call.id, call.generation);
  }

  cacheAnswers(call: Call): void {
    this.#settle(call, noFailure);
  }

  /** A call of the cache itself, for nobody's request. */
  #refresh(cause: Call, site: CallSite): void {
    const call = this.#world.calls.take();
    copyTerms(cause, call);
    call.isPoison = false;
    call.deadline = Infinity;
    call.trace = 0;
    call.origin = origins.refresh;
    call.parent = undefined;
    call.source = undefined;
    call.key = avalanche(cause.key + 0x2545_f491);
    this.begin(call, site, site.clients.indexOf(cause.client));
  }

  #tryOnce(call: Call): void {
    const world = this.#world;
    const { client, site } = call;
    if (world.now >= call.deadline) return this.#end(call, failureCodes.deadline);
    if (client.breaker !== undefined && !client.breaker.allows(world.now)) {
      return this.#end(call, failureCodes["breaker-open"]);
    }
    if (client.throttle !== undefined) {
      const unit = world.random.unit(graphStreams.throttle, site.index, call.key, call.attempts);
      if (client.throttle.turnsAway(world.now, unit)) return this.#end(call, failureCodes.throttled);
    }
    if (client.freeConnections <= 0) return this.#waitForConnection(call);
    this.#connect(call);
  }

  #waitForConnection(call: Call): void {
    call.client.waitForConnection(call);
    const wait = call.site.terms.pool!.wait;
    this.#waitUntil(call, Math.min(wait === undefined ? Infinity : this.#world.now + wait, call.deadline));
  }

  #waitUntil(call: Call, until: Microseconds): void {
    call.isWaiting = true;
    call.waitsUntil = until;
    if (until < Infinity) this.#world.plan(until, eventKinds.waitTimesOut, call.id, call.generation);
  }

  /** A call has waited long enough for a connection, or for the call of another that fills the cache. */
  waitTimesOut(call: Call): void {
    const { now } = this.#world;
    if (!call.isWaiting || now < call.waitsUntil) return;
    call.client.removeWaiting(call);
    this.#end(call, now >= call.deadline ? failureCodes.deadline : failureCodes["pool-timeout"]);
  }

  #connect(call: Call): void {
    call.isWaiting = false;
    call.client.freeConnections -= 1;
    call.holdsConnection = true;
    this.#send(call);
    const { hedge } = call.site.terms;
    if (hedge !== undefined && call.attempts === 1 && call.first !== undefined) {
      this.#world.plan(this.#world.now + hedge.after, eventKinds.hedgeIsDue, call.id, call.generation);
    }
  }

  #disconnect(call: Call): void {
    if (!call.holdsConnection) return;
    call.holdsConnection = false;
    const { client } = call;
    client.freeConnections += 1;
    const next = client.nextWaiting();
    if (next !== undefined) this.#connect(next);
  }

  #send(call: Call): void {
    const world = this.#world;
    const { site } = call;
    call.attempts += 1;
    site.attempts += 1;
    call.client.breaker?.sent();
    const attempt = world.attempts.take();
    attempt.site = site;
    attempt.call = call;
    attempt.number = call.attempts;
    attempt.key = call.attempts === 1 ? call.key : avalanche(call.key + Math.imul(call.attempts, 0x9e37_79b1));
    attempt.sentAt = world.now;
    attempt.fromZone = call.fromZone;
    attempt.phase = phases.travelling;
    attempt.isLost = false;
    attempt.isCancelled = false;
    attempt.isDegraded = false;
    attempt.failure = noFailure;
    attempt.step = 0;
    copyTerms(call, attempt);
    attempt.isPoison = call.isPoison;
    if (call.first === undefined) call.first = attempt;
    else call.second = attempt;
    if (attempt.trace > 0) {
      attempt.span = world.tracing.nextSpan();
      attempt.callSpan = call.span;
    }
    const { timeout } = site.terms;
    const until = timeout === undefined ? call.deadline : Math.min(world.now + timeout, call.deadline);
    if (until < Infinity) world.plan(until, eventKinds.attemptTimesOut, attempt.id, attempt.generation);
    this.#route(attempt, call);
  }

  #route(attempt: Attempt, call: Readonly<Call>): void {
    const { network } = this.#around;
    const { site, client } = call;
    const isExpired = this.#world.now >= client.credentialExpiresAt;
    const instance = isExpired ? undefined : this.#choose(site, attempt, client);
    attempt.instance = instance;
    if (instance === undefined) {
      attempt.phase = phases.answered;
      attempt.failure = isExpired ? failureCodes["credential-expired"] : failureCodes.unavailable;
      return this.answerArrives(attempt);
    }
    const delay = network.delayOut(attempt, site, instance);
    if (delay === 0) return this.#around.arrive(attempt);
    if (delay < 0) attempt.isLost = true;
    else this.#world.plan(this.#world.now + delay, eventKinds.attemptArrives, attempt.id, attempt.generation);
  }

  #choose(site: CallSite, attempt: Attempt, client: Call["client"]): Instance | undefined {
    const candidates = site.to.candidates(site.from.zone);
    if (candidates.length === 0 || site.to.instances.length === 1) return candidates[0];
    return site.to.balancerOf(site).choose(candidates, attempt, client);
  }

  /** The answer to an attempt is back; its own failure says which. */
  answerArrives(attempt: Attempt): void {
    const { call } = attempt;
    const { failure, isDegraded } = attempt;
    this.#leave(attempt);
    this.#world.attempts.release(attempt);
    if (call === undefined) return;
    this.#record(call, failure);
    if (failure === noFailure) {
      call.isDegraded = isDegraded;
      return this.#end(call, noFailure);
    }
    this.#attemptFailed(call, failure);
  }

  attemptTimesOut(attempt: Attempt): void {
    const { call } = attempt;
    if (call === undefined) return;
    this.#leave(attempt);
    if (attempt.isLost) this.#world.attempts.release(attempt);
    this.#record(call, failureCodes.timeout);
    if (this.#world.now >= call.deadline) return this.#end(call, failureCodes.deadline);
    this.#attemptFailed(call, failureCodes.timeout);
  }

  /** From now on the caller does not wait for the attempt. */
  #leave(attempt: Attempt): void {
    const { call } = attempt;
    attempt.call = undefined;
    if (call === undefined) return;
    if (call.first === attempt) {
      call.first = call.second;
      call.second = undefined;
    } else if (call.second === attempt) {
      call.second = undefined;
    }
  }

  #record(call: Readonly<Call>, failure: number): void {
    const { breaker, throttle } = call.client;
    const now = this.#world.now;
    if (throttle !== undefined && !notAccepted.has(failure)) throttle.accepted(now);
    if (breaker?.record(now, failure === noFailure) !== true) return;
    const { from, to, clients } = call.site;
    const who = from.isSource ? from.name : `${from.name}-${String(clients.indexOf(call.client) + 1)}`;
    this.#world.tell("breaker", from.name, `The breaker of ${who} before ${to.name} is ${breaker.state}.`);
  }

  #attemptFailed(call: Call, failure: number): void {
    call.lastFailure = failure;
    // A hedge may still answer.
    if (call.first !== undefined) return;
    const { retry } = call.site.terms;
    if (retry === undefined || call.attempts >= retry.attempts) return this.#end(call, failure);
    if (call.client.budget?.spend() === false) {
      call.site.withoutBudget += 1;
      return this.#end(call, failure);
    }
    this.#disconnect(call);
    const world = this.#world;
    const unit = world.random.unit(graphStreams.backoff, call.site.index, call.key, call.attempts);
    call.lastDelay = backoffDelay(retry.backoff, call.attempts, call.lastDelay, unit);
    const at = world.now + call.lastDelay;
    if (at >= call.deadline) return this.#end(call, failure);
    call.site.retries += 1;
    world.plan(at, eventKinds.retryIsDue, call.id, call.generation);
  }

  retryIsDue(call: Call): void {
    this.#tryOnce(call);
  }

  hedgeIsDue(call: Call): void {
    const { client, site } = call;
    if (call.isHedged || call.attempts !== 1 || call.first === undefined) return;
    if (client.hedges + 1 > (site.terms.hedge!.limit ?? 1) * client.calls) return;
    call.isHedged = true;
    client.hedges += 1;
    site.hedges += 1;
    this.#send(call);
  }

  /** The call has its outcome; those that wait for it are told. */
  #end(call: Call, failure: number): void {
    const { site } = call;
    this.#giveUpOn(call.second, call);
    this.#giveUpOn(call.first, call);
    this.#disconnect(call);
    const { cache } = site;
    if (cache === undefined) return this.#settle(call, failure);
    const now = this.#world.now;
    const key = call.item;
    if (failure === noFailure) cache.store(key, now, now - call.dueAt);
    const servesStale = failure !== noFailure && cache.mayServeStale(key, now);
    if (servesStale) cache.staleHits += 1;
    const outcome = servesStale ? noFailure : failure;
    const waiting = call.fills ? cache.finish(key).map((other) => ({ other, generation: other.generation })) : [];
    this.#settle(call, outcome);
    for (const { other, generation } of waiting) {
      // One that gave up meanwhile is gone.
      if (other.generation === generation) this.#settle(other, outcome);
    }
  }

  #giveUpOn(attempt: Attempt | undefined, call: Readonly<Call>): void {
    if (attempt === undefined) return;
    this.#leave(attempt);
    if (attempt.isLost) this.#world.attempts.release(attempt);
    else if (call.site.terms.hedge?.cancels === true) this.#around.cancel(attempt);
  }

  #settle(call: Call, failure: number): void {
    const { site } = call;
    if (failure === noFailure) site.successes += 1;
    else site.failures[failure]! += 1;
    if (call.trace > 0) this.#trace(call, failure);
    const { origin, parent, parentGeneration, parentStep, source, isDegraded } = call;
    if (origin === origins.source) source!.settled(call, failure);
    else if (origin === origins.renewal) this.#around.renewalEnded(call, failure);
    this.#world.calls.release(call);
    if (origin !== origins.step || parent === undefined) return;
    if (parent.generation !== parentGeneration || parent.step !== parentStep || parent.phase !== phases.calling) return;
    const isSoft = failure !== noFailure && site.terms.optional === true;
    this.#around.stepEnded(parent, isSoft ? noFailure : failure, isDegraded || isSoft);
  }

  #trace(call: Readonly<Call>, failure: number): void {
    const { tracing, now } = this.#world;
    const isRoot = call.origin === origins.source;
    tracing.end(
      {
        trace: call.trace,
        span: call.span,
        parent: isRoot ? undefined : call.parent?.span,
        kind: isRoot ? "request" : "call",
        name: isRoot ? call.site.from.name : `${call.site.from.name} to ${call.site.to.name}`,
        place: call.site.from.name,
        start: call.dueAt,
        end: now,
      },
      failure,
    );
  }
}
