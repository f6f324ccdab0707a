import { errorAt } from "../history-error.ts";
import { EdnReader } from "./edn.ts";
import type { HistoryEvent } from "./event.ts";

/** `0 :invoke :read nil` at the end of a line, after whatever the logger put before it. */
const operationLine = /(?:^|[\s\]])(\d+|:[\w-]+)\s+(:invoke|:ok|:fail|:info)\s+(:[\w.\-/]+)(?:\s+(\S.*))?$/;
/** The beginning of such a line, as Jepsen's logger writes it. */
const brokenLine = /jepsen\.util\s*[-:]\s*\d+(?:\t.*)?$/;

export const isConsoleLog = (text: string): boolean =>
  text.split("\n").some((line) => operationLine.test(line.trimEnd()));

/**
 * Reads the log that old Jepsen wrote to its console: process, type, function and value at the end of each line that
 * is about an operation. Other lines are passed over.
 */
export function readConsoleLog(text: string, emit: (event: HistoryEvent) => void): void {
  let head = "";
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end).trimEnd();
    const match = operationLine.exec(line);
    if (match !== null) {
      emit(eventOf(text, start, match));
      head = line.slice(0, line.indexOf(match[1]!, match.index));
    } else if (brokenLine.test(line) || (newline === -1 && line !== "" && head.startsWith(line))) {
      const expected = "process, type, function and value, as in: 0\\t:invoke\\t:read\\tnil";
      throw errorAt(text, start, `this line is cut off: expected ${expected}. Take it away or complete it.`);
    }
    start = end + 1;
  }
}

function eventOf(text: string, start: number, match: RegExpExecArray): HistoryEvent {
  const [, process = "", type = "", f = "", rest] = match;
  const isProcess = !process.startsWith(":");
  if (rest === undefined && isProcess) {
    throw errorAt(text, start, "this line is cut off: a value was expected at its end. Take it away or complete it.");
  }
  const valueStart = start + match.index + match[0].length - (rest?.length ?? 0);
  const valueEnd = start + match.index + match[0].length;
  const event = {
    offset: start,
    process: isProcess ? Number(process) : process,
    index: undefined,
    type,
    f,
    key: undefined,
  };
  // What a nemesis reports need not be EDN.
  const value = isProcess ? new EdnReader(text, valueStart, valueEnd).read() : null;
  // How an operation came to an unknown end is not its value.
  const isReason = (type === ":info" || type === ":fail") && typeof value === "string" && value.startsWith(":");
  return { ...event, value: isReason ? undefined : value };
}
