import { describe, expect, it } from "vitest";
import { otlpJson } from "./otlp-json.ts";
import { refuseForeignToOtlp } from "./testing/otlp-schema.ts";
import { notebookRun, registerRun } from "./testing/recorded-runs.ts";

const text = otlpJson(notebookRun(1, { record: true, causes: true }));

describe("OpenTelemetry's own schema", () => {
  it("reads every export, and nothing is lost on the way to Protobuf and back", () => {
    for (const run of [notebookRun(1), notebookRun(2), registerRun(3, true)]) {
      expect(() => refuseForeignToOtlp(otlpJson(run))).not.toThrow();
    }
    expect(() => refuseForeignToOtlp(text)).not.toThrow();
  });

  const damaged: Readonly<Record<string, (whole: string) => string>> = {
    "a field that it does not know": (whole) => whole.replace('"startTimeUnixNano"', '"startTime"'),
    "the name of an enumerated value": (whole) => whole.replace('"kind":3', '"kind":"SPAN_KIND_CLIENT"'),
    "a time that is no whole number": (whole) => whole.replace(/"endTimeUnixNano":"\d+"/, '"endTimeUnixNano":"soon"'),
    "a time as a number": (whole) => whole.replace(/"endTimeUnixNano":"(\d+)"/, '"endTimeUnixNano":$1'),
    "an identifier that is too short": (whole) => whole.replace(/("spanId":"\w+)\w"/, '$1"'),
    "an identifier of zeros": (whole) => whole.replace(/"traceId":"\w+"/, `"traceId":"${"0".repeat(32)}"`),
    "a text in place of a list": (whole) => whole.replace(/"events":\[.*?\]/, '"events":"none"'),
    "an attribute without its type": (whole) => whole.replace(/\{"stringValue":("n1")\}/, "$1"),
  };
  for (const [what, damage] of Object.entries(damaged)) {
    it(`refuses ${what}`, () => {
      expect(damage(text)).not.toBe(text);
      expect(() => refuseForeignToOtlp(damage(text))).toThrow();
    });
  }
});
