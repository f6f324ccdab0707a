import { describe, expect, it } from "vitest";
import { ExportError, exportFormats, exportRun } from "./index.ts";
import type { ExportFormatId } from "./index.ts";
import { notebookRun } from "./testing/recorded-runs.ts";

describe("exportRun", () => {
  const run = notebookRun(1);

  it("writes each format, the same text each time", () => {
    const texts = exportFormats.map(({ id }) => exportRun(run, id));
    expect(new Set(texts).size).toBe(4);
    expect(exportFormats.map(({ id }) => exportRun(notebookRun(1), id))).toEqual(texts);
  });

  it("says of each format what opens it; no two files would have one name", () => {
    expect(new Set(exportFormats.map(({ ending }) => ending)).size).toBe(exportFormats.length);
    for (const { says } of exportFormats) expect(says).toMatch(/\.$/);
  });

  it("refuses a run that was not recorded, and says what to do", () => {
    for (const { id } of exportFormats) {
      expect(() => exportRun(notebookRun(1, {}), id)).toThrow("{ record: true }");
    }
  });

  it("refuses an unknown format by naming those there are", () => {
    expect(() => exportRun(run, "zipkin" as ExportFormatId)).toThrow(ExportError);
    expect(() => exportRun(run, "zipkin" as ExportFormatId)).toThrow("otlp, perfetto, shiviz, jepsen");
  });
});
