import { TraceKind } from "@fieldbook/engine";
import type { Run } from "@fieldbook/engine";
import type { TraceEntry } from "@fieldbook/kernel";

/** Where two runs part. */
export interface RunDifference {
  /** How many lines of the trace both have in common before. */
  readonly same: number;
  /** µs; of the earlier of the two lines that differ. */
  readonly at: number;
  /** What each did there, in words; undefined for one that was over. */
  readonly one: string | undefined;
  readonly other: string | undefined;
}

/**
 * The first line in which two recorded runs differ; undefined when there is none. Under one seed and one plan, all before
 * it is the same weather and the same requests, so it is where the difference between the two systems first shows. Where
 * all lines are the same and their contents are not, it is the first state or answer that differs.
 */
export function compareRuns(one: Run, other: Run): RunDifference | undefined {
  const length = Math.max(one.trace.length, other.trace.length);
  for (let index = 0; index < length; index += 1) {
    const [line, beside] = [one.trace[index], other.trace[index]];
    if (line !== undefined && beside !== undefined && isSame(line, beside)) continue;
    return {
      same: index,
      at: Math.min(line?.time ?? Infinity, beside?.time ?? Infinity),
      one: line === undefined ? undefined : describe(line, one.endpoints),
      other: beside === undefined ? undefined : describe(beside, other.endpoints),
    };
  }
  return one.traceHash === other.traceHash ? undefined : differenceInContent(one, other, length);
}

/** Where runs part that do the same things at the same times: in what a node holds, or a client is answered. */
function differenceInContent(one: Run, other: Run, same: number): RunDifference {
  const states = one.states.flatMap((state, index): readonly RunDifference[] => {
    const beside = other.states[index];
    if (beside === undefined || (beside.node === state.node && beside.text === state.text)) return [];
    const held = ({ node, text }: typeof state): string => `${one.endpoints[node] ?? "a node"} holds ${text}`;
    return [{ same, at: Math.min(state.at, beside.at), one: held(state), other: held(beside) }];
  });
  const answers = one.history.flatMap((operation, index): readonly RunDifference[] => {
    const beside = other.history[index];
    if (beside === undefined || JSON.stringify(beside.output) === JSON.stringify(operation.output)) return [];
    const told = ({ f, output, client }: typeof operation): string =>
      `client ${String(client + 1)} is answered ${JSON.stringify(output ?? null)} to ${f}`;
    return [{ same, at: operation.returnedAt, one: told(operation), other: told(beside) }];
  });
  const first = [...states, ...answers].toSorted((before, after) => before.at - after.at)[0];
  return first ?? { same, at: one.endedAt, one: "messages say one thing", other: "they say another" };
}

const isSame = (one: TraceEntry, other: TraceEntry): boolean =>
  one.time === other.time &&
  one.kind === other.kind &&
  one.a === other.a &&
  one.b === other.b &&
  one.c === other.c &&
  one.label === other.label;

function describe({ kind, a, b, label }: TraceEntry, endpoints: readonly string[]): string {
  const who = endpoints[a] ?? "";
  const to = endpoints[b] ?? "";
  switch (kind) {
    case TraceKind.send:
      return `${who} sends ${label} to ${to}`;
    case TraceKind.deliver:
      return `${to} receives ${label === "" ? "a message" : label} from ${who}`;
    case TraceKind.drop:
      return `a message from ${who} to ${to} is lost (${label})`;
    case TraceKind.duplicate:
      return `a second copy goes from ${who} to ${to}`;
    case TraceKind.cut:
      return "a fault begins";
    case TraceKind.heal:
      return "a fault ends";
    case TraceKind.settled:
      return "the healed nodes have converged";
    case TraceKind.end:
      return "the run ends";
    case TraceKind.alarm:
      return `a property is violated: ${label}`;
    default:
      return `${who} ${deeds.get(kind) ?? "does something"} ${label}`.trim();
  }
}

/** What a node or client does, before the label of the line. */
const deeds: ReadonlyMap<number, string> = new Map([
  [TraceKind.timer, "handles its timer"],
  [TraceKind.start, "starts"],
  [TraceKind.crash, "crashes"],
  [TraceKind.restart, "restarts"],
  [TraceKind.call, "calls"],
  [TraceKind.return, "is answered"],
  [TraceKind.timeout, "waits no longer for an answer"],
  [TraceKind.stale, "receives an answer that nobody waits for"],
  [TraceKind.log, "logs"],
  [TraceKind.mark, "reaches"],
  [TraceKind.disk, "hears from its disk"],
  [TraceKind.operator, "is given the operator's command"],
]);
