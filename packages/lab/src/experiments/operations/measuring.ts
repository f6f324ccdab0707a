import { milliseconds, seconds } from "@fieldbook/kernel";
import { defineGraphExperiment } from "./graph-experiment.ts";
import { timeText } from "./service-figure.ts";

const runSeconds = 100;

/** Experiment 26: a tester that waits for each answer does not see what it did not send. */
export const coordinatedOmission = defineGraphExperiment({
  id: "coordinated-omission",
  title: "Coordinated omission",
  summary:
    "A service answers in 1 ms, and stops once for some seconds. A tester is to send 100 requests a second: it either sends each when it is due, or waits for the answer before it sends the next.",
  leavesOut: "One connection, one stop, no chance: the figures follow from the stop alone.",
  parameters: {
    waits: {
      kind: "flag",
      label: "the tester waits for each answer",
      default: false,
      help: "On: while the service stops, nothing is sent and nothing is counted.",
    },
    stopSeconds: {
      kind: "integer",
      label: "the stop",
      unit: "s",
      min: 0,
      max: 20,
      default: 10,
      help: "How long the service does nothing, once.",
    },
  },
  properties: {
    seen: { says: "The 99th percentile that is measured shows the stop: it is at least a tenth of its length." },
  },
  metrics: {
    p99: { label: "99th percentile as measured", unit: "ms", digits: 0 },
    requests: { label: "requests counted", unit: "", digits: 0 },
  },
  graph: ({ waits, stopSeconds }) => ({
    name: "A tester",
    duration: seconds(runSeconds + 30),
    sources: {
      tester: {
        arrivals: waits
          ? { kind: "closed", users: 1, think: { kind: "constant", value: milliseconds(9) } }
          : { kind: "trace", times: Array.from({ length: runSeconds * 100 }, (_, index) => index * milliseconds(10)) },
        calls: { to: "service" },
      },
    },
    services: {
      service: {
        instances: 1,
        concurrency: 1,
        steps: [{ kind: "work", time: { kind: "constant", value: milliseconds(1) } }],
      },
    },
    // One request takes as long as the stop: whatever comes meanwhile waits behind it.
    incidents:
      stopSeconds === 0
        ? []
        : [
            {
              kind: "slow",
              service: "service",
              factor: stopSeconds * 1_000,
              at: seconds(40),
              until: seconds(40) + milliseconds(10),
              says: "the service stops",
            },
          ],
  }),
  findings: ({ stopSeconds }, run) => {
    const { latency, successes } = run.sources["tester"]!.totals;
    const says = `${String(successes)} requests were counted; of these, 99 % took at most ${timeText(latency.p99)}, the longest ${timeText(latency.max)}.`;
    return {
      verdicts: { seen: { verdict: latency.p99 >= seconds(stopSeconds) / 10 ? "holds" : "violated", says } },
      metrics: { p99: latency.p99 / 1_000, requests: successes },
      says,
    };
  },
});

/** Experiment 25: which traces are kept. */
export const traceSampling = defineGraphExperiment({
  id: "trace-sampling",
  title: "Sampling of traces",
  summary:
    "Every request leaves a trace. A tail sampler holds each for a while before it decides which to keep, in a store with room for so many; what finds it full is lost, errors too.",
  leavesOut: "Traces are alike in size and end at once. Deciding costs nothing.",
  parameters: {
    rate: {
      kind: "number",
      label: "traces",
      unit: "/s",
      min: 1,
      max: 600,
      step: 10,
      default: 150,
      help: "How many come.",
    },
    room: {
      kind: "integer",
      label: "room for",
      unit: "traces",
      min: 100,
      max: 20_000,
      step: 500,
      default: 5_000,
      help: "How many the sampler can hold; 50,000 is a common default.",
    },
    waitSeconds: {
      kind: "integer",
      label: "held for",
      unit: "s",
      min: 1,
      max: 60,
      default: 30,
      help: "Until it is decided; 30 s is a common default.",
    },
  },
  properties: { complete: { says: "No trace is lost before it was looked at." } },
  metrics: { lost: { label: "traces lost unseen", unit: "%", digits: 2 } },
  graph: ({ rate, room, waitSeconds }) => ({
    name: "A tail sampler",
    duration: seconds(waitSeconds * 8),
    warmUp: seconds(waitSeconds * 2),
    sources: { requests: { arrivals: { kind: "poisson", rate }, calls: { to: "sampler" } } },
    services: {
      sampler: {
        instances: 1,
        concurrency: room,
        queue: { bound: 0 },
        steps: [{ kind: "work", time: { kind: "constant", value: seconds(waitSeconds) } }],
      },
    },
  }),
  findings: (_, run) => {
    const { requests, failures } = run.services["sampler"]!.totals;
    const lost = (failures.rejected / requests) * 100;
    const says = `${lost.toFixed(2)} % of the traces are lost before anyone looked at them.`;
    return { verdicts: { complete: { verdict: lost === 0 ? "holds" : "violated", says } }, metrics: { lost }, says };
  },
});
