import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { EventQueue, keyedRandom, RunningHash, sample } from "@fieldbook/kernel";
import { finishTime } from "./capacity.ts";
import { RetryBudget } from "./retry-budget.ts";
import { retryDelay } from "./retry-policy.ts";
import { ServiceLedger } from "./service-ledger.ts";
import type { FinalState } from "./service-ledger.ts";
import type { ServiceModel } from "./service-model.ts";
import { checkServiceModel } from "./service-model.ts";
import type { ServiceRun } from "./service-run.ts";
import { streams } from "./streams.ts";
import { WaitingLine } from "./waiting-line.ts";

/** An event is one number: its kind, and the request or attempt that it is about. */
const kinds = 4;
const requestArrives = 0;
const clientRetries = 1;
const clientGivesUp = 2;
const serviceEnds = 3;

type Outcome = "pending" | "succeeded" | "failed";

interface Request {
  readonly firstSentAt: Microseconds;
  attempts: number;
  outcome: Outcome;
}

interface Attempt {
  readonly request: number;
  /** From 1 within its request. */
  readonly number: number;
  readonly sentAt: Microseconds;
  /** The client still waits for it. */
  awaited: boolean;
  /** It is waiting or in service. */
  inStation: boolean;
}

/**
 * One run of an open service: requests arrive, wait, are served or not in time, and are tried again.
 *
 * A client that gives up on an attempt hears no more of it; the server serves the attempt all the same unless the
 * station `dropsExpired`. About three events an attempt; each costs O(log n) with n pending.
 *
 * @param seed a whole number from 0 to 2^53 − 1
 * @throws RangeError for a model out of range
 */
export function simulateService(model: ServiceModel, seed: number): ServiceRun {
  checkServiceModel(model);
  return new ServiceSimulation(model, keyedRandom(seed)).run();
}

class ServiceSimulation {
  readonly #model: ServiceModel;
  readonly #random: KeyedRandom;
  readonly #events = new EventQueue<number>();
  readonly #line: WaitingLine;
  readonly #budget: RetryBudget | undefined;
  readonly #ledger: ServiceLedger;
  readonly #requests: Request[] = [];
  readonly #attempts: Attempt[] = [];
  #now: Microseconds = 0;
  #idleServers: number;

  constructor(model: ServiceModel, random: KeyedRandom) {
    this.#model = model;
    this.#random = random;
    this.#line = new WaitingLine(model.station.order);
    this.#ledger = new ServiceLedger(model.duration);
    this.#idleServers = model.station.servers;
    const { budget } = model.clients.retry;
    this.#budget = budget === undefined ? undefined : new RetryBudget(budget);
  }

  run(): ServiceRun {
    const hash = new RunningHash();
    let handled = 0;
    this.#scheduleArrival(0);
    while (this.#events.nextTime < this.#model.duration) {
      const event = this.#events.pop()!;
      this.#now = this.#events.now;
      this.#ledger.moveTo(this.#now);
      hash.add(this.#now | 0);
      hash.add((this.#now / 0x1_0000_0000) | 0);
      hash.add(event);
      handled += 1;
      this.#handle(event % kinds, Math.floor(event / kinds));
    }
    const totals = this.#ledger.close(this.#finalState());
    return {
      series: this.#ledger.series,
      totals,
      latencies: Float64Array.from(this.#ledger.latencies).sort(),
      traceHash: hash.digest(),
      events: handled,
    };
  }

  #handle(kind: number, id: number): void {
    if (kind === requestArrives) this.#arrive(id);
    else if (kind === clientRetries) this.#send(id);
    else if (kind === clientGivesUp) this.#giveUp(this.#attempts[id]!);
    else this.#endService(this.#attempts[id]!);
  }

  #scheduleArrival(request: number): void {
    const wait = sample(this.#model.interarrival, this.#random.unit(streams.interarrival, request));
    this.#events.push(this.#now + wait, request * kinds + requestArrives);
  }

  #arrive(request: number): void {
    this.#ledger.requestArrives();
    this.#requests.push({ firstSentAt: this.#now, attempts: 0, outcome: "pending" });
    this.#budget?.earn();
    this.#send(request);
    this.#scheduleArrival(request + 1);
  }

  #send(requestId: number): void {
    const { station, clients } = this.#model;
    const request = this.#requests[requestId]!;
    request.attempts += 1;
    this.#ledger.attemptSent();
    const attempt = { request: requestId, number: request.attempts, sentAt: this.#now, awaited: true, inStation: true };
    const id = this.#attempts.push(attempt) - 1;
    if (this.#idleServers === 0 && this.#line.length >= station.queueBound) {
      this.#ledger.attemptRejected();
      attempt.inStation = false;
      attempt.awaited = false;
      this.#retryOrFail(requestId);
      return;
    }
    this.#ledger.attemptEnters();
    if (clients.timeout < Infinity) this.#events.push(this.#now + clients.timeout, id * kinds + clientGivesUp);
    if (this.#idleServers > 0) this.#startService(id);
    else this.#line.join(id);
  }

  #giveUp(attempt: Attempt): void {
    if (!attempt.awaited) return;
    attempt.awaited = false;
    this.#retryOrFail(attempt.request);
  }

  #retryOrFail(requestId: number): void {
    const { retry } = this.#model.clients;
    const request = this.#requests[requestId]!;
    if (request.attempts > retry.retries || this.#budget?.spend() === false) {
      request.outcome = "failed";
      return;
    }
    const wait = retryDelay(retry.delay, this.#random, requestId, request.attempts);
    this.#events.push(this.#now + wait, requestId * kinds + clientRetries);
  }

  #startService(id: number): void {
    const { service, capacity } = this.#model.station;
    const attempt = this.#attempts[id]!;
    this.#idleServers -= 1;
    this.#ledger.serviceStarts(this.#now - attempt.sentAt);
    const demand = sample(service, this.#random.unit(streams.demand, attempt.request, attempt.number));
    this.#events.push(finishTime(capacity, this.#now, demand), id * kinds + serviceEnds);
  }

  #endService(attempt: Attempt): void {
    const request = this.#requests[attempt.request]!;
    this.#idleServers += 1;
    this.#ledger.serviceEnds(this.#now - attempt.sentAt, attempt.awaited ? this.#now - request.firstSentAt : undefined);
    if (attempt.awaited) request.outcome = "succeeded";
    attempt.awaited = false;
    attempt.inStation = false;
    this.#serveNext();
  }

  #serveNext(): void {
    for (let id = this.#line.next(); id !== undefined; id = this.#line.next()) {
      const attempt = this.#attempts[id]!;
      if (attempt.awaited || !this.#model.station.dropsExpired) {
        this.#startService(id);
        return;
      }
      attempt.inStation = false;
      this.#ledger.attemptExpires(this.#now - attempt.sentAt);
    }
  }

  #finalState(): FinalState {
    const outcomes = { pending: 0, succeeded: 0, failed: 0 };
    for (const request of this.#requests) outcomes[request.outcome] += 1;
    let unfinishedSojourns = 0;
    for (const attempt of this.#attempts) {
      if (attempt.inStation) unfinishedSojourns += this.#model.duration - attempt.sentAt;
    }
    const inService = this.#model.station.servers - this.#idleServers;
    return { ...outcomes, waiting: this.#line.length, inService, unfinishedSojourns };
  }
}
