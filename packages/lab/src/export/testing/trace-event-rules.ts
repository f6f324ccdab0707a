/** An event of the Trace Event Format, as it was read. */
export interface ReadEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly cat?: string;
  readonly ts: number;
  readonly dur?: number;
  readonly id?: string;
  readonly bp?: string;
  readonly s?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/**
 * Reads a trace in JSON object form and holds it to the rules of the "Trace Event Format" (Google): the fields of each
 * phase, slices of a thread that nest, arrows that end once and later and are held by a slice at both ends, asynchronous
 * events that begin and end, and a name for each process and thread.
 *
 * @throws Error naming the event
 */
export function readTraceEvents(text: string): ReadEvent[] {
  const { traceEvents } = JSON.parse(text) as { readonly traceEvents?: unknown };
  if (!Array.isArray(traceEvents)) throw new Error("there is no list traceEvents");
  const events = traceEvents as ReadEvent[];
  for (const event of events) refuseMalformed(event);
  const byThread = Map.groupBy(events, ({ pid, tid }) => `${String(pid)} ${String(tid)}`);
  for (const thread of byThread.values()) refuseCrossing(thread.filter(({ ph }) => ph === "X"));
  refuseUnnamed(events);
  refuseLooseArrows(events);
  refuseUnended(events);
  return events;
}

const fail = (says: string, event: ReadEvent): Error => new Error(`${says}: ${JSON.stringify(event)}`);

const isTime = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;

/** What each phase needs beside a name, a process and a thread. */
const needs: Readonly<Record<string, (event: ReadEvent) => boolean>> = {
  X: ({ ts, dur }) => isTime(ts) && isTime(dur),
  s: ({ ts, cat, id }) => isTime(ts) && typeof cat === "string" && typeof id === "string",
  f: ({ ts, cat, id, bp }) => isTime(ts) && typeof cat === "string" && typeof id === "string" && bp === "e",
  b: ({ ts, cat, id }) => isTime(ts) && typeof cat === "string" && typeof id === "string",
  e: ({ ts, cat, id }) => isTime(ts) && typeof cat === "string" && typeof id === "string",
  i: ({ ts, s }) => isTime(ts) && (s === "g" || s === "p" || s === "t"),
  C: ({ ts, args = {} }) => isTime(ts) && Object.values(args).length > 0 && Object.values(args).every(isTime),
  M: ({ name, args }) => ["process_name", "thread_name", "process_sort_index"].includes(name) && args !== undefined,
};

function refuseMalformed(event: ReadEvent): void {
  const isWhole = typeof event.name === "string" && Number.isInteger(event.pid) && Number.isInteger(event.tid);
  if (!isWhole || needs[event.ph]?.(event) !== true) throw fail("an event without what its phase needs", event);
}

function refuseCrossing(slices: readonly ReadEvent[]): void {
  const open: number[] = [];
  const inOrder = slices.toSorted((one, other) => one.ts - other.ts || other.dur! - one.dur!);
  for (const slice of inOrder) {
    while (open.length > 0 && open.at(-1)! <= slice.ts) open.pop();
    const end = slice.ts + slice.dur!;
    if (open.length > 0 && end > open.at(-1)!) throw fail("a slice ends after the one that it began in", slice);
    open.push(end);
  }
}

function refuseUnnamed(events: readonly ReadEvent[]): void {
  const named = (kind: string): Set<string> =>
    new Set(
      events
        .filter(({ ph, name }) => ph === "M" && name === kind)
        .map(({ pid, tid }) => (kind === "process_name" ? String(pid) : `${String(pid)} ${String(tid)}`)),
    );
  const processes = named("process_name");
  const threads = named("thread_name");
  for (const event of events) {
    if (!processes.has(String(event.pid))) throw fail("a process has no name", event);
    const needsThread = event.ph === "X" || event.ph === "s" || event.ph === "f";
    if (needsThread && !threads.has(`${String(event.pid)} ${String(event.tid)}`)) {
      throw fail("a thread has no name", event);
    }
  }
}

function refuseLooseArrows(events: readonly ReadEvent[]): void {
  const slices = Map.groupBy(
    events.filter(({ ph }) => ph === "X"),
    ({ pid, tid, ts }) => [pid, tid, ts].join(" "),
  );
  const arrows = events.filter(({ ph }) => ph === "s" || ph === "f");
  for (const ends of Map.groupBy(arrows, ({ cat, name, id }) => [cat, name, id].join(" ")).values()) {
    const [from, to, ...others] = ends;
    if (from?.ph !== "s" || to?.ph !== "f" || others.length > 0) throw fail("an arrow has not two ends", ends[0]!);
    if (to.ts < from.ts) throw fail("an arrow ends before it begins", to);
    for (const end of ends) {
      const held = slices.get([end.pid, end.tid, end.ts].join(" "));
      if (held === undefined) throw fail("an arrow hangs in the air", end);
    }
  }
}

function refuseUnended(events: readonly ReadEvent[]): void {
  const asynchronous = events.filter(({ ph }) => ph === "b" || ph === "e");
  for (const pair of Map.groupBy(asynchronous, ({ cat, name, id }) => [cat, name, id].join(" ")).values()) {
    const [begin, end] = pair;
    if (pair.length !== 2 || begin?.ph !== "b" || end?.ph !== "e" || end.ts < begin.ts) {
      throw fail("what goes on beside the threads does not begin and end once", pair[0]!);
    }
  }
}
