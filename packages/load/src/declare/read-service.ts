import type { Autoscaling, Queue, QueueOrder, Service, Shedding, Step } from "../graph/declaration.ts";
import { listOf, orWord } from "./collections.ts";
import { object, optional, required, standard } from "./fields.ts";
import { kinds } from "./kinds.ts";
import { count, duration, nameOf, number, share, truth } from "./quantities.ts";
import { call } from "./read-call.ts";
import { distribution } from "./read-distribution.ts";

export const queueOrder = kinds<QueueOrder>({
  name: "an order of the queue",
  variants: {
    fifo: { says: "First come, first served.", fields: {}, example: "fifo" },
    lifo: { says: "Last come, first served.", fields: {}, example: "lifo" },
    priority: { says: "By the request's priority, then first come.", fields: {}, example: "priority" },
    fair: { says: "Tenants in turn.", fields: {}, example: "fair" },
    codel: {
      says: "First come, and drops when the wait stays above a target (Nichols and Jacobson 2012).",
      fields: {
        target: standard(duration(1), "The wait that is accepted.", 5_000, "5 ms"),
        interval: standard(duration(1), "How long the wait may be above it.", 100_000, "100 ms"),
      },
      short: ["codel <target> within <interval>"],
      example: "codel 5 ms within 100 ms",
    },
  },
});

const queue = object<Queue>({
  name: "a queue",
  fields: {
    bound: optional(count(0, 100_000_000), "How many may wait at one instance; more are rejected.", "without a bound"),
    order: optional(queueOrder, "Who is next.", "fifo"),
  },
  short: "bound",
});

const needed = optional(count(1, 100_000), "Goes on when so many have answered.", "all");

export const step = kinds<Step>({
  name: "a step",
  variants: {
    work: {
      says: "The instance works.",
      fields: { time: required(distribution, "How long.") },
      main: "time",
      example: "{ work: exponential 20 ms }",
    },
    call: {
      says: "Calls a service and waits for the answer.",
      fields: { call: required(call, "A service's name, or the keys of a call.") },
      main: "call",
      example: "{ call: database }",
    },
    parallel: {
      says: "Calls several services at once.",
      fields: { calls: required(listOf(call), "Services' names, or the keys of a call for each."), needed },
      main: "calls",
      example: "{ parallel: [stock, prices] }",
    },
    "fan-out": {
      says: "Makes the same call many times at once, as to the parts of an index.",
      fields: {
        call: required(call, "A service's name, or the keys of a call."),
        count: required(count(1, 10_000), "How many times."),
        needed,
      },
      main: "call",
      example: "{ fan-out: index, count: 20 }",
    },
  },
});

export const shedding = kinds<Shedding>({
  name: "a way to shed load",
  variants: {
    "queue-length": {
      says: "Turns requests away while the queue is long.",
      fields: { above: required(count(0, 100_000_000), "More than so many wait.") },
      main: "above",
      short: ["queue-length above <above>"],
      example: "queue-length above 50",
    },
    deadline: {
      says: "Turns away what could not be answered before its deadline.",
      fields: {},
      example: "deadline",
    },
    priority: {
      says: "Turns the least important away first.",
      fields: { thresholds: required(listOf(share()), "Priority p is shed when the instance is busier than entry p.") },
      main: "thresholds",
      short: ["priority <thresholds>"],
      example: "priority 100 %, 90 %, 70 %",
    },
  },
});

const autoscaling = object<Autoscaling>({
  name: "autoscaling",
  fields: {
    min: required(count(1, 100_000), "Never fewer instances."),
    max: required(count(1, 100_000), "Never more instances."),
    target: required(share("above 0"), "The utilisation that it follows."),
    every: required(duration(1), "From one decision to the next."),
    startUp: required(duration(), "Until a new instance serves."),
    coolDown: required(duration(), "Between two scalings down."),
  },
});

const failure = object<NonNullable<Service["failure"]>>({
  name: "failure and repair",
  fields: {
    timeToFailure: required(distribution, "From a repair to the next failure of an instance."),
    timeToRepair: required(distribution, "From a failure to its repair."),
  },
});

export const service = object<Service>({
  name: "a service",
  fields: {
    instances: required(count(1, 100_000), "How many copies run."),
    concurrency: required(
      orWord("processor-sharing", count(1, 1_000_000)),
      "Requests that one instance works on at once; processor-sharing divides one server among all.",
    ),
    queue: optional(queue, "Requests that wait at each instance.", "fifo without a bound"),
    steps: required(listOf(step), "What serving a request takes, one after the other."),
    holdsServer: optional(truth, "Whether a server waits while its call is out, as a thread does.", "true"),
    dropsExpired: optional(truth, "Whether requests past their deadline are dropped unserved.", "false"),
    shedding: optional(shedding, "Which requests are turned away on arrival.", "none"),
    autoscaling: optional(autoscaling, "How the number of instances follows the load.", "fixed"),
    failure: optional(failure, "How instances fail and are repaired.", "never"),
    errorShare: optional(share(), "Share of requests that end in an error after they were served.", "0 %"),
    zones: optional(listOf(nameOf("zone")), "Where the instances are, in turn.", "all zones"),
    costPerHour: optional(number(0, 1_000_000_000), "Of one instance, in any one currency.", "none"),
  },
});
