import type { Microseconds } from "@fieldbook/kernel";
import type { DurationDistribution } from "./durations/duration-distribution.ts";

/**
 * A service graph as plain data: who sends requests, which services answer them, how each calls the next, and what
 * befalls them. TypeScript writes it as it stands here; YAML writes the same names, with units ("250 ms", "40/s", "2 %").
 *
 * Durations are whole microseconds, rates are per second, shares are from 0 to 1, unless a field says otherwise.
 */
export interface ServiceGraph {
  readonly name: string;
  /** One or two sentences: what is modelled, and what is left out. */
  readonly summary?: string;
  readonly duration: Microseconds;
  /** What is left out of means and percentiles: a span from the start, or the rule MSER-5. Series show all. */
  readonly warmUp?: Microseconds | "mser-5";
  readonly sources: Readonly<Record<string, Source>>;
  readonly services: Readonly<Record<string, Service>>;
  /** Places that fail together; instances are dealt over them in turn. */
  readonly zones?: Readonly<Record<string, Zone>>;
  /** One way between two zones; within a zone, and where nothing is said, a call takes its own `network`. */
  readonly links?: readonly ZoneLink[];
  readonly credentials?: Readonly<Record<string, Credential>>;
  readonly incidents?: readonly Incident[];
  readonly rollouts?: readonly Rollout[];
}

export interface Zone {
  readonly region?: string;
}

export interface ZoneLink {
  readonly from: string;
  readonly to: string;
  readonly latency: DurationDistribution;
}

/** Who sends requests from outside. */
export interface Source {
  readonly arrivals: Arrivals;
  readonly calls: Call;
  /** From the first attempt on; it travels with the request to all that work for it. */
  readonly deadline?: Microseconds;
  /** What requests are about: caches and consistent hashing look at the key. */
  readonly keys?: KeySpace;
  /** Requests are dealt over this many tenants, each as likely; fair queues and shuffle sharding look at the tenant. */
  readonly tenants?: number;
  /** Tenants whose requests make an instance fail (`poison`) or take `weight` times as long. */
  readonly unusualTenants?: readonly { readonly tenant: number; readonly weight?: number; readonly poison?: boolean }[];
  /** 0 is served first. Shares sum to 1. */
  readonly priorities?: readonly { readonly priority: number; readonly share: number }[];
  /** Clients keep to the zone when one is named. */
  readonly zone?: string;
}

export type Arrivals =
  | { readonly kind: "poisson"; readonly rate: number }
  | { readonly kind: "constant"; readonly rate: number }
  /** Times of arrival, µs from the start, ascending. */
  | { readonly kind: "trace"; readonly times: readonly Microseconds[] }
  /** Poisson with `rate`, and with `burstRate` for `length` at the beginning of each `period`. */
  | {
      readonly kind: "bursts";
      readonly rate: number;
      readonly burstRate: number;
      readonly period: Microseconds;
      readonly length: Microseconds;
    }
  /** Poisson with rate mean × (1 + swing × cos(2π (t − peakAt) / period)); swing from 0 to 1. */
  | {
      readonly kind: "daily";
      readonly mean: number;
      readonly swing: number;
      readonly period: Microseconds;
      readonly peakAt: Microseconds;
    }
  /** A closed system: each user sends, waits for the end of the request, thinks, and sends again. */
  | { readonly kind: "closed"; readonly users: number; readonly think: DurationDistribution };

/** `skew` is the exponent of Zipf's law; 0 makes all keys as likely. */
export interface KeySpace {
  readonly count: number;
  readonly skew: number;
}

/** How a caller calls one service. */
export interface Call {
  readonly to: string;
  /** Travel of one message, one way; nothing when absent. */
  readonly network?: DurationDistribution;
  /** How long one attempt is waited for; for ever when absent. */
  readonly timeout?: Microseconds;
  readonly retry?: Retry;
  readonly breaker?: CircuitBreaker;
  readonly hedge?: Hedge;
  readonly throttle?: ClientThrottle;
  readonly pool?: ConnectionPool;
  /** `round-robin` when absent. */
  readonly balance?: Balance;
  /** A soft dependency: when it fails the caller goes on, degraded. */
  readonly optional?: boolean;
  readonly cache?: Cache;
  /** The credential or certificate that the caller shows; calls fail once it has expired. */
  readonly credential?: string;
}

