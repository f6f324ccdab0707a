import { describe, expect, it } from "vitest";
import { whyNoChromium } from "./chromium.ts";
import { useSite, wide } from "./site-visits.ts";

const site = useSite();
const chapter = "/operate/queues/";

describe.skipIf(whyNoChromium !== undefined)(`a reader's own device ${whyNoChromium ?? ""}`.trim(), () => {
  it("keeps where they were in a chapter, and offers it at its beginning", async () => {
    await site.visit(chapter, { viewport: wide }, async (page) => {
      expect(await page.locator(".reading-position").count()).toBe(0);
      const heading = page.locator(".sl-markdown-content h2").nth(1);
      const id = (await heading.getAttribute("id")) ?? "";
      await heading.evaluate((element) => (element as unknown as { scrollIntoView(): void }).scrollIntoView());
      const read = async () => page.evaluate(`localStorage.getItem("fieldbook-position:${chapter}")`);
      await expect.poll(read).toBe(id);
      await page.evaluate("scrollTo(0, 0)");
      await page.goto(site.url + chapter);
      const link = page.locator(".reading-position a");
      expect(await link.getAttribute("href")).toBe(`#${id}`);
      await page.goto(`${site.url}${chapter}#${id}`);
      await page.reload();
      expect(await page.locator(".reading-position").count()).toBe(0);
    });
  });

  it("keeps what they guessed, as long as the question is the same", async () => {
    await site.visit(chapter, { viewport: wide }, async (page) => {
      const second = page.locator("fieldset.guess").first().locator("input").nth(1);
      const shown = async () => page.locator("[data-claim]").first().scrollIntoViewIfNeeded();
      await shown();
      await second.check();
      await page.reload();
      await shown();
      await second.waitFor();
      expect(await second.isChecked()).toBe(true);
      await page.evaluate(
        "for (const key of Object.keys(localStorage)) if (key.startsWith('fieldbook-guess')) localStorage.setItem(key, 'Another question?\\n1')",
      );
      await page.reload();
      await shown();
      await second.waitFor();
      expect(await second.isChecked()).toBe(false);
    });
  });
});
