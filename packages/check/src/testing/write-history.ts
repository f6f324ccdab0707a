import type { History, Operation, Value } from "../history.ts";

/**
 * A history from one line an operation, as a test would draw it: process, operation, times.
 *
 *     0  write 1      1..2
 *     1  read -> 1    3..4
 *     2  cas 1 2      3..      (never answered)
 *     0  write 3      5..6 failed
 *     1  a: put 5     7..8     (with a key)
 */
export function writeHistory(drawing: string): History {
  return drawing
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(operationOf)
    .sort((one, other) => one.called - other.called);
}

const line = /^(\d+)\s+(?:(\w+):\s+)?(\w+)\s*(.*?)\s+(\d+)\.\.(\d*)\s*(failed)?$/;

function operationOf(text: string): Operation {
  const match = line.exec(text);
  if (match === null) throw new Error(`Can not read "${text}".`);
  const [, process, key, f = "", rest = "", called, returned, failed] = match;
  const [input = "", output] = rest.split("->").map((part) => part.trim());
  const inputs = input === "" ? [] : input.split(" ").map(valueOf);
  const outcome = failed === undefined ? (returned === "" ? "open" : "ok") : "fail";
  return {
    process: Number(process),
    f,
    ...(key === undefined ? {} : { key }),
    input: inputs.length > 1 ? inputs : (inputs[0] ?? null),
    output: output === undefined ? undefined : valueOf(output),
    called: Number(called),
    returned: returned === "" ? Infinity : Number(returned),
    outcome,
  };
}

const valueOf = (text: string): Value => {
  if (text === "null") return null;
  return /^-?\d+$/.test(text) ? Number(text) : text;
};
