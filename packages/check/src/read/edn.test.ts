import { parseEDNString } from "edn-data";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Value } from "../history.ts";
import { EdnReader } from "./edn.ts";
import { JsonReader } from "./json.ts";

const readEdn = (text: string): Value => new EdnReader(text).read();

const text = fc.string({ unit: fc.constantFrom("a", "B", " ", '"', "\\", "\n", "\t", "é", "𝄞", ";", "]") });
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
    text,
    fc.array(tie("value"), { maxLength: 4 }),
  ),
}));
const blank = fc.constantFrom(" ", ",", "\n", " ; a comment\n", " #_ gone ", " #_[1 #_2 3] ", "\r\n\t");

/** Writes a value as EDN in one of many ways. */
function writeEdn(written: Value, blanks: () => string): string {
  if (written === null) return "nil";
  if (typeof written === "string") {
    return `"${written.replace(/["\\]/g, "\\$&").replaceAll("\t", "\\t").replaceAll("𝄞", "\\uD834\\uDD1E")}"`;
  }
  if (typeof written !== "object") return String(written);
  const [open, close] = written.length % 2 === 0 ? ["[", "]"] : ["(", ")"];
  return `${open}${written.map((item) => blanks() + writeEdn(item, blanks) + blanks()).join("")}${close}`;
}

test("reads back what was written", () => {
  fc.assert(
    fc.property(value, fc.infiniteStream(blank), (written, blanks) => {
      expect(readEdn(writeEdn(written, () => blanks.next().value as string))).toEqual(written);
    }),
    { numRuns: 2_000, seed: 1 },
  );
});

test("reads values as the package edn-data does", () => {
  fc.assert(
    fc.property(value, (written) => {
      const edn = writeEdn(written, () => " ");
      expect(readEdn(edn)).toEqual(parseEDNString(edn, { mapAs: "object", listAs: "array", keywordAs: "string" }));
    }),
    { numRuns: 1_000, seed: 2 },
  );
});

test("reads operation maps as the package edn-data does", () => {
  const edn = '{:process 3, :type :invoke, :f :txn, :value [[:r 1 nil] [:append "x" -2]], :error {:a #{1 2}}}';
  const theirs = parseEDNString(edn, { mapAs: "object", keywordAs: "string", setAs: "array" });
  expect(readEdn(edn)).toEqual([
    "#map",
    [":error", ["#map", [":a", ["#set", 1, 2]]]],
    [":f", ":txn"],
    [":process", 3],
    [":type", ":invoke"],
    [
      ":value",
      [
        [":r", 1, null],
        [":append", "x", -2],
      ],
    ],
  ]);
  expect(theirs).toMatchObject({
    process: 3,
    value: [
      ["r", 1, null],
      ["append", "x", -2],
    ],
  });
});

test.each([
  ["##NaN", NaN],
  ["##-Inf", -Infinity],
  ["12345678901234567890", "12345678901234567890N"],
  ["7N", 7],
  ["1/3", "1/3"],
  ["2.50M", 2.5],
  ["+4", 4],
  ["-0", 0],
  ["\\newline", "\n"],
  ["\\a", "a"],
  ['#inst "2020-01-01"', "2020-01-01"],
  ["some.symbol/x", "some.symbol/x"],
])("%s", (edn, expected) => {
  expect(readEdn(edn)).toEqual(expected);
});

test.each([
  ["[1 2", '"[" is never closed'],
  ["[1 2)", '")" closes nothing'],
  ["{:a}", "a map has a key without a value"],
  ["1x", '"1x" is not a number'],
  ["[".repeat(1_000), "nested more than 500 deep"],
])("refuses %s", (edn, message) => {
  expect(() => readEdn(edn)).toThrow(message);
});

test("JSON is read as JSON.parse reads it, but objects are marked and long numbers kept", () => {
  fc.assert(
    fc.property(value, (written) => {
      expect(new JsonReader(JSON.stringify(written)).read()).toEqual(written);
    }),
    { numRuns: 1_000, seed: 3 },
  );
  expect(new JsonReader('{"b": 12345678901234567890, "a": []}').read()).toEqual([
    "#map",
    ["a", []],
    ["b", "12345678901234567890N"],
  ]);
});
