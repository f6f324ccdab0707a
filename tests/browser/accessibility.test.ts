import type { AxeResults, RunOptions } from "axe-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { whyNoChromium } from "./chromium.ts";
import { kindsOfPages, narrow, pagePaths, useSite, wide } from "./site-visits.ts";

const site = useSite();

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const axeOptions: RunOptions = {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
  resultTypes: ["violations"],
};

/** All ways to see a page for one of each kind; for the others the two that have least in common. */
const variants = pagePaths.flatMap((path) =>
  (["light", "dark"] as const).flatMap((colorScheme) =>
    [wide, narrow].flatMap((viewport) =>
      [false, true]
        .filter((withoutScripts) => {
          const isLight = colorScheme === "light";
          return kindsOfPages.includes(path) || (isLight === (viewport === wide) && isLight !== withoutScripts);
        })
        .map((withoutScripts) => {
          const name = `${path} ${colorScheme} ${String(viewport.width)} px, ${withoutScripts ? "without" : "with"} scripts`;
          return [name, path, { colorScheme, viewport, withoutScripts }] as const;
        }),
    ),
  ),
);

describe.skipIf(whyNoChromium !== undefined)(`WCAG 2.2 AA ${whyNoChromium ?? ""}`.trim(), () => {
  it.each(variants)("has no violation on %s", async (_name, path, options) => {
    await site.visit(path, options, async (page) => {
      await page.evaluate(axeSource);
      const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(axeOptions)})`);
      const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
      expect(found).toEqual([]);
    });
  });

  it("has no violation in the search window", async () => {
    await site.visit("/", {}, async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("retry");
      await page.locator(".search-results a").first().waitFor();
      await page.evaluate(axeSource);
      const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(axeOptions)})`);
      expect(violations.map(({ id }) => id)).toEqual([]);
    });
  });
});
