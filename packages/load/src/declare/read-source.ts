import type { Arrivals, KeySpace, Source } from "../graph/declaration.ts";
import { listOf } from "./collections.ts";
import { object, optional, required, standard } from "./fields.ts";
import { kinds } from "./kinds.ts";
import { count, duration, nameOf, number, rate, share, truth } from "./quantities.ts";
import { call } from "./read-call.ts";
import { distribution } from "./read-distribution.ts";

export const arrivals = kinds<Arrivals>({
  name: "an arrival process",
  variants: {
    poisson: {
      says: "Many clients that know nothing of each other: at random, at a steady rate.",
      fields: { rate: required(rate(), "Requests on average.") },
      main: "rate",
      short: ["poisson <rate>"],
      example: "poisson 40/s",
    },
    constant: {
      says: "At equal distances, as from a clock.",
      fields: { rate: required(rate(), "Requests.") },
      main: "rate",
      short: ["constant <rate>"],
      example: "constant 40/s",
    },
    bursts: {
      says: "Poisson, with another rate for a while at the beginning of each period.",
      fields: {
        rate: required(rate(true), "Between bursts."),
        burstRate: required(rate(), "During a burst."),
        period: required(duration(1), "From the beginning of one burst to that of the next."),
        length: required(duration(1), "How long a burst lasts; at most the period."),
      },
      short: ["bursts <rate> and <burstRate> for <length> every <period>"],
      example: "bursts 40/s and 200/s for 10 s every 2 min",
    },
    daily: {
      says: "Poisson, with a rate that rises and falls like a cosine.",
      fields: {
        mean: required(rate(), "The mean rate over a period."),
        swing: required(share(), "How far the rate goes above and below the mean."),
        period: standard(duration(1), "The length of a day.", 86_400_000_000, "24 h"),
        peakAt: standard(duration(), "When the rate is highest.", 43_200_000_000, "12 h"),
      },
      short: ["daily <mean> swing <swing>"],
      example: "daily 40/s swing 60 %",
    },
    closed: {
      says: "A fixed number of users: each waits for the answer, thinks, and sends again.",
      fields: {
        users: required(count(1), "How many users."),
        think: required(distribution, "From an answer to the next request."),
      },
      short: ["closed <users> users thinking <think>"],
      example: "closed 50 users thinking exponential 1 s",
    },
    trace: {
      says: "At given times, such as those of a log.",
      fields: { times: required(listOf(duration()), "From the start of the run, ascending.") },
      main: "times",
      example: "{ trace: [0 s, 1.2 s, 1.3 s] }",
    },
  },
});

const keySpace = object<KeySpace>({
  name: "a set of keys",
  fields: {
    count: required(count(1, 100_000_000), "How many keys there are."),
    skew: standard(number(0, 10), "The exponent of Zipf's law: 0 makes all as likely, 1 is common.", 0, "0"),
  },
  short: "count",
});

const unusualTenant = object<NonNullable<Source["unusualTenants"]>[number]>({
  name: "an unusual tenant",
  fields: {
    tenant: required(count(0), "Its number, from 0."),
    weight: optional(number(0.001, 1_000_000), "Its work takes this many times as long.", "1"),
    poison: optional(truth, "Whether its requests make the instance fail that serves them.", "false"),
  },
});

const priority = object<NonNullable<Source["priorities"]>[number]>({
  name: "a priority",
  fields: {
    priority: required(count(0, 100), "0 is served first."),
    share: required(share(), "How many of the requests have it; all shares together are 100 %."),
  },
});

export const source = object<Source>({
  name: "a source",
  fields: {
    arrivals: required(arrivals, "When requests come."),
    calls: required(call, "What each request calls: a service's name, or the keys of a call."),
    deadline: optional(duration(1), "How long the answer is of use; it travels with the request.", "none"),
    keys: optional(keySpace, "What requests are about: caches and consistent hashing look at the key.", "none"),
    tenants: optional(count(1, 10_000_000), "Requests are dealt over so many tenants, each as likely.", "1"),
    unusualTenants: optional(listOf(unusualTenant), "Tenants that do harm.", "none"),
    priorities: optional(listOf(priority), "How important requests are.", "all alike"),
    zone: optional(nameOf("zone"), "Where the clients are; they keep to instances of that zone.", "anywhere"),
  },
});
