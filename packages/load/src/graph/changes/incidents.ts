import type { Network } from "../clients/network.ts";
import type { Incident } from "../declaration.ts";
import { durationSampler } from "../durations/duration-sampler.ts";
import type { Instance } from "../services/instance.ts";
import type { Service } from "../services/service.ts";
import { graphStreams } from "../streams.ts";
import type { World } from "../world.ts";
import type { Credentials } from "./credentials.ts";
import type { InstanceChanges } from "./instance-changes.ts";

interface Reach {
  readonly world: World;
  readonly services: ReadonlyMap<string, Service>;
  readonly zones: readonly string[];
  readonly network: Network;
  readonly changes: InstanceChanges;
  readonly credentials: Credentials;
}

/** What an incident does at its beginning and at its end. */
interface Effect {
  readonly says: string;
  begin(): void;
  end(): void;
}

const nothing = (): void => undefined;

/** Plans an incident. Changes of traffic are the sources' own; here they are told alone. */
export function planIncident(incident: Incident, number: number, reach: Reach): void {
  const { world } = reach;
  const effect = effectOf(incident, number, reach);
  const about = aboutOf(incident);
  const says = incident.says === undefined ? effect.says : `${effect.says} (${incident.says})`;
  world.later(incident.at, () => {
    world.tell("incident", about, `${says}.`);
    effect.begin();
  });
  if (incident.kind === "cache-flush") return;
  world.later(incident.until, () => {
    world.tell("recovery", about, `Over: ${says}.`);
    effect.end();
  });
}

function aboutOf(incident: Incident): string {
  switch (incident.kind) {
    case "traffic":
      return incident.source;
    case "zone-down":
      return incident.zone;
    case "partition":
      return incident.between.join(" and ");
    case "issuer-down":
      return incident.credential;
    default:
      return incident.service;
  }
}

function effectOf(incident: Incident, number: number, reach: Reach): Effect {
  const { network, credentials, services, world } = reach;
  switch (incident.kind) {
    case "traffic":
      return {
        says: `${incident.source} sends ${String(incident.factor)} times as much`,
        begin: nothing,
        end: nothing,
      };
    case "slow":
    case "down":
    case "errors":
    case "zone-down":
      return onInstances(incident, number, reach);
    case "partition": {
      const { between } = incident;
      return {
        says: `${between[0]} and ${between[1]} do not reach each other`,
        begin: () => network.cut(between),
        end: () => network.heal(between),
      };
    }
    case "latency": {
      const service = services.get(incident.service)!;
      const sampler = (stream: number): ReturnType<typeof durationSampler> =>
        durationSampler(incident.added, world.random, stream, number);
      const added = { out: sampler(graphStreams.incident), back: sampler(graphStreams.incidentBack) };
      return {
        says: `messages to ${incident.service} take longer`,
        begin: () => network.slow(service, added),
        end: () => network.quicken(service, added),
      };
    }
    case "cache-flush":
      return {
        says: `the caches in front of ${incident.service} are emptied`,
        begin: () => services.get(incident.service)!.caches.forEach((cache) => cache.flush()),
        end: nothing,
      };
    case "issuer-down":
      return {
        says: `nobody renews ${incident.credential}`,
        begin: () => credentials.stop(incident.credential),
        end: () => credentials.resume(incident.credential),
      };
  }
}

type OnInstances = Extract<Incident, { readonly kind: "slow" | "down" | "errors" | "zone-down" }>;

/** The first instances, as many as it says; of a zone, all. */
function onInstances(incident: OnInstances, number: number, { services, zones, changes }: Reach): Effect {
  const reason = `incident ${String(number)}`;
  const struck = (): readonly Instance[] => {
    if (incident.kind === "zone-down") {
      const zone = zones.indexOf(incident.zone);
      return [...services.values()].flatMap(({ instances }) => instances.filter((instance) => instance.zone === zone));
    }
    const { instances } = services.get(incident.service)!;
    return instances.filter(({ isRetired }) => !isRetired).slice(0, incident.instances ?? instances.length);
  };
  let reached: readonly Instance[] = [];
  const each = (change: (instance: Instance) => void): void => reached.forEach(change);
  const begin = (change: (instance: Instance) => void): void => {
    reached = struck();
    each(change);
  };
  switch (incident.kind) {
    case "zone-down":
    case "down":
      return {
        says:
          incident.kind === "down"
            ? `${howMany(incident.instances, incident.service)} down`
            : `zone ${incident.zone} is down`,
        begin: () => begin((instance) => changes.takeDown(instance, reason)),
        end: () => each((instance) => changes.bringBack(instance, reason)),
      };
    case "slow": {
      const { factor } = incident;
      return {
        says: `${howMany(incident.instances, incident.service)} ${String(factor)} times as slow`,
        begin: () => begin((instance) => (instance.slowness *= factor)),
        end: () => each((instance) => (instance.slowness /= factor)),
      };
    }
    case "errors": {
      const { share } = incident;
      const percent = `${String(Math.round(share * 1_000) / 10)} %`;
      return {
        says: `${howMany(incident.instances, incident.service)} answering ${percent} with errors`,
        begin: () => begin((instance) => (instance.errorShares = [...instance.errorShares, share])),
        end: () =>
          each((instance) => {
            const at = instance.errorShares.indexOf(share);
            instance.errorShares = instance.errorShares.filter((_, index) => index !== at);
          }),
      };
    }
  }
}

function howMany(instances: number | undefined, service: string): string {
  if (instances === undefined) return `${service} is`;
  return instances === 1 ? `one instance of ${service} is` : `${String(instances)} instances of ${service} are`;
}
