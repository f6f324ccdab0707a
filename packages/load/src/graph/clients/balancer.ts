import type { KeyedRandom } from "@fieldbook/kernel";
import { avalanche } from "@fieldbook/kernel";
import type { Balance } from "../declaration.ts";
import type { Attempt } from "../records.ts";
import type { Instance } from "../services/instance.ts";
import type { Service } from "../services/service.ts";
import { graphStreams } from "../streams.ts";
import type { Client } from "./client.ts";

/** Chooses the instance for each attempt. Which instances are up is known at once; how busy they are, too. */
export interface Balancer {
  /**
   * @param candidates those that may be chosen, at least one
   */
  choose(candidates: readonly Instance[], attempt: Readonly<Attempt>, client: Client): Instance;
}

class InTurn implements Balancer {
  choose(candidates: readonly Instance[], _attempt: Readonly<Attempt>, client: Client): Instance {
    const turn = client.turn >= candidates.length ? 0 : client.turn;
    client.turn = turn + 1;
    return candidates[turn]!;
  }
}

class AtRandom implements Balancer {
  readonly #random: KeyedRandom;
  readonly #site: number;

  constructor(random: KeyedRandom, site: number) {
    this.#random = random;
    this.#site = site;
  }

  choose(candidates: readonly Instance[], attempt: Readonly<Attempt>): Instance {
    return candidates[this.#random.below(candidates.length, graphStreams.balance, this.#site, attempt.key)]!;
  }
}

/** The one with the fewest requests; among equals the next in turn. */
class LeastRequests implements Balancer {
  choose(candidates: readonly Instance[], _attempt: Readonly<Attempt>, client: Client): Instance {
    const count = candidates.length;
    client.turn = (client.turn + 1) % count;
    let best = candidates[client.turn]!;
    for (let step = 1; step < count; step += 1) {
      const other = candidates[(client.turn + step) % count]!;
      if (other.inside < best.inside) best = other;
    }
    return best;
  }
}

/** The least loaded of some, drawn with repetition; among equals the first. Mitzenmacher 2001 for two. */
class LeastOfChoices implements Balancer {
  readonly #random: KeyedRandom;
  readonly #site: number;
  readonly #choices: number;

  constructor(random: KeyedRandom, site: number, choices: number) {
    this.#random = random;
    this.#site = site;
    this.#choices = choices;
  }

  choose(candidates: readonly Instance[], attempt: Readonly<Attempt>): Instance {
    let best: Instance | undefined;
    for (let choice = 0; choice < this.#choices; choice += 1) {
      const drawn = this.#random.below(candidates.length, graphStreams.balance, this.#site, attempt.key, choice);
      const other = candidates[drawn]!;
      if (best === undefined || other.inside < best.inside) best = other;
    }
    return best!;
  }
}

/**
 * The instance that comes next on the ring after the hash of the request's key (of its tenant where there are no keys).
 * When instances go, their keys alone move. Karger et al., "Consistent Hashing and Random Trees", STOC 1997.
 */
class ConsistentHash implements Balancer {
  readonly #random: KeyedRandom;
  readonly #service: Service;
  readonly #virtualNodes: number;
  #ring: readonly { readonly point: number; readonly instance: Instance }[] = [];
  #instances = 0;

  constructor(random: KeyedRandom, service: Service, virtualNodes: number) {
    this.#random = random;
    this.#service = service;
    this.#virtualNodes = virtualNodes;
  }

  choose(candidates: readonly Instance[], attempt: Readonly<Attempt>): Instance {
    if (this.#instances !== this.#service.instances.length) this.#build();
    const ring = this.#ring;
    const point = avalanche(attempt.item ^ Math.imul(attempt.tenant, 0x9e37_79b1) ^ 0x2545_f491) >>> 0;
    let low = 0;
    let high = ring.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ring[middle]!.point < point) low = middle + 1;
      else high = middle;
    }
    for (let step = 0; step < ring.length; step += 1) {
      const { instance } = ring[(low + step) % ring.length]!;
      if (candidates.includes(instance)) return instance;
    }
    return candidates[0]!;
  }

  #build(): void {
    const { instances } = this.#service;
    this.#instances = instances.length;
    this.#ring = instances
      .flatMap((instance) =>
        Array.from({ length: this.#virtualNodes }, (_, node) => ({
          point: this.#random.u32(graphStreams.ring, this.#service.index, instance.number, node),
          instance,
        })),
      )
      .sort((one, other) => one.point - other.point);
  }
}

/** Each tenant has a few instances of its own, drawn once; its requests go to them at random, and to no others. */
class ShuffleSharding implements Balancer {
  readonly #random: KeyedRandom;
  readonly #service: Service;
  readonly #site: number;
  readonly #shard: number;
  readonly #shards = new Map<number, readonly Instance[]>();

  constructor(random: KeyedRandom, service: Service, site: number, shard: number) {
    this.#random = random;
    this.#service = service;
    this.#site = site;
    this.#shard = shard;
  }

  choose(candidates: readonly Instance[], attempt: Readonly<Attempt>): Instance {
    const shard = this.#shardOf(attempt.tenant);
    const up = shard.filter((instance) => candidates.includes(instance));
    // None is up: one of its own all the same, which turns it away. To take another would spread the harm.
    const among = up.length > 0 ? up : shard;
    return among[this.#random.below(among.length, graphStreams.balance, this.#site, attempt.key)]!;
  }

  #shardOf(tenant: number): readonly Instance[] {
    const known = this.#shards.get(tenant);
    if (known !== undefined) return known;
    const all = [...this.#service.instances];
    const size = Math.min(this.#shard, all.length);
    for (let place = 0; place < size; place += 1) {
      const drawn = this.#random.below(all.length - place, graphStreams.shard, this.#service.index, tenant, place);
      [all[place], all[place + drawn]] = [all[place + drawn]!, all[place]!];
    }
    const shard = all.slice(0, size);
    this.#shards.set(tenant, shard);
    return shard;
  }
}

/** @param site a number for the place of the call; draws are keyed by it */
export function balancerFor(
  balance: Balance | undefined,
  service: Service,
  site: number,
  random: KeyedRandom,
): Balancer {
  switch (balance?.kind) {
    case undefined:
    case "round-robin":
      return new InTurn();
    case "random":
      return new AtRandom(random, site);
    case "least-requests":
      return new LeastRequests();
    case "choices":
      return new LeastOfChoices(random, site, balance.choices);
    case "consistent-hash":
      return new ConsistentHash(random, service, balance.virtualNodes);
    case "shuffle-sharding":
      return new ShuffleSharding(random, service, site, balance.shard);
  }
}
