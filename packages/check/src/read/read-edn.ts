import type { Value } from "../history.ts";
import { EdnReader } from "./edn.ts";
import type { HistoryEvent } from "./event.ts";

/** Reads operation maps, in one vector or one after the other, and hands each on as it comes. */
export function readEdn(text: string, emit: (event: HistoryEvent) => void): void {
  const reader = new EdnReader(text);
  if (!reader.skip()) return;
  const opener = reader.peek();
  const start = reader.offset;
  const inVector = opener === "[" || opener === "(";
  const closer = opener === "[" ? "]" : ")";
  if (inVector) reader.step();
  for (;;) {
    if (!reader.skip()) {
      if (!inVector) return;
      throw reader.error(
        `"${opener}" is never closed: the text seems to be cut off. Take away what is incomplete`,
        start,
      );
    }
    if (inVector && reader.peek() === closer) break;
    emit(readMap(reader));
  }
  reader.step();
  if (reader.skip()) throw reader.error("there is more after the vector of operations: a history is one vector");
}

function readMap(reader: EdnReader): HistoryEvent {
  const offset = reader.offset;
  if (reader.peek() !== "{") {
    throw reader.error(`an operation was expected, such as {:process 0, :type :invoke, :f :read, :value nil}`);
  }
  reader.step();
  const fields = new Map<Value, Value>();
  for (;;) {
    if (!reader.skip()) {
      throw reader.error(
        "the text ends within this operation: it seems to be cut off. Take the operation away",
        offset,
      );
    }
    if (reader.peek() === "}") break;
    const key = reader.read();
    if (reader.skip() && reader.peek() === "}") throw reader.error("a map has a key without a value");
    fields.set(key, reader.read());
  }
  reader.step();
  return {
    offset,
    process: fields.get(":process"),
    index: fields.get(":index"),
    type: fields.get(":type"),
    f: fields.get(":f"),
    key: fields.get(":key"),
    value: fields.get(":value"),
  };
}
