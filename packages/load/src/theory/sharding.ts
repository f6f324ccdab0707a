import { checkCount } from "./ranges.ts";

/**
 * P(two shards have exactly `shared` instances in common) when each is drawn from the same `instances`: hypergeometric.
 * MacCárthaigh, "Workload Isolation Using Shuffle-Sharding", Amazon Builders' Library (2019): of 8 instances with shards
 * of 2, one tenant in 28 shares both with the one that brings its own down.
 *
 * @param shard size of a shard, from 1 to `instances`
 * @param shared from 0 to `shard`
 * @throws RangeError for values out of range
 */
export function shardOverlap(instances: number, shard: number, shared: number): number {
  checkCount("The number of instances", instances, 1);
  checkCount("The size of a shard", shard, 1);
  checkCount("The number shared", shared);
  if (shard > instances) throw new RangeError(`A shard has at most ${instances} instances; got ${shard}.`);
  if (shared > shard) throw new RangeError(`Two shards share at most ${shard} instances; got ${shared}.`);
  if (2 * shard - shared > instances) return 0;
  // C(m, k) C(n − m, m − k) / C(n, m): the chance that the first k draws are of the shard and the rest are not, times the
  // number of orders.
  let probability = binomial(shard, shared);
  for (let at = 0; at < shared; at += 1) probability *= (shard - at) / (instances - at);
  for (let at = 0; at < shard - shared; at += 1) probability *= (instances - shard - at) / (instances - shared - at);
  return probability;
}

/** How many different shards there are: C(instances, shard); not exact above 2^53. */
export function shardCount(instances: number, shard: number): number {
  checkCount("The number of instances", instances, 1);
  checkCount("The size of a shard", shard, 1);
  return shard > instances ? 0 : binomial(instances, shard);
}

/** The mean number of other tenants whose whole shard is the same as that of one. */
export function tenantsWithSameShard(tenants: number, instances: number, shard: number): number {
  checkCount("The number of tenants", tenants, 1);
  return (tenants - 1) * shardOverlap(instances, shard, shard);
}

function binomial(from: number, taken: number): number {
  let result = 1;
  // After each step a whole number, so no rounding while it is below 2^53.
  for (let at = 1; at <= Math.min(taken, from - taken); at += 1) {
    result = (result * (from - Math.min(taken, from - taken) + at)) / at;
  }
  return result;
}
