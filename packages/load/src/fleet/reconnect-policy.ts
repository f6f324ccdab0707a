import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import { microsecondsPerMillisecond } from "@fieldbook/kernel";

/** How long a device waits before it tries again. All waits are whole microseconds, each moment as likely. */
export type ReconnectPolicy =
  /** From `min` to `max`, however often it failed. */
  | { readonly kind: "range"; readonly min: Microseconds; readonly max: Microseconds }
  /** min(`cap`, `base` · 2^(k − 1)) before the k-th retry, the same for everyone. */
  | { readonly kind: "exponential"; readonly base: Microseconds; readonly cap: Microseconds }
  /** From 0 to min(`cap`, `base` · 2^(k − 1)) (Brooker, "Exponential Backoff And Jitter", 2015: full jitter). */
  | { readonly kind: "full-jitter"; readonly base: Microseconds; readonly cap: Microseconds }
  /** From `base` to three times the wait before, at most `cap` (the same source: decorrelated jitter). */
  | { readonly kind: "decorrelated"; readonly base: Microseconds; readonly cap: Microseconds }
  /**
   * From m · (k / 1000)^(n − 1) to m · (k / 1000)^n seconds before the n-th retry, as from the tenth retry on
   * (TR-369, WebSocket MTP, the retry table above R-WS.20; R-NOT.2 has the same for notifications). The defaults are
   * m = 5 s and k = 2,000: 5–10 s first, 2,560–5,120 s last.
   */
  | { readonly kind: "tr-369"; readonly minimumWait: Microseconds; readonly multiplier: number };

/** TR-369's defaults. */
export const tr369Defaults: ReconnectPolicy = { kind: "tr-369", minimumWait: 5_000_000, multiplier: 2_000 };

/** The bounds grow no further after this many retries. */
const steps = 64;
const tr369Steps = 10;

/** The waits of a policy for all devices. Memory by the device only where a wait rests on the one before. */
export class ReconnectWaits {
  readonly #random: KeyedRandom;
  readonly #stream: number;
  readonly #least = new Float64Array(steps + 1);
  readonly #values = new Float64Array(steps + 1);
  readonly #decorrelated: { readonly base: number; readonly cap: number; readonly before: Uint32Array } | undefined;

  constructor(policy: ReconnectPolicy, devices: number, random: KeyedRandom, stream: number) {
    this.#random = random;
    this.#stream = stream;
    for (let retry = 1; retry <= steps; retry += 1) {
      const [least, most] = waitBounds(policy, retry);
      this.#least[retry] = least;
      this.#values[retry] = most - least + 1;
    }
    this.#decorrelated =
      policy.kind === "decorrelated"
        ? { base: policy.base, cap: policy.cap, before: new Uint32Array(devices) }
        : undefined;
  }

  /**
   * @param retry from 1, counted since the device was connected last
   * @param id sets the draws of one device apart
   */
  wait(device: number, retry: number, id: number): Microseconds {
    const unit = this.#random.u32(this.#stream, device, id) / 0x1_0000_0000;
    if (this.#decorrelated !== undefined) {
      const { base, cap, before } = this.#decorrelated;
      const last = retry === 1 ? base : before[device]! * microsecondsPerMillisecond;
      const wait = Math.min(cap, base + Math.floor(unit * (Math.max(base, 3 * last) - base + 1)));
      before[device] = Math.ceil(wait / microsecondsPerMillisecond);
      return wait;
    }
    const step = retry < steps ? retry : steps;
    return this.#least[step]! + Math.floor(unit * this.#values[step]!);
  }
}

/** The least and the longest wait before the `retry`-th retry; for decorrelated jitter over all ways to get there. */
export function waitBounds(policy: ReconnectPolicy, retry: number): readonly [Microseconds, Microseconds] {
  switch (policy.kind) {
    case "range":
      return [policy.min, policy.max];
    case "exponential": {
      const wait = doubled(policy.base, policy.cap, retry);
      return [wait, wait];
    }
    case "full-jitter":
      return [0, doubled(policy.base, policy.cap, retry)];
    case "decorrelated": {
      let most = policy.base;
      for (let step = 0; step < retry && most < policy.cap; step += 1) most *= 3;
      return [policy.base, Math.min(policy.cap, most)];
    }
    case "tr-369": {
      let least = policy.minimumWait;
      for (let step = 1; step < Math.min(retry, tr369Steps); step += 1) least *= policy.multiplier / 1_000;
      return [Math.round(least), Math.round((least * policy.multiplier) / 1_000)];
    }
  }
}

function doubled(base: Microseconds, cap: Microseconds, retry: number): Microseconds {
  let wait = base;
  for (let step = 1; step < retry && wait < cap; step += 1) wait *= 2;
  return Math.min(wait, cap);
}
