import type { Run } from "@fieldbook/engine";
import { TraceKind } from "@fieldbook/engine";
import type { Microseconds, TraceEntry } from "@fieldbook/kernel";
import type { Journey } from "./activity.ts";
import { activityOf, endpointOf, noteText } from "./activity.ts";

/**
 * A recorded run as a log with vector clocks, for ShiViz: two lines an event, as its default expression
 * `(?<event>.*)\n(?<host>\S*) (?<clock>{.*})` reads them. Every endpoint is a host. Clocks are those of Fidge ("Timestamps in
 * Message-Passing Systems That Preserve the Partial Ordering", 1988) and Mattern ("Virtual Time and Global States of
 * Distributed Systems", 1989): each event counts one on its own host; a delivery takes over what the message knew.
 *
 * Faults of links happen at no host and are not in the log; a lost message says so where it was sent.
 *
 * @throws ExportError when the run was not recorded
 */
export function shivizLog(run: Run): string {
  const { journeys } = activityOf(run);
  const clocks = run.endpoints.map((): Clock => new Map());
  const carried = new Map<number, Clock>();
  let log = "";
  for (const entry of run.trace) {
    const { kind, a, b, c, time } = entry;
    if (kind === TraceKind.duplicate) {
      // The same message once more: it knows what its sender knew when it was sent.
      carried.set(c, new Map(clocks[a]));
      continue;
    }
    const host = kind === TraceKind.deliver ? b : endpointOf(entry, run.endpoints);
    const clock = clocks[host];
    const text = eventText(entry, journeys.get(c), run.endpoints);
    if (clock === undefined || text === undefined) continue;
    const name = run.endpoints[host]!;
    if (kind === TraceKind.deliver) takeOver(clock, carried.get(c));
    clock.set(name, (clock.get(name) ?? 0) + 1);
    if (kind === TraceKind.send) carried.set(c, new Map(clock));
    log += `${oneLine(time, text)}\n${name} ${JSON.stringify(Object.fromEntries(clock))}\n`;
  }
  return log;
}

type Clock = Map<string, number>;

function takeOver(clock: Clock, other: Clock | undefined): void {
  for (const [host, time] of other ?? []) clock.set(host, Math.max(time, clock.get(host) ?? 0));
}

/** The time goes first: a text whose second word began with "{" would be taken for a host and its clock. */
const oneLine = (time: Microseconds, text: string): string =>
  `${(time / 1_000_000).toFixed(6)} s: ${text.replaceAll(/[\r\n\u2028\u2029]+/g, " ")}`;

/** What a host did; undefined for lines that are no event of a host. */
function eventText(entry: TraceEntry, journey: Journey | undefined, endpoints: readonly string[]): string | undefined {
  const { kind, a, b, c, label } = entry;
  switch (kind) {
    case TraceKind.send: {
      const lost = journey?.fate === "lost" ? ` (lost: ${journey.reason})` : "";
      return `sends ${label} to ${endpoints[b] ?? ""}${lost}`;
    }
    case TraceKind.deliver:
      return `receives ${journey?.label ?? ""} from ${endpoints[a] ?? ""}`;
    case TraceKind.call:
      return `calls operation ${String(c)}`;
    case TraceKind.return:
      return `ends operation ${String(c)}`;
    case TraceKind.timeout:
      return `gives up operation ${String(c)}`;
    case TraceKind.cut:
      return `${label} begins`;
    case TraceKind.heal:
      return `${label} ends`;
    case TraceKind.drop:
    case TraceKind.end:
      return undefined;
    default:
      return noteText(entry);
  }
}
