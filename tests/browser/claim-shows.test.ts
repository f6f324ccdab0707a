import { claims } from "@fieldbook/book";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, whyNoChromium } from "./chromium.ts";
import { serveSite } from "./serve-site.ts";
import type { ServedSite } from "./serve-site.ts";

/** What a live claim shows beside its verdict, and where a link to it leads. */

const chapter = "/robust/metastable-failure/";
const { control } = claims.find(({ id }) => id === "dip-with-naive-retries")!;

describe.skipIf(whyNoChromium !== undefined)(`a live claim ${whyNoChromium ?? ""}`.trim(), () => {
  let browser: Browser;
  let site: ServedSite;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launchChromium(), serveSite()]);
  }, 120_000);

  afterAll(async () => {
    await Promise.all([browser.close(), site.close()]);
  });

  /** Opens a chapter for the time of the action. */
  async function visit(address: string, act: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(10_000);
    await page.goto(site.url + address);
    try {
      await act(page);
    } finally {
      await page.close();
    }
  }

  async function end(claim: Locator, press: string): Promise<void> {
    await claim.getByRole("button", { name: press, exact: true }).click();
    await claim.getByText("Done.", { exact: true }).waitFor();
  }

  it("holds a run against the other side under the reader's own knobs, and calls it what it is", async () => {
    await visit(chapter, async (page) => {
      const claim = page.locator("#claim-dip-with-naive-retries");
      await claim.scrollIntoViewIfNeeded();
      await claim.getByText("All parameters").click();
      await claim.getByLabel("offered load", { exact: true }).fill("20");
      const said = async (): Promise<string> => (await claim.locator(".figure-says").textContent()) ?? "";
      await end(claim, "Run");
      expect(await said()).toContain("With a retry budget: goodput");
      const offered = [...(await said()).matchAll(/of (\d+)\.\d requests\/s offered/g)].map((match) =>
        Number(match[1]),
      );
      expect(offered).toHaveLength(2);
      expect(Math.max(...offered)).toBeLessThan(30);
      await end(claim, control.label);
      expect(await said()).toContain("Every failure tried again: goodput");
      expect(await claim.getByRole("img").first().textContent()).toContain("every failure tried again");
    });
  });

  it("tells what was measured in the run, and on average over all", async () => {
    await visit("/physics/consistency-models/", async (page) => {
      const claim = page.locator("#claim-overlapping-quorums-are-not-linearizable");
      await claim.scrollIntoViewIfNeeded();
      await end(claim, "Run");
      const measured = await claim.locator(".claim-metrics").textContent();
      expect(measured).toMatch(/share of operations answered 100\.0 % in this run, 100\.0 % on average/);
    });
  });

  it.each(["", "?lens=manager", "?lens=executive"])(
    "is where a link leads to, whatever grows above it %s",
    async (lens) => {
      await visit(`${chapter}${lens}#claim-newest-first-recovers`, async (page) => {
        const claim = page.locator("#claim-newest-first-recovers[data-live]");
        await claim.waitFor();
        await page.waitForTimeout(500);
        const top = await claim.evaluate((element) => element.getBoundingClientRect().top);
        expect(top).toBeGreaterThan(0);
        expect(top).toBeLessThan(300);
      });
    },
  );
});
