import { checkCount, checkNotNegative, checkSteady } from "./ranges.ts";

/**
 * Erlang's B formula: the share of arrivals lost where all of `servers` are busy and nobody waits. It holds for every
 * distribution of service times with the same mean. Erlang, "Solution of Some Problems in the Theory of Probabilities of
 * Significance in Automatic Telephone Exchanges" (1917); by the recursion 1/B(c) = 1 + (c/a) · 1/B(c − 1), which adds
 * positive terms alone. O(servers)
 *
 * @param servers a whole number, at least 0
 * @param load rate of arrivals × mean time of service, at least 0; it may exceed `servers`
 * @throws RangeError for other values
 */
export function erlangB(servers: number, load: number): number {
  checkCount("The number of servers", servers);
  checkNotNegative("The load", load);
  let blocked = 1;
  for (let count = 1; count <= servers; count += 1) blocked = (load * blocked) / (count + load * blocked);
  return blocked;
}

/**
 * Erlang's C formula: the share of arrivals that wait where the queue has no bound, for exponential times of service.
 * Erlang 1917. O(servers)
 *
 * @param servers a whole number, at least 1
 * @param load rate of arrivals × mean time of service, less than `servers`
 * @throws RangeError for other values, and where there is no steady state
 */
export function erlangC(servers: number, load: number): number {
  checkCount("The number of servers", servers, 1);
  checkNotNegative("The load", load);
  const utilisation = load / servers;
  checkSteady(utilisation);
  const blocked = erlangB(servers, load);
  return blocked / (1 - utilisation * (1 - blocked));
}
