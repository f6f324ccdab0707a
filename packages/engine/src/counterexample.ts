import type { System, SystemRun } from "./define-system.ts";
import { endpointCodeOf, fateKey, readFateKey } from "./fates.ts";
import type { Fault } from "./faults/fault.ts";
import type { Plan } from "./plan.ts";
import type { RunOptions } from "./run.ts";

/** A message whose arrival is no matter of course: the k-th from one endpoint to another, from 0. */
export interface WrittenMessage {
  readonly from: string;
  readonly to: string;
  readonly k: number;
  /** How long after sending each copy arrives, µs; empty when none does. */
  readonly arrives: readonly number[];
}

/**
 * A counterexample as a file: every decision of the run that is out of the ordinary, one by one, and not the seed alone. A
 * change of code that does not touch these decisions leaves the run as it was.
 */
export interface Counterexample {
  readonly format: "fieldbook counterexample 1";
  readonly system: string;
  readonly seed: number;
  readonly plan: Omit<Plan, "fates"> & { readonly messages?: readonly WrittenMessage[] };
  /** What is violated, and how. */
  readonly property: string;
  readonly kind: string;
  readonly says: string;
  /** Of the run when it was written. */
  readonly traceHash: string;
  /** The engine and systems when it was written: a digest of their sources. */
  readonly code: string;
}

/** A counterexample that can not be read; the message names the place and the mend. */
export class CounterexampleError extends Error {
  override readonly name = "CounterexampleError";
}

/** @param code a digest of the sources that decide what a run does */
export function writeCounterexample(system: System, result: SystemRun, code: string): Counterexample {
  const { fates, ...plan } = result.plan;
  const messages =
    fates === undefined
      ? undefined
      : [...fates]
          .filter(([, fate]) => !(fate.length === 1 && fate[0] === system.calmLatency))
          .map(([key, arrives]) => ({ ...readFateKey(key), arrives }));
  return {
    format: "fieldbook counterexample 1",
    system: system.id,
    seed: result.seed,
    plan: { ...plan, ...(messages === undefined ? {} : { messages }) },
    property: result.property,
    kind: result.kind,
    says: result.says,
    traceHash: result.run.traceHash,
    code,
  };
}

/** What a replay came to. */
export interface Replay {
  readonly result: SystemRun;
  /** `same`: the same run, hash for hash. `changed`: another run; `result` says whether it still fails. */
  readonly match: "same" | "changed";
  /** One sentence: whether it fails as it did, and whether the code has changed since. */
  readonly says: string;
}

/**
 * Runs a counterexample again.
 *
 * @param code the digest of the sources as they are now
 * @throws PlanError when the system no longer has the mutant
 */
export function replayCounterexample(
  system: System,
  counterexample: Counterexample,
  code: string,
  options: RunOptions = {},
): Replay {
  const { messages, ...rest } = counterexample.plan;
  const fates = messages?.map(
    ({ from, to, k, arrives }) => [fateKey(endpointCodeOf(from), endpointCodeOf(to), k), arrives] as const,
  );
  const plan: Plan = { ...rest, ...(fates === undefined ? {} : { fates: new Map(fates) }) };
  const result = system.run(plan, counterexample.seed, options);
  const same = result.run.traceHash === counterexample.traceHash;
  const fails =
    result.verdict === "violated" && result.property === counterexample.property && result.kind === counterexample.kind;
  const codeSays =
    code === counterexample.code
      ? "The code is the one it was found with."
      : "The code has changed since it was found.";
  const finding = fails
    ? `It still violates "${result.property}": ${result.says}`
    : result.verdict === "violated"
      ? `It now violates "${result.property}" instead of "${counterexample.property}": ${result.says}`
      : `It no longer violates "${counterexample.property}".`;
  const runSays = same ? "The same run, event for event." : "Another run than when it was found.";
  return { result, match: same ? "same" : "changed", says: `${runSays} ${codeSays} ${finding}` };
}

/**
 * Reads a counterexample from the text of its file.
 *
 * @throws CounterexampleError naming the part that is missing or of another kind
 */
export function readCounterexample(text: string): Counterexample {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CounterexampleError(`It is not JSON (${why}). A counterexample is written by "fieldbook shrink --save".`);
  }
  const file = record(data, "the file");
  if (file["format"] !== "fieldbook counterexample 1") {
    throw new CounterexampleError(
      `"format" is ${JSON.stringify(file["format"])}; this version reads "fieldbook counterexample 1".`,
    );
  }
  for (const name of ["system", "property", "kind", "says", "traceHash", "code"]) {
    if (typeof file[name] !== "string") throw wrong(name, "a text", file[name]);
  }
  number(file["seed"], "seed");
  checkPlan(record(file["plan"], "plan"));
  return data as Counterexample;
}

function checkPlan(plan: Record<string, unknown>): void {
  for (const name of ["nodes", "clients", "operations", "healedAt", "until"]) number(plan[name], `plan.${name}`);
  for (const name of ["calm", "recovers"]) {
    if (typeof plan[name] !== "boolean") throw wrong(`plan.${name}`, "true or false", plan[name]);
  }
  for (const name of ["faults", "clocks", "core"]) list(plan[name], `plan.${name}`);
  for (const [index, fault] of list(plan["faults"], "plan.faults").entries()) {
    const { kind, at, until } = record(fault, `plan.faults[${String(index)}]`) as Partial<Fault>;
    if (typeof kind !== "string") throw wrong(`plan.faults[${String(index)}].kind`, "a kind of fault", kind);
    number(at, `plan.faults[${String(index)}].at`);
    number(until, `plan.faults[${String(index)}].until`);
  }
  for (const [index, message] of list(plan["messages"] ?? [], "plan.messages").entries()) {
    const place = `plan.messages[${String(index)}]`;
    const { from, to, k, arrives } = record(message, place);
    for (const [side, name] of [
      ["from", from],
      ["to", to],
    ] as const) {
      if (typeof name !== "string" || !/^[nc][1-9]\d{0,2}$/.test(name)) {
        throw wrong(`${place}.${side}`, 'a node or client ("n1", "c2")', name);
      }
    }
    number(k, `${place}.k`);
    for (const delay of list(arrives, `${place}.arrives`)) number(delay, `${place}.arrives`);
  }
  for (const [index, call] of list(plan["script"] ?? [], "plan.script").entries()) {
    const place = `plan.script[${String(index)}]`;
    const { client, k, at } = record(call, place);
    number(client, `${place}.client`);
    number(k, `${place}.k`);
    number(at, `${place}.at`);
  }
}

const wrong = (place: string, expected: string, found: unknown): CounterexampleError =>
  new CounterexampleError(`"${place}" must be ${expected}; it is ${JSON.stringify(found) ?? "missing"}.`);

function record(data: unknown, place: string): Record<string, unknown> {
  if (typeof data !== "object" || data === null || Array.isArray(data)) throw wrong(place, "an object", data);
  return data as Record<string, unknown>;
}

function list(data: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(data)) throw wrong(place, "a list", data);
  return data;
}

function number(data: unknown, place: string): void {
  if (typeof data !== "number" || !Number.isSafeInteger(data) || data < 0) {
    throw wrong(place, "a whole number, 0 or more", data);
  }
}
