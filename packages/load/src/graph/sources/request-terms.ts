import type { KeyedRandom } from "@fieldbook/kernel";
import { power } from "@fieldbook/kernel";
import type { KeySpace, Source } from "../declaration.ts";
import type { RequestTerms } from "../records.ts";
import { graphStreams } from "../streams.ts";

/** Deals tenants, priorities and keys to the requests of a source. */
export class TermsOfRequests {
  readonly #random: KeyedRandom;
  readonly #id: number;
  readonly #source: Source;
  readonly #items: ItemDraws | undefined;
  /** Whether all requests are alike. */
  readonly #isPlain: boolean;
  readonly #unusual = new Map<number, { readonly weight: number; readonly poison: boolean }>();

  constructor(source: Source, random: KeyedRandom, id: number) {
    this.#source = source;
    this.#random = random;
    this.#id = id;
    const { keys, tenants, priorities, unusualTenants } = source;
    this.#isPlain = [keys, tenants, priorities, unusualTenants].every((terms) => terms === undefined);
    this.#items = source.keys === undefined ? undefined : new ItemDraws(source.keys);
    for (const { tenant, weight = 1, poison = false } of source.unusualTenants ?? []) {
      this.#unusual.set(tenant, { weight, poison });
    }
  }

  /** @param request the k-th of the source */
  deal(request: number, terms: RequestTerms): void {
    if (this.#isPlain) {
      // Records are used again, by other sources as well.
      terms.tenant = 0;
      terms.priority = 0;
      terms.item = 0;
      terms.weight = 1;
      terms.isPoison = false;
      return;
    }
    const { tenants = 1, priorities } = this.#source;
    terms.tenant = tenants > 1 ? this.#random.below(tenants, graphStreams.tenant, this.#id, request) : 0;
    terms.priority = priorities === undefined ? 0 : this.#priority(priorities, request);
    terms.item = this.#items?.at(this.#random.unit(graphStreams.item, this.#id, request)) ?? 0;
    const unusual = this.#unusual.size > 0 ? this.#unusual.get(terms.tenant) : undefined;
    terms.weight = unusual?.weight ?? 1;
    terms.isPoison = unusual?.poison ?? false;
  }

  #priority(priorities: NonNullable<Source["priorities"]>, request: number): number {
    let rest = this.#random.unit(graphStreams.priority, this.#id, request);
    for (const { priority, share } of priorities) {
      if (rest < share) return priority;
      rest -= share;
    }
    return priorities.at(-1)!.priority;
  }
}

/** Keys by their popularity: key 0 is asked for most often (Zipf's law). */
class ItemDraws {
  readonly #count: number;
  /** The shares of all keys up to each, added up; undefined when all are as likely. */
  readonly #below: Float64Array | undefined;

  constructor({ count, skew }: KeySpace) {
    this.#count = count;
    if (skew === 0) return;
    const below = new Float64Array(count);
    let sum = 0;
    for (let key = 0; key < count; key += 1) below[key] = sum += power(key + 1, -skew);
    this.#below = below.map((value) => value / sum);
  }

  at(unit: number): number {
    const below = this.#below;
    if (below === undefined) return Math.floor(unit * this.#count);
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (below[middle]! > unit) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
