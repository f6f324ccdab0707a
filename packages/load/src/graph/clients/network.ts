import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import type { ZoneLink } from "../declaration.ts";
import type { DurationSampler } from "../durations/duration-sampler.ts";
import { durationSampler } from "../durations/duration-sampler.ts";
import type { Attempt } from "../records.ts";
import type { Instance } from "../services/instance.ts";
import type { Service } from "../services/service.ts";
import { graphStreams } from "../streams.ts";
import type { CallSite } from "./call-site.ts";

export interface BothWays {
  readonly out: DurationSampler;
  readonly back: DurationSampler;
}

/** What a message meets on its way: the call's own network, links between zones, and what incidents add or cut. */
export class Network {
  /** links[from][to], by the numbers of zones. */
  readonly #links = new Map<number, BothWays>();
  readonly #zones: readonly string[];
  readonly #cuts = new Set<readonly [string, string]>();
  readonly #slower = new Map<Service, BothWays[]>();

  constructor(zones: readonly string[], links: readonly ZoneLink[], random: KeyedRandom) {
    this.#zones = zones;
    links.forEach(({ from, to, latency }, index) => {
      const both = {
        out: durationSampler(latency, random, graphStreams.linkOut, index),
        back: durationSampler(latency, random, graphStreams.linkBack, index),
      };
      const [one, other] = [zones.indexOf(from), zones.indexOf(to)];
      this.#links.set(one * zones.length + other, both);
      // What is said of one direction holds for the other, too, unless that is said by itself.
      const reverse = other * zones.length + one;
      if (!links.some((link) => link.from === to && link.to === from)) this.#links.set(reverse, both);
    });
  }

  /** From now on nothing gets through between two services, sources or zones. */
  cut(between: readonly [string, string]): void {
    this.#cuts.add(between);
  }

  heal(between: readonly [string, string]): void {
    this.#cuts.delete(between);
  }

  /** From now on messages to a service and back take longer. */
  slow(service: Service, added: BothWays): void {
    this.#slower.set(service, [...(this.#slower.get(service) ?? []), added]);
  }

  quicken(service: Service, added: BothWays): void {
    const left = (this.#slower.get(service) ?? []).filter((other) => other !== added);
    if (left.length > 0) this.#slower.set(service, left);
    else this.#slower.delete(service);
  }

  /** How long an attempt is on its way to its instance; −1 when it never arrives. */
  delayOut(attempt: Readonly<Attempt>, site: CallSite, instance: Instance): Microseconds {
    if (this.#cuts.size > 0 && this.#isCut(attempt, site, instance)) return -1;
    let delay = 0;
    const link = this.#links.size > 0 ? this.#linkTo(attempt, instance) : undefined;
    if (link !== undefined) delay = link.out.draw(attempt.key);
    else if (site.networkOut !== undefined) delay = site.networkOut.draw(attempt.key);
    if (this.#slower.size > 0) {
      for (const added of this.#slower.get(site.to) ?? []) delay += added.out.draw(attempt.key);
    }
    return delay;
  }

  /** The same for the answer. */
  delayBack(attempt: Readonly<Attempt>, site: CallSite, instance: Instance): Microseconds {
    if (this.#cuts.size > 0 && this.#isCut(attempt, site, instance)) return -1;
    let delay = 0;
    const link = this.#links.size > 0 ? this.#linkTo(attempt, instance) : undefined;
    if (link !== undefined) delay = link.back.draw(attempt.key);
    else if (site.networkBack !== undefined) delay = site.networkBack.draw(attempt.key);
    if (this.#slower.size > 0) {
      for (const added of this.#slower.get(site.to) ?? []) delay += added.back.draw(attempt.key);
    }
    return delay;
  }

  #linkTo(attempt: Readonly<Attempt>, instance: Instance): BothWays | undefined {
    const from = attempt.fromZone;
    if (from < 0 || instance.zone < 0 || from === instance.zone) return undefined;
    return this.#links.get(from * this.#zones.length + instance.zone);
  }

  #isCut(attempt: Readonly<Attempt>, site: CallSite, instance: Instance): boolean {
    const here = [site.from.name, this.#zones[attempt.fromZone]];
    const there = [site.to.name, this.#zones[instance.zone]];
    for (const [one, other] of this.#cuts) {
      if ((here.includes(one) && there.includes(other)) || (here.includes(other) && there.includes(one))) return true;
    }
    return false;
  }
}
