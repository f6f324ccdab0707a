import { describe, expect, it } from "vitest";
import { violationsOf } from "./axe.ts";
import { whyNoChromium } from "./chromium.ts";
import { kindsOfPages, narrow, pagePaths, useSite, wide } from "./site-visits.ts";

const site = useSite();

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
      expect(await violationsOf(page)).toEqual([]);
    });
  });

  it("has no violation in the search window", async () => {
    await site.visit("/", {}, async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("retry");
      await page.locator(".search-results a").first().waitFor();
      expect(await violationsOf(page)).toEqual([]);
    });
  });
});
