import { describeOperation } from "@fieldbook/check";
import type { System, SystemRun } from "@fieldbook/engine";
import { spaceTimePicture } from "../experiments/space-time.ts";
import type { SpaceTimePicture } from "../picture.ts";
import { onlyBusyLanes } from "./busy-lanes.ts";
import { drawnFaults } from "./system-faults.ts";

/**
 * The space-time diagram of a run of a system: its messages, operations, what nodes held, and its faults.
 *
 * @param result of a run that was recorded ({ record: true })
 */
export function systemPicture(system: System, result: SystemRun): SpaceTimePicture {
  const { run, plan, verdict, operations } = result;
  const title = plan.mutant === undefined ? system.title : `${system.title}, mutant ${plan.mutant}`;
  const says =
    verdict === "violated"
      ? `${title}: ${result.says}`
      : `${title}: ${String(run.history.length)} operations, ${String(run.events)} events, every property holds.`;
  const diagram = spaceTimePicture({
    run,
    nodes: plan.nodes,
    clocks: plan.clocks,
    describe: describeOperation,
    contradicting: operations,
    // Where no operations contradict each other, `says` tells what is violated.
    ...(operations.length > 0 ? { contradiction: result.says } : {}),
    says,
  });
  const picture = { ...diagram, faults: drawnFaults(plan.faults, run.endedAt, diagram.lanes) };
  // What was shrunk calls what is scripted and no more; runs to be held beside each other keep all their lanes.
  return plan.script === undefined ? picture : onlyBusyLanes(picture);
}
