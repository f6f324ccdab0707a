import type { FlagParameter, NumberParameter } from "../parameters.ts";

type Choice = Pick<NumberParameter, "default"> & Partial<Pick<NumberParameter, "min" | "max">>;
type Knob = NumberParameter;

/** The knobs that experiments on registers share; each experiment sets its own defaults. */
export const knobs = {
  nodes: (choice: Choice): Knob => ({
    kind: "integer", label: "nodes", unit: "", min: 1, max: 7, ...choice,
    help: "How many nodes hold a copy of the register.",
  }),
  clients: (choice: Choice): Knob => ({
    kind: "integer", label: "clients", unit: "", min: 1, max: 6, ...choice,
    help: "How many clients call, each one operation at a time.",
  }),
  operations: (choice: Choice): Knob => ({
    kind: "integer", label: "operations per client", unit: "", min: 1, max: 30, ...choice,
    help: "How many operations each client calls.",
  }),
  writes: (choice: Choice): Knob => ({
    kind: "integer", label: "share of writes", unit: "%", min: 0, max: 100, step: 5, ...choice,
    help: "How many of a hundred operations write; the others read.",
  }),
  think: (choice: Choice): Knob => ({
    kind: "integer", label: "longest pause", unit: "ms", min: 0, max: 1_000, step: 5, ...choice,
    help: "A client waits up to this long before it calls again.",
  }),
  latencyMin: (choice: Choice): Knob => ({
    kind: "integer", label: "least latency", unit: "ms", min: 0, max: 200, ...choice,
    help: "No message arrives sooner than this.",
  }),
  latencyMean: (choice: Choice): Knob => ({
    kind: "integer", label: "mean latency", unit: "ms", min: 0, max: 500, ...choice,
    help: "The mean of an exponential distribution that begins at the least latency.",
  }),
  clientLatency: (choice: Choice): Knob => ({
    kind: "integer",
    label: "latency to a client",
    unit: "ms",
    min: 0,
    max: 200,
    ...choice,
    help: "Every message between a client and a node takes this long.",
  }),
  timeout: (choice: Choice): Knob => ({
    kind: "integer", label: "client timeout", unit: "ms", min: 10, max: 10_000, step: 10, ...choice,
    help: "After this long a client gives up; its operation stays open.",
  }),
  loss: (choice: Choice): Knob => ({
    kind: "number", label: "messages lost", unit: "%", min: 0, max: 100, step: 0.5, ...choice,
    help: "How many of a hundred messages never arrive.",
  }),
  duplicates: (choice: Choice): Knob => ({
    kind: "number", label: "messages duplicated", unit: "%", min: 0, max: 100, step: 0.5, ...choice,
    help: "How many of a hundred messages arrive twice.",
  }),
  reordered: (choice: Choice): Knob => ({
    kind: "number", label: "messages held back", unit: "%", min: 0, max: 100, step: 1, ...choice,
    help: "How many of a hundred messages are held back so that later ones overtake them.",
  }),
  heldBack: (choice: Choice): Knob => ({
    kind: "integer", label: "held back for up to", unit: "ms", min: 0, max: 1_000, step: 5, ...choice,
    help: "A message that is held back arrives up to this much later.",
  }),
  partitions: (choice: Choice): Knob => ({
    kind: "integer", label: "partitions", unit: "", min: 0, max: 10, ...choice,
    help: "How many times a run cuts the nodes into two sides; three of ten cut one direction only.",
  }),
  crashes: (choice: Choice): Knob => ({
    kind: "integer", label: "crashes", unit: "", min: 0, max: 10, ...choice,
    help: "How many times a node crashes and restarts with what it had on disk.",
  }),
  clockOffset: (choice: Choice): Knob => ({
    kind: "integer", label: "clocks off by up to", unit: "ms", min: 0, max: 5_000, step: 5, ...choice,
    help: "Each node's clock is ahead or behind by up to this much.",
  }),
};

export const flag = (label: string, value: boolean, help: string): FlagParameter => ({
  kind: "flag",
  label,
  default: value,
  help,
});