export interface Retry {
  /** Attempts in all, the first included; at least 1. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** A token bucket: each request earns `share` of a token, each retry spends one; at most `burst` tokens are kept. */
  readonly budget?: { readonly share: number; readonly burst: number };
}

export type Backoff =
  | { readonly kind: "fixed"; readonly delay: Microseconds }
  | { readonly kind: "exponential"; readonly base: Microseconds; readonly cap: Microseconds }
  /** Uniform from 0 to the exponential delay. */
  | { readonly kind: "full-jitter"; readonly base: Microseconds; readonly cap: Microseconds }
  /** min(cap, uniform from base to three times the last delay). */
  | { readonly kind: "decorrelated-jitter"; readonly base: Microseconds; readonly cap: Microseconds };

/** Opens when at least `minimum` calls within `window` failed in `failureShare` or more; tries one after `openFor`. */
export interface CircuitBreaker {
  readonly failureShare: number;
  readonly minimum: number;
  readonly window: Microseconds;
  readonly openFor: Microseconds;
}

/** A second attempt when the first is not answered after `after`; the answer that comes first counts. */
export interface Hedge {
  readonly after: Microseconds;
  /** At most this share of requests is hedged. */
  readonly limit?: number;
  /** The slower attempt is taken out of its queue, if it still waits. */
  readonly cancels?: boolean;
}

/** Beyer et al., Site Reliability Engineering, chapter 21: rejects with max(0, (requests − k × accepts) / (requests + 1)). */
export interface ClientThrottle {
  readonly k: number;
  readonly window: Microseconds;
}

export interface ConnectionPool {
  readonly size: number;
  /** How long a request may wait for a connection; for ever when absent. */
  readonly wait?: Microseconds;
}

export type Balance =
  | { readonly kind: "random" }
  | { readonly kind: "round-robin" }
  | { readonly kind: "least-requests" }
  /** The least loaded of `choices` drawn instances; Mitzenmacher 2001 for 2. */
  | { readonly kind: "choices"; readonly choices: number }
  | { readonly kind: "consistent-hash"; readonly virtualNodes: number }
  /** Each tenant is served by its own `shard` instances, drawn once. */
  | { readonly kind: "shuffle-sharding"; readonly shard: number };

export interface Cache {
  /** Entries; the least recently used goes first. */
  readonly capacity: number;
  readonly timeToLive: Microseconds;
  readonly hitTime?: DurationDistribution;
  /** Misses of one key that come together are one call. */
  readonly singleFlight?: boolean;
  /** How long an expired entry is served while one call renews it. */
  readonly staleWhileRevalidate?: Microseconds;
  /** How long an expired entry is served when the call fails. */
  readonly staleIfError?: Microseconds;
  /** Probabilistic early expiry; Vattani, Chierichetti and Lowenstein 2015. 1 is their default. */
  readonly earlyExpiry?: number;
  /** Share of the keys that are there at the start, the most popular first; 0 is a cold start. */
  readonly warm?: number;
}

/** A service: alike instances behind one name. */
export interface Service {
  readonly instances: number;
  /** Requests that one instance serves at once; `processor-sharing` shares one server among all. */
  readonly concurrency: number | "processor-sharing";
  readonly queue?: Queue;
  /** What serving a request takes, one after the other. */
  readonly steps: readonly Step[];
  /** While a call is out the server is held, as by a thread; false lets it serve others. True when absent. */
  readonly holdsServer?: boolean;
  /** Requests whose deadline has passed are dropped unserved when their turn comes. */
  readonly dropsExpired?: boolean;
  readonly shedding?: Shedding;
  readonly autoscaling?: Autoscaling;
  /** Each instance fails and is repaired; what it was doing is lost. */
  readonly failure?: { readonly timeToFailure: DurationDistribution; readonly timeToRepair: DurationDistribution };
  /** Share of requests that end in an error after they were served. */
  readonly errorShare?: number;
  /** Instances are dealt over these zones in turn; over all zones when absent. */
  readonly zones?: readonly string[];
  /** Of one instance, in whatever currency the whole graph uses. */
  readonly costPerHour?: number;
}

export interface Queue {
  /** How many may wait beside those in service; more are rejected. Without a bound when absent. */
  readonly bound?: number;
  readonly order?: QueueOrder;
}

