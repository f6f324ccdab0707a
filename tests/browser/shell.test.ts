import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { whyNoChromium } from "./chromium.ts";
import { chapterPaths, isShown, narrow, pagePaths, useSite, wide } from "./site-visits.ts";

const site = useSite();
const missing = whyNoChromium !== undefined;
const [chapter = ""] = chapterPaths;

/** At most so much script comes before the reader runs something, counted before compression. */
const mostScriptBytes = 60_000;

describe.skipIf(missing).each(pagePaths)("%s", (path) => {
  it("fits a phone: nothing scrolls sideways but what has a frame for it", async () => {
    await site.visit(path, { viewport: narrow }, async (page) => {
      const [scrolled, shown] = await page.evaluate<[number, number]>(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
      );
      expect(scrolled).toBeLessThanOrEqual(shown);
    });
  });

  it("sends little script, all of it from files", async () => {
    await site.withPage({}, async (page) => {
      const scripts: Promise<number>[] = [];
      page.on("response", (response) => {
        if (response.request().resourceType() === "script") scripts.push(response.body().then((body) => body.length));
      });
      await page.goto(site.url + path, { waitUntil: "networkidle" });
      // Reading to the end is no run yet.
      const height = await page.evaluate<number>("document.body.scrollHeight");
      for (let seen = 0; seen < height; seen += wide.height) {
        await page.mouse.wheel(0, wide.height);
        await page.waitForTimeout(20);
      }
      await page.waitForLoadState("networkidle");
      const bytes = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThanOrEqual(mostScriptBytes);
      expect(await page.locator("script:not([src])").count()).toBe(0);
    });
  });
});

it.skipIf(missing)("answers an address that leads nowhere with a page and the status for it", async () => {
  const response = await fetch(`${site.url}/nowhere/at/all`);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("There is no such page");
});

describe.skipIf(missing)("the lens", () => {
  const opening = ".sl-markdown-content > p";
  const engineersText = '.sl-markdown-content > [data-lenses="engineer"]';

  it("of the engineer shows everything", async () => {
    await site.visit(chapter, {}, async (page) => {
      for (const place of [opening, engineersText, "#for-manager", "#for-executive", "#limits", "#sources"]) {
        expect(await isShown(page, place), place).toBe(true);
      }
    });
  });

  it("of the manager leaves out the engineer's text", async () => {
    await site.visit(`${chapter}?lens=manager`, {}, async (page) => {
      for (const place of [opening, "#for-manager", "#for-executive", ".claim-place", "#limits", "#sources"]) {
        expect(await isShown(page, place), place).toBe(true);
      }
      expect(await page.locator(`${engineersText}:visible`).count()).toBe(0);
      expect(await page.locator("starlight-toc a", { hasText: "Limits" }).isVisible()).toBe(true);
      expect(await page.locator("starlight-toc a", { hasText: "The list" }).isVisible()).toBe(false);
    });
  });

  it("of the executive shows one box, the sentences of the claims and the sources", async () => {
    await site.visit(`${chapter}?lens=executive`, {}, async (page) => {
      for (const place of ["#for-executive", ".claim-place", "#sources"]) {
        expect(await isShown(page, place), place).toBe(true);
      }
      for (const place of [opening, "#for-manager", "#limits", ".claim-place :is(form, figure, svg)"]) {
        expect(await page.locator(`${place}:visible`).count(), place).toBe(0);
      }
    });
  });

  it("is chosen by keyboard, stays in the book's links, and goes back with the browser's history", async () => {
    await site.visit(chapter, {}, async (page) => {
      await page.locator('[data-lens-choice="engineer"]').focus();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      expect(new URL(page.url()).search).toBe("?lens=manager");
      expect(await isShown(page, engineersText)).toBe(false);
      expect(await page.locator('[aria-current="true"][data-lens-choice]').textContent()).toContain("Manager");
      const toNext = page.locator('.pagination-links [rel="next"]');
      expect(await toNext.getAttribute("href")).toContain("?lens=manager");
      await toNext.click();
      await page.waitForURL(/operate\/queues/);
      expect(await page.evaluate("document.documentElement.dataset.lens")).toBe("manager");
      await page.goBack();
      await page.goBack();
      expect(new URL(page.url()).search).toBe("");
      expect(await isShown(page, engineersText)).toBe(true);
    });
  });

  it("gives way to a link that leads to what it leaves out", async () => {
    await site.visit(`${chapter}?lens=executive#limits`, {}, async (page) => {
      expect(await isShown(page, "#limits")).toBe(true);
      expect(new URL(page.url()).search).toBe("");
    });
  });

  it("hides nothing where there is no script", async () => {
    await site.visit(`${chapter}?lens=executive`, { javaScriptEnabled: false }, async (page) => {
      for (const place of [opening, engineersText, "#for-manager", "#limits"]) {
        expect(await isShown(page, place), place).toBe(true);
      }
      expect(await isShown(page, ".lens-switch")).toBe(false);
    });
  });
});

