import { eventsOf, necessityOf } from "@fieldbook/engine";
import type { Fault, Necessity, System, SystemRun } from "@fieldbook/engine";

/** One event of a counterexample, in words. */
export interface StoryLine {
  /** Virtual time, µs. */
  readonly time: number;
  /** "n1", "c2" */
  readonly where: string;
  readonly says: string;
}

/** What is left of a counterexample and why. */
export interface Story {
  readonly lines: readonly StoryLine[];
  readonly necessity: readonly Necessity[];
  /** Parts that are needed, each in a sentence. */
  readonly needed: readonly string[];
  /** What the correct system makes of the same plan: the control. Undefined when it is the correct system that fails. */
  readonly control: { readonly verdict: SystemRun["verdict"]; readonly says: string } | undefined;
}

/** Tells a shrunk run: its events, and for each fault that is left what happens without it. */
export function tellStory(system: System, small: SystemRun): Story {
  const result = system.run(small.plan, small.seed, { causes: true, record: true });
  const { run } = result;
  const lines = eventsOf(result).map((index): StoryLine => {
    const event = run.handled[index]!;
    return { time: event.time, where: run.endpoints[event.endpoint]!, says: describeEvent(event.kind, event.label) };
  });
  const necessity = necessityOf(system, small);
  const needed = necessity.filter((part) => part.needed).map((part) => describeNeed(part));
  return { lines, necessity, needed, control: controlOf(system, small) };
}

function controlOf(system: System, { plan, seed }: SystemRun): Story["control"] {
  const { mutant, ...rest } = plan;
  if (mutant === undefined) return undefined;
  const { verdict, says } = system.run(rest, seed);
  return { verdict, says };
}

function describeEvent(kind: string, label: string): string {
  switch (kind) {
    case "message":
      return `receives ${label}`;
    case "answer":
      return `is answered ${label}`;
    case "return":
      return `is answered ${label}`;
    case "timer":
      return `timer ${label}`;
    case "disk":
      return `disk done: ${label}`;
    case "operator":
      return `operator: ${label}`;
    case "start":
      return "restarts";
    case "crash":
      return "crashes";
    default:
      return `${kind} ${label}`.trim();
  }
}

function describeNeed({ part, without, says }: Necessity): string {
  const end =
    without === "violated"
      ? `another property fails: ${says}`
      : `the run ${without === "holds" ? "holds" : "has no verdict"}.`;
  if (part.kind === "fault") return `Without the ${describeFault(part.fault)}, ${end}`;
  if (part.kind === "clock") return `With a true clock on n${String(part.node + 1)}, ${end}`;
  const ordinal = `message ${String(part.k + 1)} from ${part.from} to ${part.to}`;
  const [first, ...copies] = part.arrives;
  const what =
    first === undefined
      ? `${ordinal} arrives`
      : copies.length > 0
        ? `${ordinal} arrives once`
        : `${ordinal} is not ${(first / 1_000).toFixed(1)} ms on its way`;
  return `If ${what}, ${end}`;
}

const milliseconds = (time: number): string => `${(time / 1_000).toFixed(1)} ms`;

/** "crash of n2 from 12.0 ms to 40.0 ms" */
export function describeFault(fault: Fault): string {
  const span =
    fault.kind === "operator"
      ? `at ${milliseconds(fault.at)}`
      : `from ${milliseconds(fault.at)} to ${milliseconds(fault.until)}`;
  return `${whatFault(fault)} ${span}`;
}

function whatFault(fault: Fault): string {
  switch (fault.kind) {
    case "partition":
    case "flapping":
      return `${fault.kind === "partition" ? "partition" : "flapping partition"} ${fault.sides.map((side) => side.join(", ")).join(" | ")}`;
    case "bridge":
      return `partition ${fault.sides.map((side) => side.join(", ")).join(" | ")} bridged by ${fault.bridge}`;
    case "one-way-partition":
      return `one-way partition from ${fault.from.join(", ")} to ${fault.to.join(", ")}`;
    case "operator":
      return `operator's ${fault.command} on ${fault.nodes.join(", ")}`;
    case "upgrade":
      return `rolling upgrade of ${fault.nodes.join(", ")}`;
    case "leap-second":
      return "leap second";
    case "loss":
    case "duplication":
    case "delay":
    case "reordering":
    case "clogging":
    case "bandwidth":
      return `${fault.kind} ${linksOf(fault.from, fault.to)}`;
    default:
      return `${fault.kind.replaceAll("-", " ")} of ${fault.node}`;
  }
}

function linksOf(from: readonly string[] | undefined, to: readonly string[] | undefined): string {
  if (from === undefined && to === undefined) return "on all links";
  const sender = from === undefined ? "" : `from ${from.join(", ")} `;
  return `${sender}${to === undefined ? "" : `to ${to.join(", ")}`}`.trim();
}
