import type { KeyedRandom } from "@fieldbook/kernel";
import { fleetStreams } from "./fleet-streams.ts";

/**
 * The order in which a rollout reaches the devices: each exactly once, neighbours far apart, without a list of them. The
 * place p holds device (p · a + b) mod n, with a drawn from the numbers that share no divisor with n.
 */
export class WaveOrder {
  readonly #count: number;
  readonly #factor: number;
  readonly #offset: number;

  constructor(count: number, random: KeyedRandom) {
    this.#count = count;
    this.#offset = random.below(count, fleetStreams.waveOrder, 0);
    let factor = 1 + random.below(count, fleetStreams.waveOrder, 1);
    while (greatestDivisor(factor, count) !== 1) factor += 1;
    this.#factor = factor;
  }

  /** @param place from 0 */
  deviceAt(place: number): number {
    return (place * this.#factor + this.#offset) % this.#count;
  }
}

function greatestDivisor(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller !== 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
