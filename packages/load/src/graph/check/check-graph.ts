import type { ServiceGraph } from "../declaration.ts";
import { expectedRequests } from "../offered-load.ts";
import { checkService, callsOfStep } from "./check-service.ts";
import { checkSource } from "./check-source.ts";
import { checkCredential, checkIncident, checkRollout } from "./check-surroundings.ts";
import { Checking } from "./checking.ts";
import type { GraphProblem } from "./graph-error.ts";

/** A run handles about a million requests a second, so more than this would take the better part of an hour. */
const requestsAtMost = 1_000_000_000;

/** Steps of one service; a hash of a step's place has room for so many. */
const stepsAtMost = 64;

/** All that is wrong with a graph; nothing when it can be run. Load above capacity is no mistake: it runs. */
export function checkGraph(graph: ServiceGraph): readonly GraphProblem[] {
  const checking = new Checking(graph);
  checking.duration("duration", graph.duration, "above 0");
  if (graph.warmUp !== "mser-5") checkWarmUp(checking, graph.warmUp, graph.duration);
  checking.notEmpty("sources", Object.keys(graph.sources), "source");
  checking.notEmpty("services", Object.keys(graph.services), "service");
  for (const [name, source] of Object.entries(graph.sources)) checkSource(checking, `sources.${name}`, source);
  for (const [name, service] of Object.entries(graph.services)) {
    checkService(checking, `services.${name}`, service);
    if (service.steps.length <= stepsAtMost) continue;
    const says = `A service has at most ${String(stepsAtMost)} steps; got ${String(service.steps.length)}.`;
    checking.refuse(`services.${name}.steps`, says, "Join steps of work, or move some to a service of their own.");
  }
  graph.links?.forEach(({ from, to, latency }, index) => {
    checking.name(`links[${String(index)}].from`, from, "zones");
    checking.name(`links[${String(index)}].to`, to, "zones");
    checking.distribution(`links[${String(index)}].latency`, latency);
  });
  for (const [name, credential] of Object.entries(graph.credentials ?? {})) {
    checkCredential(checking, `credentials.${name}`, credential);
  }
  graph.incidents?.forEach((incident, index) => checkIncident(checking, `incidents[${String(index)}]`, incident));
  graph.rollouts?.forEach((rollout, index) => checkRollout(checking, `rollouts[${String(index)}]`, rollout));
  checkCycles(checking);
  if (checking.problems.length === 0) checkSize(checking);
  return checking.problems;
}

function checkSize(checking: Checking): void {
  const expected = expectedRequests(checking.graph);
  if (expected <= requestsAtMost) return;
  const says = `The sources send about ${expected.toPrecision(2)} requests in that time; a run has at most ${requestsAtMost.toPrecision(1)}.`;
  checking.refuse("duration", says, "Shorten it, or lessen the rates.");
}

function checkWarmUp(checking: Checking, warmUp: number | undefined, duration: number): void {
  checking.duration("warmUp", warmUp);
  if (warmUp === undefined || warmUp < duration) return;
  checking.refuse("warmUp", "Nothing of the run is left after the warm-up.", "Shorten it, or lengthen `duration`.");
}

/** A service that needs itself, by way of others, would call without end. Soft calls count as well: they are made. */
function checkCycles(checking: Checking): void {
  const { services } = checking.graph;
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): void => {
    const service = services[name];
    if (service === undefined || done.has(name)) return;
    service.steps.forEach((step, index) => {
      for (const [path, call] of callsOfStep(step, `services.${name}.steps[${String(index)}]`)) {
        const begin = way.indexOf(call.to);
        if (begin < 0) visit(call.to, [...way, call.to]);
        else {
          const round = [...way.slice(begin), call.to].join(" → ");
          checking.refuse(`${path}.to`, `Calls go round in a circle: ${round}.`, "Take one of these calls away.");
        }
      }
    });
    done.add(name);
  };
  for (const name of Object.keys(services)) visit(name, [name]);
}
