import type { SystemRun } from "../define-system.ts";
import { recoveryProperty } from "../define-system.ts";
import type { Fault, FaultKind } from "../faults/fault.ts";
import type { Plan } from "../plan.ts";

/** Faults that only decide when messages arrive: written down message by message they are needed no longer. */
const weather = new Set<FaultKind>(["loss", "duplication", "delay", "reordering", "clogging", "bandwidth"]);

const isWeather = (fault: Fault): boolean => weather.has(fault.kind);

/**
 * The plan of a run with every decision about messages and operations written down, so that each can be taken back alone.
 * Faults that begin after the run had failed are left out, and where the failure is not about recovery the run need not
 * go on to it.
 */
export function explicitPlan({ plan, run, property }: SystemRun): Plan {
  const aboutRecovery = property === recoveryProperty;
  const { schedule: _schedule, ...rest } = plan;
  const script = run.history.map(({ client, k, calledAt }) => ({ client, k, at: calledAt }));
  return {
    ...rest,
    calm: true,
    fates: run.fates,
    script: aboutRecovery ? script.filter(({ at }) => at < plan.healedAt) : script,
    faults: plan.faults.filter((fault) => !isWeather(fault) && fault.at <= run.endedAt),
    recovers: aboutRecovery,
    until: aboutRecovery ? plan.until : run.endedAt,
  };
}
