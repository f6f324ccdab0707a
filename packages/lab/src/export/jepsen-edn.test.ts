import { checkLinearizable, models, readHistory } from "@fieldbook/check";
import type { ModelName, Operation, Value } from "@fieldbook/check";
import type { Run, TimedOperation } from "@fieldbook/engine";
import { TraceKind } from "@fieldbook/engine";
import { parseEDNString } from "edn-data";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jepsenEdn, writeEdn } from "./jepsen-edn.ts";
import { notebookRun, registerRun } from "./testing/recorded-runs.ts";

const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const verdictOf = (history: readonly Operation[], model: ModelName): string =>
  checkLinearizable(history, models[model]).verdict;

/** What a checker reads of an operation, without the positions. */
const content = ({ process, f, key, input, outcome, output }: Operation) => ({
  process,
  f,
  key,
  input,
  outcome,
  ...(f === "read" ? { output } : {}),
});

/** Which operations had ended when another was called: the order that a verdict rests on. */
const realTime = (history: readonly Operation[]): number[] =>
  history.map(({ called }) => history.filter(({ returned }) => returned < called).length);

/** An operation map as the package edn-data reads it. */
interface ReadMap {
  readonly index: number;
  readonly time: number;
  readonly type: string;
  readonly process: number | string;
  readonly f: string;
  readonly value: readonly [key: unknown, input: unknown];
}

describe("the history", () => {
  it("is read back as it was: the same operations in the same order of real time, and the same verdict", () => {
    const verdicts = new Set<string>();
    for (const seed of seeds) {
      const recorded: [Run, ModelName][] = [
        [registerRun(seed, seed % 2 === 0), "register"],
        [notebookRun(seed), "kv"],
      ];
      for (const [run, model] of recorded) {
        const { history, form } = readHistory(jepsenEdn(run), { model });
        expect(form).toBe("EDN");
        expect(history.map(content)).toEqual(run.history.map(content));
        expect(realTime(history)).toEqual(realTime(run.history));
        const verdict = verdictOf(run.history, model);
        expect(verdictOf(history, model)).toBe(verdict);
        verdicts.add(`${model} ${verdict}`);
      }
    }
    expect([...verdicts].toSorted()).toEqual(["kv holds", "kv violated", "register holds"]);
  });

  it("has every outcome there is", () => {
    const outcomes = new Set(seeds.flatMap((seed) => notebookRun(seed).history.map(({ outcome }) => outcome)));
    expect(outcomes).toEqual(new Set(["ok", "fail", "open"]));
  });

  it("is, for the package edn-data, a map for each event, numbered and in order of time", () => {
    const run = notebookRun(4);
    const parsed = jepsenEdn(run)
      .trimEnd()
      .split("\n")
      .map((line) => parseEDNString(line, { mapAs: "object", keywordAs: "string" }) as ReadMap);
    expect(parsed.map(({ index }) => index)).toEqual([...parsed.keys()]);
    const times = parsed.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    const calls = parsed.filter(({ type }) => type === "invoke");
    expect(calls.map(({ process, f, value: [key, input], time }) => [process, f, key, input, time])).toEqual(
      run.history.map(({ process, f, key, input, calledAt }): unknown[] => [process, f, key, input, calledAt * 1_000]),
    );
    const unanswered = parsed.filter(({ type, process }) => type === "info" && process !== "nemesis");
    const timeouts = run.trace.filter(({ kind }) => kind === TraceKind.timeout);
    expect(unanswered.map(({ time }) => time)).toEqual(timeouts.map(({ time }) => time * 1_000));
    expect(timeouts.length).toBeGreaterThan(0);
    const nemesis = parsed.filter(({ process }) => process === "nemesis").map(({ f, value }) => [f, value]);
    expect(nemesis).toContainEqual(["start-partition", null]);
    expect(nemesis).toContainEqual(["crash", "n3"]);
  });

  it("tells a refused compare-and-set from one that was carried out, as the checker reads it", () => {
    const base = { client: 0, process: 0, key: "x", outcome: "ok", k: 0, calledAt: 0, returnedAt: 1 } as const;
    const history: TimedOperation[] = [
      { ...base, f: "write", input: 1, output: null, called: 1, returned: 2 },
      { ...base, f: "cas", input: [2, 3], output: false, called: 3, returned: 4 },
      { ...base, f: "read", input: null, output: 1, called: 5, returned: 6 },
      { ...base, f: "read", input: null, output: undefined, called: 7, returned: 8 },
    ];
    const trace = history.flatMap((_, c) =>
      [TraceKind.call, TraceKind.return].map((kind) => ({ time: c, kind, a: 0, b: 0, c, label: "" })),
    );
    const edn = jepsenEdn({ ...notebookRun(1), history, trace });
    expect(edn).toContain(':f :cas, :value ["x" false]}');
    const read = readHistory(edn, { model: "kv" }).history;
    expect(verdictOf(read, "kv")).toBe("holds");
    expect(read.map(({ outcome }) => outcome)).toEqual(["ok", "ok", "ok", "fail"]);
  });
});

describe("values", () => {
  const value = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string({ unit: fc.constantFrom("a", '"', "\\", "\n", "\t", "é", "\u0001", "𝄞", ";", "]", ":") }),
      fc.array(tie("value"), { maxLength: 4 }),
    ),
  })).value;

  it("are those that the package edn-data reads", () => {
    fc.assert(
      fc.property(value, (written) => {
        // EDN has one zero.
        const plain = JSON.parse(JSON.stringify(written)) as Value;
        expect(parseEDNString(writeEdn(written), { listAs: "array", keywordAs: "string" })).toEqual(plain);
      }),
      { numRuns: 1_000, seed: 1 },
    );
  });

  it("that no number is are written as symbols", () => {
    expect([NaN, Infinity, -Infinity].map(writeEdn)).toEqual(["##NaN", "##Inf", "##-Inf"]);
  });
});

describe("a damaged history is refused", () => {
  const edn = jepsenEdn(notebookRun(1));
  const damaged: Readonly<Record<string, string>> = {
    "cut off": edn.slice(0, -3),
    "without a call": edn.replace(/^.*:type :invoke.*\n/m, ""),
    "with a type that is none": edn.replace(":type :ok", ":type :okay"),
    "with an operation that is none": edn.replace(":f :read", ":f :red"),
    "with a call made twice": edn.replace(/^.*:type :invoke.*$/m, "$&\n$&"),
  };
  for (const [how, text] of Object.entries(damaged)) {
    it(how, () => {
      expect(text).not.toBe(edn);
      expect(() => readHistory(text, { model: "kv" })).toThrow();
    });
  }
});