export type QueueOrder =
  | { readonly kind: "fifo" }
  | { readonly kind: "lifo" }
  /** By the request's priority, then first come. */
  | { readonly kind: "priority" }
  /** Tenants in turn; first come within a tenant. */
  | { readonly kind: "fair" }
  /** Nichols and Jacobson, "Controlling Queue Delay", 2012; 5 ms and 100 ms there. */
  | { readonly kind: "codel"; readonly target: Microseconds; readonly interval: Microseconds };

export type Step =
  | { readonly kind: "work"; readonly time: DurationDistribution }
  | { readonly kind: "call"; readonly call: Call }
  /** All at once; goes on when `needed` of them have answered (all when absent). */
  | { readonly kind: "parallel"; readonly calls: readonly Call[]; readonly needed?: number }
  /** The same call `count` times at once. */
  | { readonly kind: "fan-out"; readonly call: Call; readonly count: number; readonly needed?: number };

/** Turned away on arrival, before any queue. */
export type Shedding =
  | { readonly kind: "queue-length"; readonly above: number }
  /** When the request could not be answered before its deadline, judged by the queue and the mean time of service. */
  | { readonly kind: "deadline" }
  /** The lowest priorities first: priority p is shed when the instance is busy above thresholds[p]. */
  | { readonly kind: "priority"; readonly thresholds: readonly number[] };

/** Follows the utilisation; new instances serve after `startUp`. */
export interface Autoscaling {
  readonly min: number;
  readonly max: number;
  readonly target: number;
  readonly every: Microseconds;
  readonly startUp: Microseconds;
  /** Between two scalings down. */
  readonly coolDown: Microseconds;
}

/** A certificate or token that each holder renews from an issuer. */
export interface Credential {
  readonly lifetime: Microseconds;
  /** Renewal is due when this share of the lifetime has passed ... */
  readonly renewAt: number;
  /** ... spread evenly by up to this share of the lifetime. */
  readonly jitter?: number;
  /** A failed renewal is tried again after this. */
  readonly retryAfter: Microseconds;
  /** The service that issues; absent: renewal always succeeds unless an incident stops it. */
  readonly issuer?: string;
  /** Ages at the start: all new, or spread over the lifetime. `spread` when absent. */
  readonly issued?: "together" | "spread";
}

/** What befalls the graph, from `at` until `until`; the same kinds that the protocol engine knows, where they make sense. */
export type Incident = { readonly at: Microseconds; readonly until: Microseconds; readonly says?: string } & (
  | { readonly kind: "traffic"; readonly source: string; readonly factor: number }
  /** Work takes `factor` times as long; on `instances` of them (all when absent). */
  | { readonly kind: "slow"; readonly service: string; readonly factor: number; readonly instances?: number }
  | { readonly kind: "down"; readonly service: string; readonly instances?: number }
  | { readonly kind: "zone-down"; readonly zone: string }
  | { readonly kind: "errors"; readonly service: string; readonly share: number; readonly instances?: number }
  /** Calls between the two, services or zones, are lost, both ways. */
  | { readonly kind: "partition"; readonly between: readonly [string, string] }
  /** Messages of a service's callers take this much longer, one way. */
  | { readonly kind: "latency"; readonly service: string; readonly added: DurationDistribution }
  /** Caches in front of the service are emptied at `at`. */
  | { readonly kind: "cache-flush"; readonly service: string }
  | { readonly kind: "issuer-down"; readonly credential: string }
);

/** A new version or configuration that reaches instances in waves. */
export interface Rollout {
  readonly service: string;
  /** A configuration reaches instances without a restart. */
  readonly what: "version" | "configuration";
  readonly at: Microseconds;
  /** Share of the instances that have it after each wave, ascending, the last 1. */
  readonly waves: readonly number[];
  /** Watched after each wave before the next. */
  readonly bake: Microseconds;
  /** Time an instance is away for a restart; none for a configuration. */
  readonly restart?: Microseconds;
  /** What is wrong with it; nothing when absent. */
  readonly defect?: { readonly errorShare?: number; readonly slowdown?: number };
  /** Halts and takes back when the new instances' share of errors is above this during a wave, with enough requests. */
  readonly gate?: { readonly errorShare: number; readonly minimum: number; readonly rollBack: boolean };
}