it.skipIf(missing)("shows review and verification of a chapter as two dates", async () => {
  await site.visit(chapter, {}, async (page) => {
    const status = page.locator(".chapter-status");
    expect(await status.locator("dt").allTextContents()).toEqual(["Ring", "Reviewed", "Verified"]);
    expect(await status.locator("dd").nth(1).textContent()).toMatch(/\d{4}-\d\d-\d\d, due\s+\d{4}-\d\d-\d\d/);
    expect(await status.locator("dd").nth(2).textContent()).toMatch(
      /(\d{4}-\d\d-\d\d, \d+ of|not yet).*By machines: engine \d/s,
    );
  });
});

it.skipIf(missing)("finds a word, by keyboard alone, and leads to its section", async () => {
  await site.visit("/?lens=manager", {}, async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("hysteresis");
    const result = page.locator(".search-results a").first();
    await result.waitFor();
    expect(await page.locator(".search-count").textContent()).toMatch(
      /^\d+ pages? (was|were) found for “hysteresis”\.$/,
    );
    expect(await page.locator(".search-results mark").first().textContent()).toMatch(/hysteresis/i);
    await page.locator("#search-words").fill("qqqq");
    await page.getByText("Nothing was found for “qqqq”.").waitFor();
    await page.locator("#search-words").fill("hysteresis");
    await result.waitFor();
    const href = (await result.getAttribute("href")) ?? "";
    expect(href).toContain("lens=manager");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname !== "/");
    expect(await page.locator("main").textContent()).toMatch(/hysteresis/i);
  });
});

it.skipIf(missing)("prints ink on white, without what only a screen can use", async () => {
  await site.visit(chapter, { colorScheme: "dark" }, async (page) => {
    await page.emulateMedia({ media: "print" });
    for (const place of [".sidebar", ".right-sidebar", ".lens-switch", ".search-open", ".pagination-links"]) {
      expect(await isShown(page, place), place).toBe(false);
    }
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(0, 0, 0)");
    expect(await isShown(page, "#for-manager")).toBe(true);
  });
});

describe.skipIf(missing)("the colours", () => {
  const isDark = async (page: Page): Promise<boolean> => {
    const colour = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
    return red + green + blue < 384;
  };

  it.each([true, false])("are the system's, whether scripts run (%s)", async (javaScriptEnabled) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await site.visit("/", { javaScriptEnabled, colorScheme }, async (page) => {
        expect(await isDark(page)).toBe(colorScheme === "dark");
      });
    }
  });

  it("can be chosen, and stay so on the next page", async () => {
    await site.visit("/", { colorScheme: "light" }, async (page) => {
      await page.locator("[data-colours-select]:visible").selectOption("dark");
      expect(await isDark(page)).toBe(true);
      await page.goto(site.url + chapter);
      expect(await isDark(page)).toBe(true);
      expect(await page.locator("[data-colours-select]:visible").inputValue()).toBe("dark");
    });
  });
});
