import { readFileSync } from "node:fs";
import { checkLinearizable, describeOperation, models, readHistory } from "@fieldbook/check";
import type { LinearizabilityVerdict, ModelName, RecordedHistory } from "@fieldbook/check";
import { count } from "@fieldbook/lab";
import type { Command } from "commander";
import type { ExitCode, Outcome } from "../program.ts";
import type { Terminal } from "../terminal.ts";
import { isForPeople, UserError, verdictText } from "../terminal.ts";

interface CheckOptions {
  readonly model?: string;
  readonly maxSteps?: string;
  readonly json?: true;
}

const modelNames = Object.keys(models).join(", ");

const exitCodes: Readonly<Record<LinearizabilityVerdict["verdict"], ExitCode>> = { holds: 0, violated: 1, unknown: 2 };

/** `fieldbook check FILE`: is a recorded history linearizable? */
export function addCheck(program: Command, terminal: Terminal, outcome: Outcome): void {
  program
    .command("check")
    .argument(
      "<file>",
      "a Jepsen history as EDN, JSON or JSON lines, or a console log of old Jepsen; - for standard input",
    )
    .description("check a recorded history for linearizability; exit 0 holds, 1 violated, 2 unknown or unreadable")
    // Required, but asked for below: commander would name a missing option before one that is misspelt.
    .option("-m, --model <name>", `what the system is: ${modelNames}`)
    .option("--max-steps <number>", "give up after so many steps of the search, with the verdict unknown")
    .option("--json", "the verdict as JSON")
    .addHelpText("after", describeModels())
    .action((file: string, options: CheckOptions) => {
      try {
        outcome.code = checkFile(file, options, terminal);
      } catch (error) {
        // A program that reads the answer finds it where all answers are.
        if (options.json === true && isForPeople(error)) {
          terminal.out(
            `${JSON.stringify({ file, model: options.model, verdict: "unknown", error: error.message }, null, 2)}\n`,
          );
        }
        throw error;
      }
    });
}

function checkFile(file: string, options: CheckOptions, terminal: Terminal): ExitCode {
  const name = readModelName(options.model);
  const limit = options.maxSteps === undefined ? {} : { maxSteps: readMaxSteps(options.maxSteps) };
  const recorded = readFile(file, name);
  const verdict = decide(recorded, name, limit);
  const write = options.json === true ? writeJson : writeText;
  terminal.out(write(file, name, recorded, verdict));
  return exitCodes[verdict.verdict];
}

/** A history without operations is no evidence of anything. */
function decide(
  { history }: RecordedHistory,
  model: ModelName,
  limit: { readonly maxSteps?: number },
): LinearizabilityVerdict {
  if (history.length > 0) return checkLinearizable(history, models[model], limit);
  return { verdict: "unknown", steps: 0, says: "Nothing was checked: the history has no operation of a client." };
}

function describeModels(): string {
  const lines = Object.values(models).map(({ name, describe }) => `  ${name}\n      ${describe}`);
  return `\nModels:\n${lines.join("\n")}\n`;
}

function readModelName(text: string | undefined): ModelName {
  if (text === undefined) {
    throw new UserError(`check needs to know what the system is: --model takes one of ${modelNames}. See --help.`);
  }
  if (Object.hasOwn(models, text)) return text as ModelName;
  throw new UserError(`There is no model "${text}"; --model takes one of ${modelNames}.`);
}

function readMaxSteps(text: string): number {
  const steps = Number(text);
  if (Number.isInteger(steps) && steps > 0) return steps;
  throw new UserError(`--max-steps takes a whole number above nought; got "${text}".`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder; name one file",
  EACCES: "it may not be read; check its permissions",
};

function readFile(file: string, model: ModelName): RecordedHistory {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new UserError(`Can not read ${file}: ${reasons[code] ?? String(error)}.`);
  }
  const text = decode(file, bytes);
  try {
    return readHistory(text, { model });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "HistoryError") throw error;
    throw new UserError(`${file}: ${error.message}`);
  }
}

/** Bytes that are no UTF-8 would all be read as one and the same letter: values that differ would look alike. */
function decode(file: string, bytes: Uint8Array): string {
  const startsWith = (...start: readonly number[]): boolean => start.every((byte, index) => bytes[index] === byte);
  if (startsWith(0x1f, 0x8b)) throw new UserError(`${file} is compressed (gzip). Unpack it first: gunzip -k ${file}`);
  if (startsWith(0xff, 0xfe) || startsWith(0xfe, 0xff)) {
    throw new UserError(`${file} is UTF-16; convert it to UTF-8 first: iconv -f UTF-16 -t UTF-8 ${file}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(
      `${file}, line ${String(badLine(bytes))}: a byte there is no UTF-8. Convert the file to UTF-8.`,
    );
  }
}

/** The first line that is no UTF-8. */
function badLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return line;
}

function writeText(file: string, model: ModelName, recorded: RecordedHistory, verdict: LinearizabilityVerdict): string {
  const { history, form, lines, names, warnings } = recorded;
  const name = (process: number): string => names.get(process) ?? `process ${String(process)}`;
  const nameAll = (text: string): string => text.replaceAll(/process (\d+)/g, (_, number) => name(Number(number)));
  const operations = `${count(history.length)} ${history.length === 1 ? "operation" : "operations"}`;
  const out = [`${file}: ${operations}, read as ${form}, against the model ${model}`, ...warnings];
  if (verdict.verdict === "holds") {
    out.push(
      `${verdictText("holds")}: linearizable; an order of all operations was found in ${count(verdict.steps)} steps.`,
    );
  } else if (verdict.verdict === "unknown") {
    const mend = history.length === 0 ? "" : " A larger --max-steps searches further.";
    out.push(`${verdictText("unknown")}: ${verdict.says}${mend}`);
  } else {
    out.push(`${verdictText("violated")}: not linearizable. ${nameAll(verdict.contradiction.says)}`);
    for (const index of verdict.contradiction.operations) {
      const operation = history[index]!;
      out.push(`  line ${String(lines[index] ?? "?")}: ${name(operation.process)}  ${describeOperation(operation)}`);
    }
  }
  return `${out.join("\n")}\n`;
}

function writeJson(file: string, model: ModelName, recorded: RecordedHistory, verdict: LinearizabilityVerdict): string {
  const { history, form, lines, warnings } = recorded;
  const shared = {
    file,
    model,
    form,
    operations: history.length,
    warnings,
    verdict: verdict.verdict,
    steps: verdict.steps,
  };
  if (verdict.verdict === "holds") return `${JSON.stringify({ ...shared, order: verdict.order }, null, 2)}\n`;
  if (verdict.verdict === "unknown") return `${JSON.stringify({ ...shared, says: verdict.says }, null, 2)}\n`;
  const { says, operations } = verdict.contradiction;
  const contradiction = operations.map((index) => ({ index, line: lines[index], ...history[index] }));
  return `${JSON.stringify({ ...shared, says, contradiction }, null, 2)}\n`;
}
