import type { Microseconds } from "@fieldbook/kernel";
import type { Attempt } from "../records.ts";
import type { Instance } from "./instance.ts";

/** Whether the service turns an attempt away on its arrival, by its declared shedding. */
export function isShed(attempt: Readonly<Attempt>, instance: Instance, now: Microseconds): boolean {
  const { service } = instance;
  const { shedding } = service.declaration;
  switch (shedding?.kind) {
    case undefined:
      return false;
    case "queue-length":
      return (service.isSharing ? instance.inside : instance.waiting) > shedding.above;
    case "deadline": {
      const isFree = instance.busy < service.concurrency && instance.waiting === 0;
      // Shared, all that are there are served at once; else those before it, by as many servers as there are.
      const rounds = service.isSharing ? instance.inside : isFree ? 0 : (instance.waiting + 1) / service.concurrency;
      return now + (rounds + 1) * service.meanWork > attempt.deadline;
    }
    case "priority": {
      const threshold = shedding.thresholds[Math.min(attempt.priority, shedding.thresholds.length - 1)]!;
      return instance.busy / service.concurrency > threshold;
    }
  }
}
