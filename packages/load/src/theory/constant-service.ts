import { checkNotNegative, checkPositive, checkShareBelowOne, checkSteady, decay } from "./ranges.ts";

/** Shares below this do not change a result. */
const negligible = 1e-17;
const servicesAtMost = 20_000;

/**
 * P(wait ≤ t) in M/D/1, first come first served. Erlang 1909 gave it as a sum of terms of both signs, which loses all
 * digits for long waits; this is the form of Franx, "A Simple Solution for the M/D/c Waiting Time Distribution",
 * Operations Research Letters 29 (2001), whose terms are all positive. O(n²) for waits of n services.
 *
 * @param time at least 0, up to 20,000 services
 * @throws RangeError for values out of range, and where there is no steady state
 */
export function constantServiceWaitUpTo(arrivalRate: number, service: number, time: number): number {
  checkPositive("The rate of arrivals", arrivalRate);
  checkPositive("The time of service", service);
  checkNotNegative("The time", time);
  const utilisation = arrivalRate * service;
  checkSteady(utilisation);
  const services = Math.floor(time / service) + 1;
  if (services > servicesAtMost) {
    throw new RangeError(`A wait of up to ${servicesAtMost} services is needed; got ${String(time / service)}.`);
  }
  const waitingUpTo = queueLengths(utilisation, services);
  // Arrivals from the end of the wait to the end of the service under way then.
  const expected = arrivalRate * Math.max(0, services * service - time);
  let probability = decay(-expected);
  let sum = 0;
  for (let arrivals = 0; arrivals < services; arrivals += 1) {
    sum += probability * waitingUpTo[services - 1 - arrivals]!;
    probability *= expected / (arrivals + 1);
  }
  return Math.min(1, sum);
}

/**
 * The wait that a share of the customers does not exceed in M/D/1, by bisection; 0 where as many do not wait.
 *
 * @param share from 0 to less than 1
 * @throws RangeError for values out of range, and where there is no steady state
 */
export function constantServiceWaitQuantile(arrivalRate: number, service: number, share: number): number {
  checkShareBelowOne("The share", share);
  if (constantServiceWaitUpTo(arrivalRate, service, 0) >= share) return 0;
  let low = 0;
  let high = service;
  while (constantServiceWaitUpTo(arrivalRate, service, high) < share) {
    low = high;
    high *= 2;
  }
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (constantServiceWaitUpTo(arrivalRate, service, middle) < share) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * P(at most n wait) for n from 0 to `count` − 1. The number in an M/D/1 crosses each level up as often as down, so
 * π(n + 1) P(no arrival in a service) = π(0) P(more than n) + Σ π(i) P(more than n + 1 − i): positive terms alone.
 */
function queueLengths(utilisation: number, count: number): Readonly<Float64Array> {
  const moreThan = poissonTails(utilisation, count + 1);
  const none = decay(-utilisation);
  const inside = new Float64Array(count + 1);
  inside[0] = 1 - utilisation;
  for (let next = 1; next <= count; next += 1) {
    let sum = inside[0] * moreThan[next - 1]!;
    for (let at = next - 1; at >= 1; at -= 1) {
      const tail = moreThan[next - at]!;
      if (tail < negligible) break;
      sum += inside[at]! * tail;
    }
    inside[next] = sum / none;
  }
  const upTo = new Float64Array(count);
  let below = inside[0];
  for (let waiting = 0; waiting < count; waiting += 1) {
    below += inside[waiting + 1]!;
    upTo[waiting] = below;
  }
  return upTo;
}

/** P(more than k) for k from 0 to `count` − 1 of a Poisson variable of mean below 1; from the small end. */
function poissonTails(mean: number, count: number): Readonly<Float64Array> {
  const terms = new Float64Array(count + 30);
  terms[0] = decay(-mean);
  for (let k = 1; k < terms.length; k += 1) terms[k] = (terms[k - 1]! * mean) / k;
  const tails = new Float64Array(count);
  let above = 0;
  for (let k = terms.length - 1; k >= 1; k -= 1) {
    above += terms[k]!;
    if (k <= count) tails[k - 1] = above;
  }
  return tails;
}
