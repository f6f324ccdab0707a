import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, whyNoChromium } from "./chromium.ts";

describe.skipIf(whyNoChromium !== undefined)(`the packaged browser ${whyNoChromium ?? ""}`.trim(), () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser.close());

  it("draws text with glyphs of its own fonts, each letter another shape", async () => {
    const page = await browser.newPage();
    const inkOf = async (text: string): Promise<string> => {
      await page.setContent(`<p style="font: 40px sans-serif; width: 200px">${text}</p>`);
      return (await page.locator("p").screenshot()).toString("base64");
    };
    const drawn = [await inkOf("duck"), await inkOf("dusk"), await inkOf("&nbsp;")];
    expect(new Set(drawn).size).toBe(drawn.length);
    await page.close();
  });

  it("reaches nothing beyond this machine", async () => {
    const page = await browser.newPage();
    await expect(page.goto("http://example.org/")).rejects.toThrow("ERR_NAME_NOT_RESOLVED");
    await page.close();
  });
});
