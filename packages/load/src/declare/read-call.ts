import type {
  Backoff,
  Balance,
  Cache,
  Call,
  CircuitBreaker,
  ClientThrottle,
  ConnectionPool,
  Hedge,
  Retry,
} from "../graph/declaration.ts";
import { object, optional, required, standard } from "./fields.ts";
import { kinds } from "./kinds.ts";
import { count, duration, nameOf, number, share, truth } from "./quantities.ts";
import { distribution } from "./read-distribution.ts";

const base = required(duration(1), "The first delay; it doubles with each retry.");
const cap = required(duration(1), "No delay is longer.");

export const backoff = kinds<Backoff>({
  name: "a backoff",
  variants: {
    "full-jitter": {
      says: "At random between nothing and the exponential delay: retries come apart.",
      fields: { base, cap },
      short: ["full-jitter <base> to <cap>"],
      example: "full-jitter 50 ms to 2 s",
    },
    "decorrelated-jitter": {
      says: "At random between the base and three times the last delay.",
      fields: { base, cap },
      short: ["decorrelated-jitter <base> to <cap>"],
      example: "decorrelated-jitter 50 ms to 2 s",
    },
    exponential: {
      says: "Twice as long each time, without jitter: retries come together.",
      fields: { base, cap },
      short: ["exponential <base> to <cap>"],
      example: "exponential 50 ms to 2 s",
    },
    fixed: {
      says: "Always the same delay.",
      fields: { delay: required(duration(), "The delay.") },
      main: "delay",
      short: ["fixed <delay>"],
      example: "fixed 100 ms",
    },
  },
});

const retryBudget = object<NonNullable<Retry["budget"]>>({
  name: "a retry budget",
  fields: {
    share: required(share("above 0"), "Each request earns this much of a retry."),
    burst: standard(number(1, 1_000_000), "So many retries may be saved up.", 10, "10"),
  },
  short: "share",
});

const retry = object<Retry>({
  name: "a retry policy",
  fields: {
    attempts: required(count(1, 1_000), "Attempts in all, the first included."),
    backoff: required(backoff, "How long to wait before each retry."),
    budget: optional(retryBudget, "Limits retries to a share of requests.", "without limit"),
  },
});

const breaker = object<CircuitBreaker>({
  name: "a circuit breaker",
  fields: {
    failureShare: required(share("above 0"), "Opens when this share of the calls failed ..."),
    minimum: required(count(1), "... of at least so many calls ..."),
    window: required(duration(1), "... within this time."),
    openFor: required(duration(1), "Then one call is let through; its success closes the breaker."),
  },
});

const hedge = object<Hedge>({
  name: "a hedge",
  fields: {
    after: required(duration(), "A second attempt goes out when no answer has come after this time."),
    limit: optional(share(), "At most this share of requests is hedged.", "without limit"),
    cancels: optional(truth, "Whether the slower attempt is taken out of its queue.", "false"),
  },
  short: "after",
});

const throttle = object<ClientThrottle>({
  name: "a client throttle",
  fields: {
    k: standard(number(1, 1_000), "Requests per accepted one before the client holds back.", 2, "2"),
    window: standard(duration(1), "How far back it counts.", 120_000_000, "2 min"),
  },
});

const pool = object<ConnectionPool>({
  name: "a connection pool",
  fields: {
    size: required(count(1), "Connections of each caller's instance."),
    wait: optional(duration(), "How long a request may wait for one.", "for ever"),
  },
  short: "size",
});

export const balance = kinds<Balance>({
  name: "a way to balance load",
  variants: {
    "round-robin": { says: "Each instance in turn.", fields: {}, example: "round-robin" },
    random: { says: "Any instance.", fields: {}, example: "random" },
    "least-requests": { says: "The one with the fewest requests.", fields: {}, example: "least-requests" },
    choices: {
      says: "The better of a few drawn at random.",
      fields: { choices: required(count(1, 1_000), "How many are drawn; 2 is common.") },
      main: "choices",
      short: ["choices <choices>"],
      example: "choices 2",
    },
    "consistent-hash": {
      says: "By the key, so that most keys stay when instances come and go.",
      fields: { virtualNodes: standard(count(1, 10_000), "Places of each instance on the ring.", 100, "100") },
      main: "virtualNodes",
      short: ["consistent-hash <virtualNodes>"],
      example: "consistent-hash 100",
    },
    "shuffle-sharding": {
      says: "Each tenant has a few instances of its own, drawn once.",
      fields: { shard: required(count(1, 10_000), "How many instances a tenant has.") },
      main: "shard",
      short: ["shuffle-sharding <shard>"],
      example: "shuffle-sharding 4",
    },
  },
});

const cache = object<Cache>({
  name: "a cache",
  fields: {
    capacity: required(count(1, 100_000_000), "Entries; the one used longest ago goes first."),
    timeToLive: required(duration(1), "How long an entry is fresh."),
    hitTime: optional(distribution, "What an answer from the cache takes.", "no time"),
    singleFlight: optional(truth, "Whether misses of one key that come together are one call.", "false"),
    staleWhileRevalidate: optional(duration(), "An old entry is served so long while one call renews it.", "0 s"),
    staleIfError: optional(duration(), "An old entry is served so long when the call fails.", "0 s"),
    earlyExpiry: optional(number(0, 100), "Renews entries at random before they expire; 1 is common.", "off"),
    warm: optional(share(), "Share of the keys that are there at the start, the most popular first.", "0 %"),
  },
});

export const call = object<Call>({
  name: "a call",
  fields: {
    to: required(nameOf("service"), "The service that is called."),
    network: optional(distribution, "Travel of one message, one way.", "no time"),
    timeout: optional(duration(1), "How long one attempt is waited for.", "for ever"),
    retry: optional(retry, "What is done when an attempt fails.", "no retries"),
    breaker: optional(breaker, "Stops calling a service that fails.", "none"),
    hedge: optional(hedge, "Sends a second attempt when the first is slow.", "none"),
    throttle: optional(throttle, "Holds back when the service rejects.", "none"),
    pool: optional(pool, "Connections that calls share.", "without limit"),
    balance: optional(balance, "Which instance is called.", "round-robin"),
    optional: optional(truth, "Whether the caller goes on without an answer.", "false"),
    cache: optional(cache, "Answers that are kept at the caller.", "none"),
    credential: optional(nameOf("credential"), "What the caller shows; calls fail once it has expired.", "none"),
  },
  short: "to",
});
