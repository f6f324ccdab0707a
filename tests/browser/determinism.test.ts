import { describe, expect, it } from "vitest";
import { TraceKind } from "@fieldbook/engine";
import { bundle } from "./bundle.ts";
import { launchChromium, whyNoChromium } from "./chromium.ts";
import { outcomes, stormyRun, stormySeeds } from "./determinism-runs.ts";

declare const runs: { outcomes(): string[] };

describe.skipIf(whyNoChromium !== undefined)("the same run", () => {
  it(
    "comes to the same in Node and in the browser, over at least 1,000 runs with all faults on",
    { timeout: 120_000 },
    async () => {
      const storms = Array.from({ length: stormySeeds }, (_, seed) => stormyRun(seed));
      const met = new Set(storms.flatMap((storm) => storm.split("met: ")[1]!.split(", ")));
      const kinds = Object.keys(TraceKind).filter((kind) => kind !== "drop" && kind !== "log");
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
});
