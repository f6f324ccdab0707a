import type { Plan, System, SystemRun } from "@fieldbook/engine";
import { compareRuns, count, describeFault, editableFaults, withFaults } from "@fieldbook/lab";
import { UserError, verdictText } from "../terminal.ts";

/** What a reader changes in a saved run, all else left as it was. */
export interface ReplayEdits {
  /** Numbers of faults, from 1, as `replay` lists them. */
  readonly without?: readonly string[];
  /** "2=200-400": the second fault from 200 to 400 ms. */
  readonly move?: readonly string[];
  /** "correct", or a mutant. */
  readonly beside?: string;
}

const milliseconds = (time: number): string => `${(time / 1_000).toFixed(1)} ms`;

/** The faults that can be moved and left out, numbered. */
export const listFaults = (plan: Plan): readonly string[] =>
  editableFaults(plan).map((place, index) => `${String(index + 1)}. ${describeFault(plan.faults[place]!)}`);

/** @throws UserError when an edit names no fault, or a time that is none */
export function editedPlan(plan: Plan, { without = [], move = [] }: ReplayEdits): Plan {
  if (without.length === 0 && move.length === 0) return plan;
  const faults = editableFaults(plan).map((place) => plan.faults[place]!);
  const placeOf = (option: string, text: string): number => {
    const place = /^\d+$/.test(text) ? Number(text) - 1 : -1;
    if (faults[place] !== undefined) return place;
    const which = faults.length === 0 ? "the run has none" : `a number from 1 to ${String(faults.length)}`;
    throw new UserError(`${option} takes the number of a fault, ${which}; got "${text}".`);
  };
  const moved = [...faults];
  for (const text of move) {
    const [, number = "", from, to] = /^(\d+)=([\d.]+)-([\d.]+)$/.exec(text) ?? [];
    const [at, until] = [Number(from) * 1_000, Number(to) * 1_000];
    if (!(at >= 0 && until > at)) {
      throw new UserError(`--move takes number=from-to in ms, such as --move 1=200-400; got "${text}".`);
    }
    const place = placeOf("--move", number);
    moved[place] = { ...moved[place]!, at: Math.round(at), until: Math.round(until) };
  }
  const left = new Set(without.map((text) => placeOf("--without", text)));
  return withFaults(
    plan,
    moved.filter((_, place) => !left.has(place)),
  );
}

/** The plan on another version of the system. @throws UserError for a mutant that it does not have */
export function planBeside(system: System, plan: Plan, beside: string): Plan {
  const { mutant: _, ...correct } = plan;
  if (beside === "correct") return correct;
  if (system.mutants.some(({ id }) => id === beside)) return { ...correct, mutant: beside };
  const known = ["correct", ...system.mutants.map(({ id }) => id)].join(", ");
  throw new UserError(`--beside takes ${known}; got "${beside}".`);
}

/** Where two runs part, and what became of the second. Both are recorded. */
export function tellOther(what: string, run: SystemRun, other: SystemRun): string {
  const difference = compareRuns(run.run, other.run);
  const verdict = other.verdict === "holds" ? "" : `: ${other.property}. ${other.says}`;
  const came = `${what}: ${verdictText(other.verdict)}${verdict}`;
  if (difference === undefined) return `${came}\n  The same run, line for line.`;
  const { same, at, one = "it is over", other: instead = "it is over" } = difference;
  const parts = `After ${count(same)} equal lines of the trace they part at ${milliseconds(at)}`;
  return `${came}\n  ${parts}: before, ${one.replace(/\.$/, "")}; ${what.toLowerCase()}, ${instead.replace(/\.$/, "")}.`;
}
