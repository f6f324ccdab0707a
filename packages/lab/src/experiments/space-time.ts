import { TraceKind } from "@fieldbook/engine";
import type { ClockError, Fault, Run, TimedOperation } from "@fieldbook/engine";
import type { DrawnCrash, DrawnMessage, DrawnOperation, DrawnPartition, SpaceTimePicture } from "../picture.ts";

export interface SpaceTimeOptions {
  readonly run: Run;
  readonly nodes: number;
  readonly clocks: readonly ClockError[];
  /** How an operation is called in the figure. */
  readonly describe: (operation: TimedOperation) => string;
  /** Indexes in the history of the operations that contradict each other. */
  readonly contradicting: readonly number[];
  readonly contradiction?: string;
  readonly says: string;
}

type Draft<Shape> = { -readonly [Field in keyof Shape]: Shape[Field] };

/** The space-time diagram of a recorded run: clients' lanes first, then the nodes'. */
export function spaceTimePicture(options: SpaceTimeOptions): SpaceTimePicture {
  const { run, nodes } = options;
  const clients = run.endpoints.length - nodes;
  const laneOf = (endpoint: number): number => (endpoint < nodes ? clients + endpoint : endpoint - nodes);
  const laneNamed = (name: string): number => laneOf(run.endpoints.indexOf(name));
  const lanes = [...run.endpoints.slice(nodes), ...run.endpoints.slice(0, nodes)];
  return {
    kind: "space-time",
    lanes: lanes.map((id, lane) => ({
      id,
      label: lane < clients ? `client ${String(lane + 1)}` : id,
      role: lane < clients ? "client" : "node",
    })),
    duration: run.endedAt,
    messages: drawMessages(run, laneOf),
    operations: drawOperations(options),
    crashes: drawCrashes(run, laneOf),
    partitions: run.faults.flatMap((fault) => drawPartition(fault, run.endedAt, laneNamed)),
    states: run.states.map(({ node, at, text }) => ({ lane: laneOf(node), at, text })),
    clocks: options.clocks.flatMap((clock, node) => describeClock(clock, laneOf(node))),
    focus: focusOf(options),
    ...(options.contradiction === undefined ? {} : { contradiction: options.contradiction }),
    says: options.says,
  };
}

function drawMessages(run: Run, laneOf: (endpoint: number) => number): DrawnMessage[] {
  const messages = new Map<number, Draft<DrawnMessage>>();
  for (const { time, kind, a, b, c, label } of run.trace) {
    if ((kind === TraceKind.send || kind === TraceKind.duplicate) && a !== b) {
      messages.set(c, {
        from: laneOf(a),
        to: laneOf(b),
        sentAt: time,
        endedAt: run.endedAt,
        fate: "in-flight",
        duplicate: kind === TraceKind.duplicate,
        label,
      });
    } else if (kind === TraceKind.deliver || kind === TraceKind.drop) {
      const message = messages.get(c);
      if (message === undefined) continue;
      message.endedAt = time;
      message.fate = kind === TraceKind.deliver ? "delivered" : "lost";
      if (kind === TraceKind.drop) message.reason = label;
    }
  }
  return [...messages.values()];
}

function drawOperations({ run, describe, contradicting }: SpaceTimeOptions): DrawnOperation[] {
  const marked = new Set(contradicting);
  return run.history.map((operation, index) => ({
    lane: operation.client,
    calledAt: operation.calledAt,
    ...(operation.returnedAt === Infinity ? {} : { returnedAt: operation.returnedAt }),
    label: describe(operation),
    outcome: operation.outcome,
    contradicts: marked.has(index),
  }));
}

function drawCrashes(run: Run, laneOf: (endpoint: number) => number): DrawnCrash[] {
  const down = new Map<number, number>();
  const crashes: DrawnCrash[] = [];
  for (const { time, kind, a } of run.trace) {
    if (kind === TraceKind.crash) down.set(a, time);
    if (kind === TraceKind.restart) {
      crashes.push({ lane: laneOf(a), from: down.get(a)!, to: time });
      down.delete(a);
    }
  }
  for (const [node, from] of down) crashes.push({ lane: laneOf(node), from, to: run.endedAt });
  return crashes;
}

/** Cuts as bands over the lanes that are cut from each other. */
function drawPartition(fault: Fault, endedAt: number, laneNamed: (name: string) => number): DrawnPartition[] {
  if (fault.at >= endedAt) return [];
  const band = (sides: readonly (readonly string[])[], label: string, oneWay = false): DrawnPartition => ({
    from: fault.at,
    to: Math.min(fault.until, endedAt),
    sides: sides.map((side) => side.map(laneNamed)),
    oneWay,
    label,
  });
  const told = (sides: readonly (readonly string[])[], by: string): string =>
    sides.map((side) => side.join(", ")).join(by);
  switch (fault.kind) {
    case "partition":
      return [band(fault.sides, `cut: ${told(fault.sides, " | ")}`)];
    case "one-way-partition": {
      const sides = [fault.from, fault.to];
      return [band(sides, `nothing passes from ${told(sides, " to ")}`, true)];
    }
    case "bridge":
      return [band(fault.sides, `cut but for ${fault.bridge}: ${told(fault.sides, " | ")}`)];
    case "isolation":
      return [band([[fault.node]], `${fault.node} is alone`)];
    case "flapping":
      return [band(fault.sides, `cut now and then: ${told(fault.sides, " | ")}`)];
    default:
      return [];
  }
}

function describeClock(clock: ClockError, lane: number): { lane: number; text: string }[] {
  if (clock.offset === 0 && clock.drift === 0) return [];
  const parts = [];
  if (clock.offset !== 0) {
    parts.push(`${(Math.abs(clock.offset) / 1000).toFixed(0)} ms ${clock.offset > 0 ? "ahead" : "behind"}`);
  }
  if (clock.drift !== 0) parts.push(`${String(Math.abs(clock.drift))} ppm ${clock.drift > 0 ? "fast" : "slow"}`);
  return [{ lane, text: parts.join(", ") }];
}

/** From the first call to the last return of what contradicts, with a margin; otherwise the whole run. */
function focusOf({ run, contradicting }: SpaceTimeOptions): { from: number; to: number } {
  const operations = contradicting.map((index) => run.history[index]!);
  if (operations.length === 0) return { from: 0, to: run.endedAt };
  const from = Math.min(...operations.map((operation) => operation.calledAt));
  const to = Math.max(
    ...operations.map(({ calledAt, returnedAt }) => Math.min(returnedAt, Math.max(calledAt, run.endedAt))),
  );
  const margin = Math.ceil((to - from) / 20) + 1_000;
  return { from: Math.max(0, from - margin), to: Math.min(run.endedAt, to + margin) };
}
