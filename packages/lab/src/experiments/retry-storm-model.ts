import { exponential, microsecondsPerSecond, milliseconds, seconds } from "@fieldbook/kernel";
import type { CapacityStep, RetryPolicy, ServiceModel } from "@fieldbook/load";
import { noRetries } from "@fieldbook/load";
import type { RetryStormValues } from "./retry-storm-parameters.ts";

/** The span at the end of a run over which recovery is judged, in seconds. */
export const finalSeconds = 60;

/** A sentence when values do not go together; undefined when they do. */
export function problemOf(values: RetryStormValues): string | undefined {
  const { duration, calmSeconds, dipSeconds, capacity, dipCapacity } = values;
  const least = calmSeconds + dipSeconds + finalSeconds;
  if (duration < least) {
    return `The run needs ${String(finalSeconds)} s after the dip, so at least ${String(least)} s; duration is ${String(duration)} s.`;
  }
  if (dipCapacity > capacity) {
    return `A dip does not raise the capacity: dipCapacity ${String(dipCapacity)} is above capacity ${String(capacity)}.`;
  }
  return undefined;
}

/** Poisson arrivals, exponential service times, and a capacity that dips once. */
export function serviceModel(values: RetryStormValues): ServiceModel {
  const { capacity, dipCapacity, calmSeconds, dipSeconds } = values;
  const dip: CapacityStep[] = [
    { from: seconds(calmSeconds), share: dipCapacity / capacity },
    { from: seconds(calmSeconds + dipSeconds), share: 1 },
  ];
  return {
    interarrival: exponential(Math.round(microsecondsPerSecond / values.offered)),
    station: {
      servers: values.workers,
      service: exponential(Math.round((values.workers * microsecondsPerSecond) / capacity)),
      queueBound: values.queueBound,
      order: values.order,
      capacity: dipSeconds === 0 ? [] : dip,
      dropsExpired: values.dropsExpired,
    },
    clients: { timeout: milliseconds(values.timeoutMs), retry: retryPolicy(values) },
    duration: seconds(values.duration),
  };
}

function retryPolicy(values: RetryStormValues): RetryPolicy {
  if (values.policy === "none") return noRetries;
  const wait = milliseconds(values.backoffMs);
  const policy: RetryPolicy = {
    retries: values.retries,
    delay:
      values.backoff === "fixed"
        ? { kind: "fixed", after: wait }
        : { kind: "exponential-jitter", base: wait, cap: milliseconds(values.backoffMaxMs) },
  };
  return values.policy === "naive" ? policy : { ...policy, budget: { percent: values.budget, burst: values.burst } };
}
