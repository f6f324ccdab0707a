import { HistoryError, PlaceFinder } from "../history-error.ts";
import type { History } from "../history.ts";
import { models } from "../models/models.ts";
import type { ModelName } from "../models/models.ts";
import { EventCollector } from "./event-collector.ts";
import { Processes } from "./fields.ts";
import { OperationCollector } from "./operation-collector.ts";
import { isConsoleLog, readConsoleLog } from "./read-console-log.ts";
import { readEdn } from "./read-edn.ts";
import { readJson } from "./read-json.ts";

/** How a text records a history. */
export type HistoryForm = "EDN" | "JSON" | "console log";

export interface ReadOptions {
  /** The model that the history will be checked against: it says which operations there are and what they take. */
  readonly model: ModelName;
}

export interface RecordedHistory {
  readonly history: History;
  readonly form: HistoryForm;
  /** Per operation, the line on which it was called. */
  readonly lines: readonly number[];
  /** The names of processes that have one, by their number. */
  readonly names: ReadonlyMap<number, string>;
  /** What was passed over, and what looks odd: a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Reads a recorded history. The form is recognised from the text:
 *
 * - **EDN**, as Jepsen writes it: operation maps in a vector, or one after the other.
 *   `{:process 0, :type :invoke, :f :write, :value 3}`, later `{:process 0, :type :ok, :f :write, :value 3}`.
 * - **JSON** with the same fields: an array, or one object a line.
 *   `{"process": 0, "type": "invoke", "f": "write", "value": 3}`
 * - **JSON, one object for each operation**, with both its times and its answer; an operation without "returned" was
 *   never answered. `{"process": 0, "f": "read", "called": 1, "returned": 4, "output": 3}`, and "input" (or "value")
 *   for what writes. For a process that goes on after an unknown answer, give "returned" and "outcome": "open".
 * - **The console log of old Jepsen**: `INFO  jepsen.util - 0 :invoke :write 3`, with tabs between the four; other lines are passed over.
 *
 * The type `ok` completes an operation; `fail` says that it had no effect; after `info`, or without any completion, it
 * is open. A key stands in the field `key`, or before the value in a pair `[key value]` for a model that needs one.
 * Events of processes that are no clients, such as `:nemesis`, are passed over.
 *
 * Takes time linear in the length of the text.
 *
 * @throws HistoryError naming the line
 */
export function readHistory(text: string, { model: name }: ReadOptions): RecordedHistory {
  const model = models[name];
  const form = formOf(text);
  const processes = new Processes();
  const places = new PlaceFinder(text);
  const events = new EventCollector(model, processes, places);
  const operations = new OperationCollector(model, processes, places);
  if (form === "EDN") readEdn(text, (event) => events.add(event));
  else if (form === "console log") readConsoleLog(text, (event) => events.add(event));
  else readJson(text, { event: (event) => events.add(event), operation: (operation) => operations.add(operation) });
  if (events.history.length > 0 && operations.size > 0) {
    throw new HistoryError(
      'some objects are events (with a "type") and some are whole operations (with "called"). Use one form',
    );
  }
  const passedOver = [...processes.passedOver].map(
    ([process, count]) => `Passed over ${count} ${count === 1 ? "event" : "events"} of ${process}, which is no client.`,
  );
  const read = operations.size > 0 ? operations.finish() : { history: events.history, lines: events.lines };
  const empty = read.history.length === 0 ? ["There is no operation in this history."] : [];
  return { ...read, form, names: processes.names, warnings: [...passedOver, ...empty, ...events.warnings] };
}

const jsonStart = /^[\s\uFEFF]*(?:\[\s*)?\{\s*["}]/;
const ednStart = /^[\s,\uFEFF]*[[({#;]/;

function formOf(text: string): HistoryForm {
  if (/^[\s\uFEFF]*$/.test(text)) {
    throw new HistoryError("There is nothing in this history: the text is empty.");
  }
  if (jsonStart.test(text)) return "JSON";
  // A log line may begin with a date in brackets.
  if (ednStart.test(text) && !/^\s*\[\d/.test(text)) return "EDN";
  if (isConsoleLog(text)) return "console log";
  throw new HistoryError(
    "This is no history in a known form. Expected EDN operation maps, such as " +
      "{:process 0, :type :invoke, :f :read, :value nil}; the same as JSON; or the console log of Jepsen. " +
      "docs/checking-histories.md shows each.",
  );
}
