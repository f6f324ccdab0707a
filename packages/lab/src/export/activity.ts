import type { HandledEvent, Run } from "@fieldbook/engine";
import { TraceKind } from "@fieldbook/engine";
import type { Microseconds, TraceEntry } from "@fieldbook/kernel";
import { ExportError } from "./export-error.ts";

/** One event that an endpoint handled. Handling takes no virtual time. */
export interface Handling {
  /** Index of the node or client. */
  readonly endpoint: number;
  readonly time: Microseconds;
  readonly kind: "start" | "restart" | "deliver" | "timer" | "disk" | "operator" | "call" | "timeout";
  /** What was handled: the message, the timer, the command. */
  readonly label: string;
  /** Number of the delivered message; −1 for other kinds. */
  readonly message: number;
  /** Number of the operation that is called; −1 for other kinds. */
  readonly operation: number;
  /**
   * Index of the handling that sent the message, set the timer or asked the disk; −1 when there is none. For timers and
   * disks it is known only of a run that kept its causes.
   */
  readonly cause: number;
  /** Index of the first handling of its chain of messages and disk answers; a call begins that of its operation. */
  readonly root: number;
}

/** One message, or a second copy of one. */
export interface Journey {
  readonly number: number;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** Index of the handling that sent it; −1 when the trace does not tell. */
  readonly sentBy: number;
  readonly duplicate: boolean;
  readonly sentAt: Microseconds;
  /** When it was delivered or lost; the end of the run for one that is still under way. */
  readonly endedAt: Microseconds;
  readonly fate: "delivered" | "lost" | "under way";
  /** Why it was lost. */
  readonly reason: string;
}

/** Any other line of the trace: what a node logged, a mark, an alarm, or a kind that is not known here. */
export interface Note {
  readonly time: Microseconds;
  /** −1 when it belongs to none. */
  readonly endpoint: number;
  /** Index of the handling during which it was written; −1 when there was none at that moment. */
  readonly handling: number;
  readonly text: string;
  readonly alarm: boolean;
}

/** What a node or the network suffered, cut to the length of the run. */
export interface Episode {
  readonly kind: string;
  /** −1 when it is not about one node. */
  readonly node: number;
  readonly from: Microseconds;
  readonly to: Microseconds;
  /** The fault as JSON; empty for time spent down. */
  readonly detail: string;
}

/** A recorded run told as causes and effects: what every export is made from. */
export interface Activity {
  readonly handlings: readonly Handling[];
  readonly journeys: ReadonlyMap<number, Journey>;
  readonly notes: readonly Note[];
  readonly faults: readonly Episode[];
  readonly downs: readonly Episode[];
  /** When an operation was answered or given up, by its number; the others were waiting when the run ended. */
  readonly completedAt: ReadonlyMap<number, Microseconds>;
}

/**
 * Reads the trace of a recorded run. Handlers run one at a time, so that what a node sends was caused by the event that
 * it handled last.
 *
 * @throws ExportError when the run was not recorded
 */
export function activityOf(run: Run): Activity {
  refuseUnrecorded(run);
  const reader = new ActivityReader(run);
  for (const entry of run.trace) reader.read(entry);
  return reader.finish();
}

/** @throws ExportError when the run was not recorded */
export function refuseUnrecorded(run: Run): void {
  if (run.trace.length > 0) return;
  throw new ExportError("this run keeps no trace: run the same seed again with { record: true } and export that run");
}

/** Which endpoint a line of an unknown or general kind stands with; −1 when it stands with none. */
export function endpointOf({ kind, a, b }: TraceEntry, endpoints: readonly string[]): number {
  const endpoint = kind === TraceKind.cut || kind === TraceKind.heal ? b : a;
  return endpoint < endpoints.length ? Math.max(-1, endpoint) : -1;
}

const names: ReadonlyMap<number, string> = new Map(Object.entries(TraceKind).map(([name, kind]) => [kind, name]));

/** How a line without a meaning of its own is called: its kind and its label. */
export function noteText({ kind, label }: TraceEntry): string {
  const name = names.get(kind) ?? `event ${String(kind)}`;
  return label === "" ? name : `${name}: ${label}`;
}

const begins: ReadonlyMap<number, Handling["kind"]> = new Map([
  [TraceKind.start, "start"],
  [TraceKind.restart, "restart"],
  [TraceKind.deliver, "deliver"],
  [TraceKind.timer, "timer"],
  [TraceKind.disk, "disk"],
  [TraceKind.operator, "operator"],
  [TraceKind.call, "call"],
  [TraceKind.timeout, "timeout"],
]);

type Draft<Shape> = { -readonly [Field in keyof Shape]: Shape[Field] };

class ActivityReader {
  readonly #run: Run;
  readonly #handlings: Handling[] = [];
  readonly #journeys = new Map<number, Draft<Journey>>();
  readonly #notes: Note[] = [];
  readonly #downs: Draft<Episode>[] = [];
  readonly #completedAt = new Map<number, Microseconds>();
  /** Per endpoint the handling that came last. */
  readonly #latest: number[];
  readonly #causes: KeptCauses;

