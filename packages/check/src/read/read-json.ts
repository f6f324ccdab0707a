import type { Value } from "../history.ts";
import type { HistoryEvent, WholeOperation } from "./event.ts";
import { JsonReader } from "./json.ts";

/** What a JSON text holds, object by object. */
export interface JsonSink {
  event(event: HistoryEvent): void;
  operation(operation: WholeOperation): void;
}

/**
 * Reads objects, in one array or one after the other (one a line), and hands each on as it comes: one that has a field
 * "called" is a whole operation, any other an event.
 */
export function readJson(text: string, sink: JsonSink): void {
  const reader = new JsonReader(text);
  if (!reader.skip()) return;
  if (reader.peek() !== "[") {
    while (reader.skip()) readObject(reader, sink);
    return;
  }
  reader.expect("[");
  for (let first = true; ; first = false) {
    if (!reader.skip()) throw reader.cutOff('"]"');
    if (reader.peek() === "]") break;
    if (!first) reader.expect(",");
    if (!reader.skip()) throw reader.cutOff("an operation");
    readObject(reader, sink);
  }
  reader.expect("]");
  if (reader.skip()) throw reader.error("there is more after the array of operations: a history is one array");
}

function readObject(reader: JsonReader, sink: JsonSink): void {
  const { offset } = reader;
  if (reader.peek() !== "{") {
    throw reader.error(
      'an operation was expected, such as {"process": 0, "type": "invoke", "f": "read", "value": null}',
    );
  }
  const fields = new Map<string, Value>();
  // A keyword that was written as a text keeps its colon.
  reader.entries((key) => fields.set(key.replace(/^:/, ""), reader.read()));
  const event = {
    offset,
    process: fields.get("process"),
    f: fields.get("f"),
    key: fields.get("key"),
    value: fields.get("value"),
  };
  if (!fields.has("called")) {
    sink.event({ ...event, index: fields.get("index"), type: fields.get("type") });
    return;
  }
  sink.operation({
    ...event,
    input: fields.get("input"),
    output: fields.get("output"),
    called: fields.get("called"),
    returned: fields.get("returned"),
    outcome: fields.get("outcome"),
  });
}
