import { callsOfStep } from "./check/check-service.ts";
import type { ServiceGraph } from "./declaration.ts";

/** What a graph declares and a run never comes to: no mistake by itself, but seldom what was meant. */
export function idleParts(graph: ServiceGraph): readonly string[] {
  const { duration, incidents = [], rollouts = [], credentials = {} } = graph;
  const late = [
    ...incidents.flatMap(({ at, kind }, index) => (at >= duration ? [`incidents[${String(index)}] (${kind})`] : [])),
    ...rollouts.flatMap(({ at, service }, index) =>
      at >= duration ? [`rollouts[${String(index)}] (${service})`] : [],
    ),
  ];
  const called = new Set([
    ...Object.values(graph.sources).map(({ calls }) => calls.to),
    ...Object.values(graph.services).flatMap(({ steps }) =>
      steps.flatMap((step) => callsOfStep(step, "").map(([, call]) => call.to)),
    ),
    ...Object.values(credentials).flatMap(({ issuer }) => (issuer === undefined ? [] : [issuer])),
  ]);
  const uncalled = Object.keys(graph.services).filter((name) => !called.has(name));
  const cut = Object.entries(graph.sources).flatMap(([name, { arrivals }]) => {
    const times = arrivals.kind === "trace" ? arrivals.times.filter((time) => time >= duration).length : 0;
    return times === 0 ? [] : [`${name}: ${String(times)} of its times lie after the end of the run.`];
  });
  return [
    ...late.map((what) => `${what} begins when the run is over: lengthen \`duration\`, or let it begin sooner.`),
    ...uncalled.map((name) => `${name}: nobody calls it.`),
    ...cut,
  ];
}
