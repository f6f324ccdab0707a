import type { Value } from "@fieldbook/check";
import type { Run, TimedOperation } from "@fieldbook/engine";
import { TraceKind } from "@fieldbook/engine";
import type { TraceEntry } from "@fieldbook/kernel";
import { refuseUnrecorded } from "./activity.ts";

/**
 * The history of a recorded run as Jepsen writes its `history.edn`: one operation map a line, in order of events, with
 * `:time` in nanoseconds of virtual time. Operations with a key have the value `[key value]`, as `jepsen.independent`
 * does. Faults, crashes and restarts are events of `:nemesis`.
 *
 * A completion carries what was answered; for what changes a value by its own name (write, put, append, cas) it repeats
 * what was asked. Unanswered operations end with `:info` when the client gives up, and without any completion when the
 * run ends first.
 *
 * Knossos takes a read of `nil` for one whose answer is not known; where null is a value that a read can return, give it
 * another name before Knossos judges.
 *
 * @throws ExportError when the run was not recorded
 */
export function jepsenEdn(run: Run): string {
  refuseUnrecorded(run);
  const events = run.trace.flatMap((entry) => eventOf(run, entry) ?? []);
  return events.map((event, index) => `{:index ${String(index)}, ${event}}\n`).join("");
}

function eventOf(run: Run, entry: TraceEntry): string | undefined {
  const { kind, a, b, c, time, label } = entry;
  const operation = run.history[c];
  switch (kind) {
    case TraceKind.call:
      return operation && operationEvent(operation, time, "invoke", operation.input);
    case TraceKind.return:
      return operation && completionEvent(operation, time);
    case TraceKind.timeout:
      return operation && operationEvent(operation, time, "info", operation.input);
    case TraceKind.cut:
      return nemesisEvent(`start-${label}`, b < 0 ? null : (run.endpoints[b] ?? null), time);
    case TraceKind.heal:
      return nemesisEvent(`stop-${label}`, b < 0 ? null : (run.endpoints[b] ?? null), time);
    case TraceKind.crash:
      return nemesisEvent("crash", run.endpoints[a] ?? null, time);
    case TraceKind.restart:
      return nemesisEvent("restart", run.endpoints[a] ?? null, time);
    default:
      return undefined;
  }
}

const reads = new Set(["read", "get"]);
const repeatsItsInput = new Set(["write", "put", "append"]);

function completionEvent(operation: TimedOperation, time: number): string {
  const { f, input, output, outcome } = operation;
  if (outcome === "open") return operationEvent(operation, time, "info", input);
  // A read whose answer is not known says nothing, as one that failed.
  if (outcome === "fail" || (output === undefined && reads.has(f))) {
    return operationEvent(operation, time, "fail", input);
  }
  // A compare-and-set that found another value is an answer, not a failure: readers of histories know it by its false.
  if (f === "cas") return operationEvent(operation, time, "ok", output === false ? false : input);
  if (repeatsItsInput.has(f) || output === undefined) return operationEvent(operation, time, "ok", input);
  return operationEvent(operation, time, "ok", output === null && !reads.has(f) ? input : output);
}

function operationEvent({ process, f, key }: TimedOperation, time: number, type: string, value: Value): string {
  const written = key === undefined ? writeEdn(value) : writeEdn([key, value]);
  return `:time ${nanoseconds(time)}, :type :${type}, :process ${String(process)}, :f ${nameOf(f)}, :value ${written}`;
}

const nemesisEvent = (f: string, value: Value, time: number): string =>
  `:time ${nanoseconds(time)}, :type :info, :process :nemesis, :f ${nameOf(f)}, :value ${writeEdn(value)}`;

const nanoseconds = (time: number): string => (time === 0 ? "0" : `${String(time)}000`);

/** A keyword where the name can be one; a text otherwise. */
const nameOf = (f: string): string => (/^[A-Za-z][\w*+!?<>=-]*$/.test(f) ? `:${f}` : writeEdn(f));

/** A value in EDN, the notation of Clojure. */
export function writeEdn(value: Value): string {
  if (value === null) return "nil";
  if (typeof value === "number") return writeNumber(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object") return String(value);
  return `[${value.map(writeEdn).join(" ")}]`;
}

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return "##NaN";
  if (!Number.isFinite(value)) return value > 0 ? "##Inf" : "##-Inf";
  // EDN knows integers of any length; beyond 2^53 a double is no longer the integer that its digits say.
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}
