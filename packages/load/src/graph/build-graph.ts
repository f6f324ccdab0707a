import { CallSite } from "./clients/call-site.ts";
import type { CallerPlace } from "./clients/call-site.ts";
import { Caller } from "./clients/caller.ts";
import { Network } from "./clients/network.ts";
import { Autoscaler } from "./changes/autoscaler.ts";
import { Credentials } from "./changes/credentials.ts";
import { Failures } from "./changes/failures.ts";
import { planIncident } from "./changes/incidents.ts";
import { InstanceChanges } from "./changes/instance-changes.ts";
import { RolloutRun } from "./changes/rollouts.ts";
import type { Call, ServiceGraph, Step } from "./declaration.ts";
import { durationSampler } from "./durations/duration-sampler.ts";
import { meanWorkOf } from "./offered-load.ts";
import { Server } from "./services/server.ts";
import type { StepPlan } from "./services/service.ts";
import { Service } from "./services/service.ts";
import { Source } from "./sources/source.ts";
import { graphStreams } from "./streams.ts";
import type { World } from "./world.ts";

const stepsOfAService = 64;

/** All parts of a run, made from the declaration and tied together. */
export interface BuiltGraph {
  readonly sources: readonly Source[];
  readonly services: readonly Service[];
  readonly sites: readonly CallSite[];
  readonly caller: Caller;
  readonly server: Server;
}

/** Makes a graph that was checked ready to run; all that happens of itself is planned. */
export function buildGraph(graph: ServiceGraph, world: World, slices: number): BuiltGraph {
  return new Builder(graph, world, slices).build();
}

class Builder {
  readonly #graph: ServiceGraph;
  readonly #world: World;
  readonly #slices: number;
  readonly #zones: readonly string[];
  readonly #services = new Map<string, Service>();
  readonly #sites: CallSite[] = [];
  readonly #credentials: Credentials;
  readonly #items: number;

  constructor(graph: ServiceGraph, world: World, slices: number) {
    this.#graph = graph;
    this.#world = world;
    this.#slices = slices;
    this.#zones = Object.keys(graph.zones ?? {});
    this.#credentials = new Credentials(world, graph.credentials ?? {});
    this.#items = Math.max(1, ...Object.values(graph.sources).map(({ keys }) => keys?.count ?? 1));
  }

  build(): BuiltGraph {
    const graph = this.#graph;
    const world = this.#world;
    const network = new Network(this.#zones, graph.links ?? [], world.random);
    const server = new Server(world, network);
    const caller = new Caller(world, {
      network,
      arrive: (attempt) => server.arrive(attempt),
      cancel: (attempt) => server.cancel(attempt),
      stepEnded: (parent, failure, isDegraded) => server.stepEnded(parent, failure, isDegraded),
      renewalEnded: (call, failure) => this.#credentials.renewalEnded(call, failure),
    });
    server.caller = caller;
    this.#credentials.caller = caller;
    this.#addServices();
    const sources = this.#addSources(caller);
    this.#addIssuers();
    this.#planChanges(server, network);
    for (const site of this.#sites) this.#giveCredentials(site);
    return { sources, services: [...this.#services.values()], sites: this.#sites, caller, server };
  }

  #addServices(): void {
    const { services } = this.#graph;
    Object.entries(services).forEach(([name, declaration], index) => {
      const zones = (declaration.zones ?? this.#zones).map((zone) => this.#zones.indexOf(zone));
      const { random } = this.#world;
      this.#services.set(name, new Service({ index, name, declaration, zones, slices: this.#slices, random }));
    });
    for (const service of this.#services.values()) {
      const from: CallerPlace = { name: service.name, zone: -1, isSource: false };
      service.meanWork = meanWorkOf(service.declaration);
      service.steps = service.declaration.steps.map((step, index) =>
        this.#step(step, from, service, `services.${service.name}.steps[${String(index)}]`, index),
      );
    }
  }

  #step(step: Step, from: CallerPlace, service: Service, path: string, index: number): StepPlan {
    if (step.kind === "work") {
      const id = service.index * stepsOfAService + index;
      return { work: durationSampler(step.time, this.#world.random, graphStreams.work, id) };
    }
    if (step.kind === "call") {
      return { work: undefined, sites: [this.#site(step.call, from, `${path}.call`)], needed: 1 };
    }
    if (step.kind === "parallel") {
      const sites = step.calls.map((call, place) => this.#site(call, from, `${path}.calls[${String(place)}]`));
      return { work: undefined, sites, needed: step.needed ?? sites.length };
    }
    const site = this.#site(step.call, from, `${path}.call`);
    return {
      work: undefined,
      sites: Array.from({ length: step.count }, () => site),
      needed: step.needed ?? step.count,
    };
  }

  #site(terms: Call, from: CallerPlace, path: string): CallSite {
    const to = this.#services.get(terms.to)!;
    const site: CallSite = new CallSite({
      index: this.#sites.length,
      path,
      from,
      to,
      terms,
      random: this.#world.random,
      items: this.#items,
      onClient: (client, index) => this.#credentials.give(site, client, index),
    });
    if (site.cache !== undefined) to.caches.push(site.cache);
    this.#sites.push(site);
    return site;
  }

  #addSources(caller: Caller): readonly Source[] {
    const { sources, incidents = [] } = this.#graph;
    return Object.entries(sources).map(([name, declaration], index) => {
      const zone = declaration.zone === undefined ? -1 : this.#zones.indexOf(declaration.zone);
      const changes = incidents.filter((incident) => incident.kind === "traffic" && incident.source === name);
      return new Source({
        world: this.#world,
        caller,
        site: this.#site(declaration.calls, { name, zone, isSource: true }, `sources.${name}.calls`),
        name,
        index,
        declaration,
        changes: changes.flatMap((incident) => (incident.kind === "traffic" ? [incident] : [])),
        slices: this.#slices,
      });
    });
  }

  #addIssuers(): void {
    for (const [name, { issuer, retryAfter }] of Object.entries(this.#graph.credentials ?? {})) {
      if (issuer === undefined) continue;
      const from: CallerPlace = { name: `holders of ${name}`, zone: -1, isSource: true };
      // One attempt: the next is made after `retryAfter` in any case.
      const site = this.#site({ to: issuer, timeout: retryAfter }, from, `credentials.${name}.issuer`);
      this.#credentials.issuerSites.set(name, site);
    }
  }

  /** Whoever shows a credential holds one from the beginning. */
  #giveCredentials(site: CallSite): void {
    if (site.terms.credential === undefined) return;
    const callers = site.from.isSource ? 1 : this.#services.get(site.from.name)!.instances.length;
    for (let index = 0; index < callers; index += 1) site.client(index);
  }

  #planChanges(server: Server, network: Network): void {
    const { incidents = [], rollouts = [] } = this.#graph;
    const world = this.#world;
    const changes = new InstanceChanges(world, server);
    const failures = new Failures(world, server, changes);
    for (const service of this.#services.values()) {
      failures.start(service);
      if (service.declaration.autoscaling !== undefined) new Autoscaler(world, service, changes, failures).start();
    }
    const reach = {
      world,
      services: this.#services,
      zones: this.#zones,
      network,
      changes,
      credentials: this.#credentials,
    };
    incidents.forEach((incident, number) => planIncident(incident, number, reach));
    const runs = rollouts.map((rollout) => {
      const run = new RolloutRun(world, this.#services.get(rollout.service)!, rollout, changes);
      run.start();
      return run;
    });
    server.onDrained = (instance) => {
      if (!runs.some((run) => run.drained(instance))) changes.retire(instance);
    };
  }
}
