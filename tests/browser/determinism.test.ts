import { describe, expect, it } from "vitest";
import { TraceKind } from "@fieldbook/engine";
import { bundle } from "./bundle.ts";
import { launchChromium, whyNoChromium } from "./chromium.ts";
import { faultKinds } from "@fieldbook/engine";
import { outcomes, stormyRun, stormySeeds, systemOutcomes } from "./determinism-runs.ts";

declare const runs: { outcomes(): string[]; systemOutcomes(): string[] };

/** Kinds of lines that the storms need not have; `drop` is told by its reasons. */
const notInStorms = new Set(["drop", "log", "disk", "operator", "alarm", "settled"]);

describe.skipIf(whyNoChromium !== undefined)("the same run", () => {
  it(
    "comes to the same in Node and in the browser, over at least 1,000 runs with all faults on",
    { timeout: 120_000 },
    async () => {
      const storms = Array.from({ length: stormySeeds }, (_, seed) => stormyRun(seed));
      const met = new Set(storms.flatMap((storm) => storm.split("met: ")[1]!.split(", ")));
      const kinds = Object.keys(TraceKind).filter((kind) => !notInStorms.has(kind));
      expect([...kinds, "loss", "partition", "receiver down"].filter((kind) => !met.has(kind))).toEqual([]);
      const here = outcomes();
      expect(new Set(here).size).toBe(here.length);
      expect(here.length).toBeGreaterThanOrEqual(1_000);

      const browser = await launchChromium();
      try {
        const page = await browser.newPage();
        await page.addScriptTag({ content: await bundle("tests/browser/determinism-runs.ts", "runs") });
        const there = await page.evaluate(() => runs.outcomes());
        expect(there.length).toBe(here.length);
        expect(there.filter((outcome, index) => outcome !== here[index])).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );

  it(
    "comes to the same in Node and in the browser, over 10,000 runs of all systems and their mutants",
    { timeout: 240_000 },
    async () => {
      const here = systemOutcomes();
      expect(here.length).toBe(10_000);
      expect(new Set(here.map((line) => line.split(": ")[1]!.split(" ")[0])).size).toBeGreaterThan(9_900);
      const drawn = new Set(here.flatMap((line) => /\((.*)\)$/.exec(line)![1]!.split(" ")));
      expect(
        Object.values(faultKinds)
          .flat()
          .filter((kind) => !drawn.has(kind)),
      ).toEqual([]);

      const browser = await launchChromium();
      try {
        const page = await browser.newPage();
        await page.addScriptTag({ content: await bundle("tests/browser/determinism-runs.ts", "runs") });
        const there = await page.evaluate(() => runs.systemOutcomes());
        expect(there.length).toBe(here.length);
        expect(there.filter((line, index) => line !== here[index])).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});
