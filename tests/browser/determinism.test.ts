import { describe, expect, it } from "vitest";
import { bundle } from "./bundle.ts";
import { launchChromium, whyNoChromium } from "./chromium.ts";
import { outcomes, withAllFaults } from "./determinism-runs.ts";

declare const runs: { outcomes(): string[] };

describe.skipIf(whyNoChromium !== undefined)("the same run", () => {
  it(
    "comes to the same in Node and in the browser, over at least 1,000 runs with all faults on",
    { timeout: 120_000 },
    async () => {
      expect(withAllFaults().length).toBeGreaterThan(0);
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
