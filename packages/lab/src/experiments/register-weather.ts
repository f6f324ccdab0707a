import { drawClocks, drawFaults } from "@fieldbook/engine";
import type { ClockError, Fault, NetworkModel } from "@fieldbook/engine";
import { constant, exponential, keyedRandom, milliseconds, uniform } from "@fieldbook/kernel";
import type { Microseconds } from "@fieldbook/kernel";

const partsPerMillion = (percent: number): number => Math.round(percent * 10_000);

const nodeNames = (nodes: number): string[] => Array.from({ length: nodes }, (_, n) => `n${String(n + 1)}`);

export interface NetworkValues {
  readonly nodes: number;
  readonly clients: number;
  readonly clientLatency: number;
  readonly latencyMin: number;
  readonly latencyMean: number;
  readonly ordered: boolean;
  readonly loss?: number;
  readonly duplicates?: number;
  readonly reordered?: number;
  readonly heldBack?: number;
}

/**
 * The network that the knobs describe. The way between a client and a node is short and steady: latency there only hides
 * what happens between nodes.
 */
export function networkOf(values: NetworkValues): NetworkModel {
  const latency = constant(milliseconds(values.clientLatency));
  const clients = Array.from({ length: values.clients }, (_, client) => `c${String(client + 1)}`);
  const pairs = clients.flatMap((client) => nodeNames(values.nodes).map((node) => [client, node] as const));
  return {
    links: pairs.flatMap(([client, node]) => [
      { from: client, to: node, latency },
      { from: node, to: client, latency },
    ]),
    latency: exponential(milliseconds(values.latencyMean), milliseconds(values.latencyMin)),
    loss: partsPerMillion(values.loss ?? 0),
    duplicate: partsPerMillion(values.duplicates ?? 0),
    ordered: values.ordered,
    reorder: partsPerMillion(values.reordered ?? 0),
    reorderDelay: uniform(0, milliseconds(values.heldBack ?? 0)),
  };
}

/** A sentence when the mean latency lies below the least; undefined when the two go together. */
export function latencyProblem({
  latencyMin,
  latencyMean,
}: Pick<NetworkValues, "latencyMin" | "latencyMean">): string | undefined {
  if (latencyMean >= latencyMin) return undefined;
  return (
    `The mean latency (latencyMean, ${String(latencyMean)} ms) can not be below the least ` +
    `(latencyMin, ${String(latencyMin)} ms).`
  );
}

/** Partitions of 20 to 300 ms, three of ten one-way, and crashes of 10 to 200 ms, drawn over the first `span`. */
export function faultsOf(
  values: { readonly nodes: number; readonly partitions: number; readonly crashes: number },
  seed: number,
  span: Microseconds,
): Fault[] {
  const weather = {
    window: { from: 0, until: span },
    partitions: { count: values.partitions, duration: uniform(20_000, 300_000), oneWay: 300_000 },
    crashes: { count: values.crashes, downtime: uniform(10_000, 200_000) },
  };
  return drawFaults(keyedRandom(seed), weather, nodeNames(values.nodes));
}

/** Clocks off by up to `clockOffset` ms and drifting by up to 200 ppm; true ones for 0. */
export function clocksOf(values: { readonly nodes: number; readonly clockOffset: number }, seed: number): ClockError[] {
  const maxDrift = values.clockOffset === 0 ? 0 : 200;
  return drawClocks(keyedRandom(seed), values.nodes, { maxOffset: milliseconds(values.clockOffset), maxDrift });
}
