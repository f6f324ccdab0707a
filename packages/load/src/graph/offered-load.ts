import type { Arrivals, Call, Service, ServiceGraph, Step } from "./declaration.ts";
import { meanDuration } from "./durations/mean-duration.ts";

const second = 1_000_000;

/** The mean rate of requests, per second; undefined where answers decide it. */
function rateOf(arrivals: Arrivals, duration: number): number | undefined {
  switch (arrivals.kind) {
    case "poisson":
    case "constant":
      return arrivals.rate;
    case "daily":
      return arrivals.mean;
    case "bursts": {
      const share = Math.min(1, arrivals.length / arrivals.period);
      return arrivals.burstRate * share + arrivals.rate * (1 - share);
    }
    case "trace":
      return arrivals.times.length / (duration / second);
    case "closed":
      return undefined;
  }
}

const callsOf = (step: Step): readonly Call[] => {
  switch (step.kind) {
    case "work":
      return [];
    case "call":
      return [step.call];
    case "parallel":
      return step.calls;
    case "fan-out":
      return Array.from({ length: step.count }, () => step.call);
  }
};

/** Mean work of a request at a service, µs, without what it waits for. */
export const meanWorkOf = (service: Service): number =>
  service.steps.reduce((sum, step) => sum + (step.kind === "work" ? meanDuration(step.time) : 0), 0);

/** Work that is offered to each service, in servers: arrivals per second × mean work. At least this much, since a call behind a cache and retries are left out. */
function offeredLoad(graph: ServiceGraph): Readonly<Record<string, number>> {
  const load: Record<string, number> = Object.fromEntries(Object.keys(graph.services).map((name) => [name, 0]));
  const visit = (call: Call, rate: number, depth: number): void => {
    const service = graph.services[call.to];
    if (service === undefined || call.cache !== undefined || depth > 50) return;
    load[call.to] = (load[call.to] ?? 0) + (rate * meanWorkOf(service)) / second;
    for (const step of service.steps) for (const next of callsOf(step)) visit(next, rate, depth + 1);
  };
  for (const source of Object.values(graph.sources)) {
    const rate = rateOf(source.arrivals, graph.duration);
    if (rate !== undefined) visit(source.calls, rate, 0);
  }
  return load;
}

/** The mean number of requests that the sources send over the whole run; those of closed sources are left out. */
export const expectedRequests = (graph: ServiceGraph): number =>
  Object.values(graph.sources).reduce(
    (sum, { arrivals }) => sum + ((rateOf(arrivals, graph.duration) ?? 0) * graph.duration) / second,
    0,
  );

/**
 * What a reader has to know of the load before the figures.
 *
 * @param growing services whose queue grew all through the run
 */
export function loadWarnings(graph: ServiceGraph, growing: readonly string[]): readonly string[] {
  const loads = offeredLoad(graph);
  return Object.entries(graph.services).flatMap(([name, service]) => {
    const perInstance = service.concurrency === "processor-sharing" ? 1 : service.concurrency;
    const servers = (service.autoscaling?.max ?? service.instances) * perInstance;
    const share = loads[name]! / servers;
    const noSteadyState = "there is no steady state, and means depend on how long the run is";
    if (share < 1) {
      return growing.includes(name) ? [`${name}: ever more requests wait, all through the run: ${noSteadyState}.`] : [];
    }
    const begin =
      share === Infinity
        ? `${name}: the mean of the work offered to it is without limit`
        : `${name}: the work offered to it is ${String(Math.round(share * 100))} % of what its ${String(servers)} ${servers === 1 ? "server" : "servers"} can do`;
    const isBounded =
      service.queue?.bound !== undefined || service.shedding !== undefined || service.dropsExpired === true;
    return isBounded
      ? [`${begin}; what goes beyond is turned away.`]
      : [`${begin}, and its queue has no bound: ${noSteadyState}.`];
  });
}
