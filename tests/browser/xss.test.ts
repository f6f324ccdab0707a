import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, whyNoChromium } from "./chromium.ts";
import { serveSite } from "./serve-site.ts";
import type { ServedSite } from "./serve-site.ts";
import { payloads } from "./xss/payloads.ts";

const scratch = mkdtempSync(join(tmpdir(), "fieldbook-xss-"));
const chapter = "operate/queues";
/** So many texts in a thread, so that the pages stay readable. */
const postsOfThread = 50;

interface Said {
  readonly id: string;
  readonly url: string;
}

let site: ServedSite;
let browser: Browser;
const threads: Said[] = [];

async function send(path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${site.url}/api/v1${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
  });
  if (!response.ok) throw new Error(`${path} ${JSON.stringify(body)}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** What PostgreSQL and the API do not take: the character NUL. */
const taken = payloads.map((payload) => payload.replaceAll("\0", ""));

/** Visits a page, touches what could be touched, and tells what ran, what was asked for elsewhere, and dialogs. */
async function provoke(page: Page, path: string): Promise<readonly string[]> {
  const signs: string[] = [];
  page.on("dialog", (dialog) => {
    signs.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(site.url) && !request.url().startsWith("data:image"))
      signs.push(`asked ${request.url()}`);
  });
  await page.goto(site.url + path);
  for (const summary of await page.locator(".threads-foot summary").all()) await summary.click();
  await page.evaluate(`(async () => {
    const inPosts = [...document.querySelectorAll(".threads-post *, .thread-text *, .threads-list *, h1, .search-results *")];
    for (const element of inPosts) {
      for (const type of ["pointerenter", "mouseover", "focus", "toggle", "animationstart", "wheel", "keydown"]) {
        element.dispatchEvent(new Event(type, { bubbles: true }));
      }
      if (element.localName === "a" && !/^(https?|mailto):/.test(element.protocol)) element.click();
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  })()`);
  if ((await page.evaluate("window.ran")) !== undefined) signs.push("a script ran");
  return signs;
}

describe.skipIf(whyNoChromium !== undefined)(
  `text that tries to run ${whyNoChromium ?? ""}`.trim(),
  { timeout: 120_000 },
  () => {
    beforeAll(async () => {
      [browser, site] = await Promise.all([launchChromium(), serveSite()]);
      for (let at = 0; at < taken.length; at += postsOfThread) {
        const [first = "", ...rest] = taken.slice(at, at + postsOfThread);
        const title = first.replaceAll(/\s+/g, " ").slice(0, 190);
        const made = await send("/threads", { kind: "question", chapter, title, body: first });
        const id = String(made["id"]);
        threads.push({ id, url: `/threads/${id}/` });
        for (const body of rest) await send(`/threads/${id}/posts`, { body });
      }
      // The same texts where no Markdown is: in titles.
      for (const title of taken.slice(0, 80)) {
        await send("/threads", {
          kind: "correction",
          chapter,
          title: title.replaceAll(/\s+/g, " ").slice(0, 190),
          body: "x",
        });
      }
    }, 240_000);

    afterAll(async () => {
      await browser?.close();
      await site?.close();
      rmSync(scratch, { recursive: true, force: true });
    });

    it("is tried in at least 200 ways", () => {
      expect(new Set(taken).size).toBeGreaterThanOrEqual(200);
    });

    // Without the policy it is the sanitiser alone that holds; with it the policy stands behind it.
    it.each([true, false])("does not, in the server's pages (policy left out: %s)", async (bypassCSP) => {
      const context = await browser.newContext({ bypassCSP });
      const page = await context.newPage();
      const paths = [
        ...threads.map(({ url }) => url),
        "/threads/?size=200",
        `/threads/in/${chapter}/`,
        "/threads/new?chapter=%22%3E%3Cimg%20src=x%20onerror=window.ran=1%3E",
      ];
      for (const path of paths) expect(await provoke(page, path), path).toEqual([]);
      await context.close();
    });

    it.each([true, false])("does not, in the chapter (policy left out: %s)", async (bypassCSP) => {
      const context = await browser.newContext({ bypassCSP, viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      expect(await provoke(page, `/${chapter}/`)).toEqual([]);
      await page.keyboard.press("/");
      await page.locator("#search-words").fill("onerror");
      await page.locator(".search-group").waitFor();
      expect(await page.evaluate("window.ran")).toBeUndefined();
      await context.close();
    });

    it("does not, in a feed that a browser reads as XML", async () => {
      const context = await browser.newContext({ bypassCSP: true });
      const page = await context.newPage();
      await page.goto(site.url);
      const root = await page.evaluate(
        `fetch("/feeds/threads.atom").then((answer) => answer.text()).then((text) => new DOMParser().parseFromString(text, "application/xml").documentElement.nodeName)`,
      );
      expect(root).toBe("feed");
      await context.close();
    });

    it("is heard when it does: the test is not deaf", async () => {
      const context = await browser.newContext({ bypassCSP: true });
      const page = await context.newPage();
      await page.goto(site.url);
      const ran = await page.evaluate(`(async () => {
      document.body.insertAdjacentHTML("beforeend", ${JSON.stringify(taken.find((text) => text.startsWith("<img src=x onerror")) ?? "")});
      await new Promise((resolve) => setTimeout(resolve, 300));
      return window.ran;
    })()`);
      expect(ran).toBe(1);
      await context.close();
    });

    it("is stopped by the policy alone, should it come through", async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(site.url);
      const ran = await page.evaluate(`(async () => {
      document.body.insertAdjacentHTML("beforeend", ${JSON.stringify(taken.join("\n"))});
      await new Promise((resolve) => setTimeout(resolve, 500));
      return window.ran;
    })()`);
      expect(ran).toBeUndefined();
      await context.close();
    });
  },
);
