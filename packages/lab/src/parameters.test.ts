import { describe, expect, it } from "vitest";
import { describeRange, fitParameters, ParameterError, writeValue } from "./parameters.ts";
import type { ParameterSpecs } from "./parameters.ts";

const specs = {
  nodes: { kind: "integer", label: "nodes", unit: "", min: 1, max: 7, default: 3, help: "How many." },
  loss: { kind: "number", label: "loss", unit: "%", min: 0, max: 100, default: 0.5, help: "How much." },
  repair: { kind: "flag", label: "repair", default: true, help: "Whether." },
  policy: {
    kind: "choice",
    label: "policy",
    options: [
      { value: "none", label: "None" },
      { value: "budget", label: "Budget" },
    ],
    default: "none",
    help: "Which.",
  },
} as const satisfies ParameterSpecs;

describe("fitParameters", () => {
  it("fills in defaults", () => {
    expect(fitParameters(specs, {})).toEqual({ nodes: 3, loss: 0.5, repair: true, policy: "none" });
  });

  it("reads values as links and command lines write them, and its own writing back", () => {
    const given = { nodes: " 5 ", loss: "1e1", repair: "off", policy: "budget" };
    const values = fitParameters(specs, given);
    expect(values).toEqual({ nodes: 5, loss: 10, repair: false, policy: "budget" });
    const written = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, writeValue(value)]));
    expect(fitParameters(specs, written)).toEqual(values);
  });

  it.each([
    [{ nodes: 8 }, 'Parameter "nodes" takes a whole number from 1 to 7; got 8.'],
    [{ nodes: "2.5" }, 'Parameter "nodes" takes a whole number from 1 to 7; got 2.5.'],
    [{ nodes: "three" }, 'Parameter "nodes" takes a whole number from 1 to 7; got "three".'],
    [{ nodes: "" }, 'Parameter "nodes" takes a whole number from 1 to 7; got "".'],
    [{ nodes: "0x3" }, 'Parameter "nodes" takes a whole number from 1 to 7; got "0x3".'],
    [{ nodes: true }, 'Parameter "nodes" takes a whole number from 1 to 7; got true.'],
    [{ loss: -0.1 }, 'Parameter "loss" takes a number from 0 to 100 %; got -0.1.'],
    [{ loss: NaN }, 'Parameter "loss" takes a number from 0 to 100 %; got NaN.'],
    [{ loss: "Infinity" }, 'Parameter "loss" takes a number from 0 to 100 %; got "Infinity".'],
    [{ repair: "maybe" }, 'Parameter "repair" takes on or off; got "maybe".'],
    [{ repair: 1 }, 'Parameter "repair" takes on or off; got 1.'],
    [{ policy: "hope" }, 'Parameter "policy" takes one of none, budget; got "hope".'],
    [{ quorum: 2 }, 'There is no parameter "quorum"; this experiment has: nodes, loss, repair, policy.'],
    [{ toString: 2 }, 'There is no parameter "toString"; this experiment has: nodes, loss, repair, policy.'],
  ])("refuses %o", (given, message) => {
    expect(() => fitParameters(specs, given as never)).toThrow(new ParameterError(Object.keys(given)[0]!, message));
  });
});

it("describes each kind of range", () => {
  expect(Object.values(specs).map(describeRange)).toEqual([
    "a whole number from 1 to 7",
    "a number from 0 to 100 %",
    "on or off",
    "one of none, budget",
  ]);
});
