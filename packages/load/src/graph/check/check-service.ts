import type { Autoscaling, Call, Queue, Service, Shedding, Step } from "../declaration.ts";
import { checkCall } from "./check-call.ts";
import type { Checking } from "./checking.ts";

export function checkService(checking: Checking, path: string, service: Service): void {
  checking.count(`${path}.instances`, service.instances);
  if (service.concurrency !== "processor-sharing") checking.count(`${path}.concurrency`, service.concurrency);
  if (service.queue !== undefined) checkQueue(checking, `${path}.queue`, service.queue, service);
  service.steps.forEach((step, index) => checkStep(checking, `${path}.steps[${String(index)}]`, step));
  checking.notEmpty(`${path}.steps`, service.steps, "step");
  if (service.shedding !== undefined) checkShedding(checking, `${path}.shedding`, service.shedding, service);
  if (service.autoscaling !== undefined) checkAutoscaling(checking, `${path}.autoscaling`, service.autoscaling);
  checking.distribution(`${path}.failure.timeToFailure`, service.failure?.timeToFailure);
  checking.distribution(`${path}.failure.timeToRepair`, service.failure?.timeToRepair);
  checking.share(`${path}.errorShare`, service.errorShare);
  service.zones?.forEach((zone, index) => checking.name(`${path}.zones[${String(index)}]`, zone, "zones"));
  if (service.zones !== undefined) checking.notEmpty(`${path}.zones`, service.zones, "zone");
  checking.positive(`${path}.costPerHour`, service.costPerHour, "or 0");
}

function checkQueue(checking: Checking, path: string, queue: Queue, { concurrency }: Service): void {
  if (concurrency === "processor-sharing") {
    const says = "Where all share the processor nobody waits.";
    checking.refuse(path, says, "Take the queue away, or give the service a number as concurrency.");
  }
  checking.count(`${path}.bound`, queue.bound, 0);
  const { order } = queue;
  if (order === undefined) return;
  if (!checking.kind(`${path}.order`, order, ["fifo", "lifo", "priority", "fair", "codel"])) return;
  if (order.kind !== "codel") return;
  checking.duration(`${path}.order.target`, order.target, "above 0");
  checking.duration(`${path}.order.interval`, order.interval, "above 0");
}

function checkStep(checking: Checking, path: string, step: Step): void {
  if (!checking.kind(path, step, ["work", "call", "parallel", "fan-out"])) return;
  switch (step.kind) {
    case "work":
      return checking.distribution(`${path}.time`, step.time);
    case "call":
      return checkCall(checking, `${path}.call`, step.call);
    case "parallel":
      checking.notEmpty(`${path}.calls`, step.calls, "call");
      step.calls.forEach((call, index) => checkCall(checking, `${path}.calls[${String(index)}]`, call));
      return checkNeeded(checking, path, step.needed, step.calls.length);
    case "fan-out":
      checking.count(`${path}.count`, step.count);
      checkCall(checking, `${path}.call`, step.call);
      return checkNeeded(checking, path, step.needed, step.count);
  }
}

function checkNeeded(checking: Checking, path: string, needed: number | undefined, calls: number): void {
  checking.count(`${path}.needed`, needed);
  if (needed === undefined || needed <= calls) return;
  const says = `${String(needed)} answers are needed, of ${String(calls)} calls.`;
  checking.refuse(`${path}.needed`, says, `Write ${String(calls)} or less.`);
}

function checkShedding(checking: Checking, path: string, shedding: Shedding, { concurrency }: Service): void {
  if (!checking.kind(path, shedding, ["queue-length", "deadline", "priority"])) return;
  if (shedding.kind === "queue-length") checking.count(`${path}.above`, shedding.above, 0);
  if (shedding.kind !== "priority") return;
  checking.notEmpty(`${path}.thresholds`, shedding.thresholds, "threshold");
  shedding.thresholds.forEach((value, index) => checking.share(`${path}.thresholds[${String(index)}]`, value));
  if (concurrency !== "processor-sharing") return;
  const says = "Where all share the processor there is no share of busy servers.";
  checking.refuse(path, says, "Shed by queue-length, which counts those that share.");
}

function checkAutoscaling(checking: Checking, path: string, terms: Autoscaling): void {
  checking.count(`${path}.min`, terms.min);
  checking.count(`${path}.max`, terms.max);
  if (terms.max < terms.min) checking.refuse(`${path}.max`, "The most is below the least.", "Exchange min and max.");
  checking.share(`${path}.target`, terms.target, "above 0");
  checking.duration(`${path}.every`, terms.every, "above 0");
  checking.duration(`${path}.startUp`, terms.startUp);
  checking.duration(`${path}.coolDown`, terms.coolDown);
}

/** The calls of a step, with their paths. */
export function callsOfStep(step: Step, path: string): readonly (readonly [path: string, call: Call])[] {
  switch (step.kind) {
    case "work":
      return [];
    case "call":
    case "fan-out":
      return [[`${path}.call`, step.call]];
    case "parallel":
      return step.calls.map((call, index) => [`${path}.calls[${String(index)}]`, call] as const);
  }
}