  constructor(run: Run) {
    this.#run = run;
    this.#latest = run.endpoints.map(() => -1);
    this.#causes = new KeptCauses(run.handled);
  }

  read(entry: TraceEntry): void {
    const { kind, a, time, c, label } = entry;
    const begun = begins.get(kind);
    if (begun !== undefined) this.#handle(begun, entry);
    switch (kind) {
      case TraceKind.send:
      case TraceKind.duplicate:
        return this.#send(entry);
      case TraceKind.deliver:
        return this.#arrive(c, time, "delivered", "");
      case TraceKind.drop:
        return this.#arrive(c, time, "lost", label);
      case TraceKind.return:
      case TraceKind.timeout:
        this.#completedAt.set(c, time);
        return;
      case TraceKind.crash:
        this.#downs.push({ kind: "down", node: a, from: time, to: this.#run.endedAt, detail: "" });
        return;
      case TraceKind.restart: {
        const down = this.#downs.findLast(({ node }) => node === a);
        if (down !== undefined) down.to = time;
        return;
      }
      case TraceKind.cut:
      case TraceKind.heal:
      case TraceKind.end:
        return;
      default:
        if (begun === undefined) this.#note(entry);
    }
  }

  #handle(kind: Handling["kind"], { a, b, c, time, label }: TraceEntry): void {
    const endpoint = kind === "deliver" ? b : a;
    const journey = kind === "deliver" ? this.#journeys.get(c) : undefined;
    const kept = this.#causes.of({ endpoint, time, kind }, this.#handlings.length);
    const cause = journey?.sentBy ?? kept;
    const continues = cause >= 0 && (kind === "deliver" || kind === "disk");
    this.#latest[endpoint] = this.#handlings.length;
    this.#handlings.push({
      endpoint,
      time,
      kind,
      label: journey?.label ?? label,
      message: kind === "deliver" ? c : -1,
      operation: kind === "call" ? c : -1,
      cause,
      root: continues ? this.#handlings[cause]!.root : this.#handlings.length,
    });
  }

  #send({ kind, a, b, c, time, label }: TraceEntry): void {
    this.#journeys.set(c, {
      number: c,
      from: a,
      to: b,
      label,
      sentBy: this.#latest[a] ?? -1,
      duplicate: kind === TraceKind.duplicate,
      sentAt: time,
      endedAt: this.#run.endedAt,
      fate: "under way",
      reason: "",
    });
  }

  #arrive(number: number, time: Microseconds, fate: "delivered" | "lost", reason: string): void {
    const journey = this.#journeys.get(number);
    if (journey !== undefined) Object.assign(journey, { endedAt: time, fate, reason });
  }

  #note(entry: TraceEntry): void {
    const endpoint = endpointOf(entry, this.#run.endpoints);
    const latest = this.#latest[endpoint] ?? -1;
    const handling = this.#handlings[latest]?.time === entry.time ? latest : -1;
    const alarm = entry.kind === TraceKind.alarm;
    this.#notes.push({ time: entry.time, endpoint, handling, text: noteText(entry), alarm });
  }

  finish(): Activity {
    const { faults, endpoints, endedAt } = this.#run;
    return {
      handlings: this.#handlings,
      journeys: this.#journeys,
      notes: this.#notes,
      downs: this.#downs,
      completedAt: this.#completedAt,
      faults: faults
        .filter(({ at }) => at < endedAt)
        .map((fault) => ({
          kind: fault.kind,
          node: "node" in fault ? endpoints.indexOf(fault.node) : -1,
          from: fault.at,
          to: Math.min(fault.until, endedAt),
          detail: JSON.stringify(fault),
        })),
    };
  }
}

const keptKinds: Readonly<Record<Handling["kind"], readonly HandledEvent["kind"][]>> = {
  start: ["start"],
  restart: ["start"],
  deliver: ["message", "answer", "return"],
  timer: ["timer"],
  disk: ["disk"],
  operator: ["operator"],
  call: ["call"],
  timeout: ["timeout"],
};

/** Finds the handlings again among the events of a run that kept its causes: both are in order of time. */
class KeptCauses {
  readonly #handled: readonly HandledEvent[];
  /** Per kept event its handling. */
  readonly #found = new Map<number, number>();
  #next = 0;

  constructor(handled: readonly HandledEvent[]) {
    this.#handled = handled;
  }

  /** The handling that led to this one; −1 when none did or none is known. */
  of({ endpoint, time, kind }: Pick<Handling, "endpoint" | "time" | "kind">, handling: number): number {
    for (let at = this.#next; at < this.#handled.length; at += 1) {
      const event = this.#handled[at]!;
      if (event.time > time) return -1;
      if (event.endpoint !== endpoint || event.time !== time || !keptKinds[kind].includes(event.kind)) continue;
      this.#next = at + 1;
      this.#found.set(at, handling);
      return this.#found.get(event.cause) ?? -1;
    }
    return -1;
  }
}
