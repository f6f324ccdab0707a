import type { DrawnCall, DrawnService } from "@fieldbook/lab";

/** How often neighbouring layers are put in order after each other; more changes nothing in graphs of this size. */
const sweeps = 4;

/** Where a call passes a layer without ending there. */
export const wayPoint = (call: DrawnCall, layer: number): string => `${call.from}\n${call.to}\n${String(layer)}`;

/**
 * Puts services into layers: sources first, each caller before what it calls. Within a layer a service stands at the mean
 * place of its neighbours (the barycentre heuristic of Sugiyama, Tagawa and Toda 1981), which keeps most calls from
 * crossing. A call over several layers has a way point (`wayPoint`) in each between, so that room is left for it.
 */
export function layersOf(services: readonly DrawnService[], calls: readonly DrawnCall[]): readonly string[][] {
  const depth = depthsOf(services, calls);
  const layers: string[][] = [];
  for (const { id } of services) (layers[depth.get(id)!] ??= []).push(id);
  const filled = layers.filter((layer) => layer !== undefined);
  const steps = calls.flatMap((call) => {
    const stops = [call.from];
    for (let layer = depth.get(call.from)! + 1; layer < depth.get(call.to)!; layer += 1) {
      const stop = wayPoint(call, layer);
      filled[layer]!.push(stop);
      stops.push(stop);
    }
    stops.push(call.to);
    return stops.slice(1).map((to, index) => ({ ...call, from: stops[index]!, to }));
  });
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const down = sweep % 2 === 0;
    const order = down ? filled : filled.toReversed();
    for (const [index, layer] of order.entries()) {
      const before = order[index - 1];
      if (before !== undefined) order[index]!.splice(0, layer.length, ...sorted(layer, before, steps));
    }
  }
  return filled;
}

/** Calls without those that lead back to a service on the way to their caller. */
function withoutCircles(services: readonly DrawnService[], calls: readonly DrawnCall[]): readonly DrawnCall[] {
  const kept: DrawnCall[] = [];
  const done = new Set<string>();
  const way = new Set<string>();
  const visit = (id: string): void => {
    if (done.has(id)) return;
    way.add(id);
    for (const call of calls) {
      if (call.from !== id || way.has(call.to)) continue;
      kept.push(call);
      visit(call.to);
    }
    way.delete(id);
    done.add(id);
  };
  for (const { id } of services) visit(id);
  return kept;
}

/** The longest way from a source, by service. */
function depthsOf(services: readonly DrawnService[], calls: readonly DrawnCall[]): Map<string, number> {
  const forward = withoutCircles(services, calls);
  const depth = new Map<string, number>();
  const visit = (id: string): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    const found = 1 + Math.max(-1, ...forward.filter(({ to }) => to === id).map(({ from }) => visit(from)));
    depth.set(id, found);
    return found;
  };
  for (const { id } of services) visit(id);
  return depth;
}

function sorted(layer: readonly string[], before: readonly string[], calls: readonly DrawnCall[]): string[] {
  const barycentre = (id: string, own: number): number => {
    const places = calls
      .flatMap(({ from, to }) => (to === id ? [before.indexOf(from)] : from === id ? [before.indexOf(to)] : []))
      .filter((place) => place >= 0);
    return places.length === 0 ? own : places.reduce((sum, place) => sum + place, 0) / places.length;
  };
  return layer
    .map((id, own) => ({ id, at: barycentre(id, own), own }))
    .toSorted((one, other) => one.at - other.at || one.own - other.own)
    .map(({ id }) => id);
}
