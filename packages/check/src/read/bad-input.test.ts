import { expect, test } from "vitest";
import { HistoryError } from "../history-error.ts";
import type { ModelName } from "../models/models.ts";
import { readHistory } from "./read-history.ts";

const invoke = "{:process 0, :type :invoke, :f :write, :value 3}";
const ok = "{:process 0, :type :ok, :f :write, :value 3}";

type BadInput = [about: string, text: string, message: string, model?: ModelName];

const badInputs: BadInput[] = [
  ["empty", " \n", "There is nothing in this history: the text is empty."],
  [
    "EDN cut off within a map",
    `${invoke}\n{:process 0, :type :o`,
    "Line 2: the text ends within this operation: it seems to be cut off. Take the operation away.",
  ],
  [
    "EDN cut off within a text",
    '{:process 0, :type :invoke, :f :write, :value "ab',
    "Line 1, column 47: a text in quotes is never closed: the line seems to be cut off. Take it away or complete it.",
  ],
  [
    "a vector that is never closed",
    `[${invoke}\n${ok}\n`,
    'Line 1: "[" is never closed: the text seems to be cut off. Take away what is incomplete.',
  ],
  [
    "JSON cut off",
    '{"process": 0, "type": "invoke", "f": "write", "value": 3}\n{"process": 0, "type"',
    'Line 2, column 22: the text ends where ":" was expected: it seems to be cut off. Take away what is incomplete at the end.',
  ],
  [
    "a log line cut off",
    "INFO  jepsen.util - 0\t:invoke\t:write\t3\nINFO  jepsen.util - 0\t:o",
    "Line 2: this line is cut off: expected process, type, function and value, as in: 0\\t:invoke\\t:read\\tnil. Take it away or complete it.",
  ],
  [
    "a log line cut off before its value",
    "INFO  jepsen.util - 0\t:invoke\t:write\t3\nINFO  jepsen.util - 0\t:ok\t:write",
    "Line 2: this line is cut off: a value was expected at its end. Take it away or complete it.",
  ],
  [
    "completed twice",
    `${invoke}\n${ok}\n${ok}`,
    "Line 3: process 0 completes a write, but its write of line 1 was already completed (ok, line 2). Take one of the two completions away",
  ],
  [
    "completed but never called",
    ok,
    "Line 1: process 0 completes a write that it never called. Add the invoke event before it, or take it away",
  ],
  [
    "called while another is open",
    `${invoke}\n${invoke}`,
    "Line 2: process 0 calls a write while its write of line 1 is still open. A process does one thing at a time: if it gave that one up, end it with an info event first",
  ],
  [
    "completed as something else",
    `${invoke}\n{:process 0, :type :ok, :f :read, :value 3}`,
    "Line 2: process 0 completes a read, but what it has open is the write of line 1",
  ],
  [
    "an operation that the model does not know",
    `${invoke}\n{:process 1, :type :invoke, :f :acquire}`,
    'Line 2: the operation "acquire" is unknown to the model cas-register, which knows read, write, cas. Choose another model, or take the operation out',
  ],
  [
    "a compare-and-set on a plain register",
    "{:process 1, :type :invoke, :f :cas, :value [1 2]}",
    'Line 1: the operation "cas" is unknown to the model register, which knows read, write. Choose another model, or take the operation out',
    "register",
  ],
  [
    "a compare-and-set without a pair",
    "{:process 0, :type :invoke, :f :cas, :value 3}",
    "Line 1: a cas takes a pair [expected new]; its value is 3",
  ],
  [
    "an append of a number",
    "{:process 0, :type :invoke, :f :append, :key 1, :value 3}",
    "Line 1: an append takes a text in double quotes; its value is 3",
    "kv",
  ],
  [
    "no key",
    "{:process 0, :type :invoke, :f :get, :value nil}",
    'Line 1: the model kv needs a key: a field "key", or a value that is a pair [key value]; this operation has the value null',
    "kv",
  ],
  [
    "no process",
    "{:type :invoke, :f :read}",
    "Line 1: this operation has no process. Every operation needs one: who called it",
  ],
  [
    "an unknown type",
    "{:process 0, :type :done, :f :read}",
    'Line 1: the type of an event is invoke, ok, fail or info; here it is ":done"',
  ],
  ["what is no JSON", '{"process": 0, "type": invoke}', 'Line 1, column 24: a value was expected, "invoke" was found.'],
  [
    "returned before it was called",
    '{"process": 0, "f": "write", "value": 1, "called": 5, "returned": 4}',
    "Line 1: called at 5, but returned before, at 4",
  ],
  [
    "two at a time by one process",
    '{"process": 0, "f": "write", "value": 1, "called": 1, "returned": 4}\n{"process": 0, "f": "read", "called": 2, "returned": 3, "output": 1}',
    "Line 2: process 0 calls a read at 2 while its write of line 1 is still open. A process does one thing at a time: give overlapping calls different processes",
  ],
  [
    "something else",
    "hello\nworld",
    "This is no history in a known form. Expected EDN operation maps, such as {:process 0, :type :invoke, :f :read, :value nil}; the same as JSON; or the console log of Jepsen. docs/checking-histories.md shows each.",
  ],
  [
    "a process that is null",
    '{"process": null, "type": "invoke", "f": "read", "value": null}',
    "Line 1: the process of this operation is null. Every operation needs one: who called it",
  ],
  [
    "events out of the order of their index",
    "{:process 0, :type :invoke, :f :read, :index 4}\n{:process 0, :type :ok, :f :read, :value 3, :index 2}",
    "Line 2: this event has the index 2, after one with 4. Sort the events by their index",
  ],
  [
    "many keys under a model of one",
    "{:process 0, :type :invoke, :f :read, :value [1 nil]}",
    "Line 1: this read asks for [1 null], a pair [key null]: the history is about many keys. Check it with --model kv, or take one key out of it",
  ],
  [
    "a completion on another key",
    "{:process 0, :type :invoke, :f :read, :value [1 nil]}\n{:process 0, :type :ok, :f :read, :value [2 nil]}",
    "Line 2: this read was called on key 1 and is completed with [2 null], another key",
    "kv",
  ],
];

test.each(badInputs)("%s", (_, text, message, model) => {
  expect(messageOf(text, model)).toBe(message);
});

test("any beginning of a history is read, or refused with a HistoryError", () => {
  const texts = [
    `[#op{:process 0, :type :invoke, :f :write, :value #{[1 "\\u0041"] {:a \\b}}} ; x\n #_ 1 ${ok}]`,
    '[{"process": 0, "type": "invoke", "f": "write", "value": {"a": [1, "\\u0041\\n", -1.5e3, true]}}]',
    "INFO  jepsen.util - 0\t:invoke\t:write\t[1 2]\nINFO  jepsen.util - 0\t:info\t:write\t:timed-out\n",
  ];
  for (const text of texts) {
    for (let end = 0; end <= text.length; end += 1) {
      try {
        readHistory(text.slice(0, end), { model: "register" });
      } catch (error) {
        expect(error).toBeInstanceOf(HistoryError);
      }
    }
  }
});

function messageOf(text: string, model: ModelName = "cas-register"): string {
  try {
    readHistory(text, { model });
  } catch (error) {
    if (error instanceof HistoryError) return error.message;
    throw error;
  }
  throw new Error("The text was read.");
}
