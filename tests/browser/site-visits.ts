import { claims } from "@fieldbook/book";
import { bookFolder } from "@fieldbook/book/folder";
import { assembleBook, chapterUrl } from "@fieldbook/content";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { launchChromium, whyNoChromium } from "./chromium.ts";
import { serveSite } from "./serve-site.ts";
import type { ServedSite } from "./serve-site.ts";

const { parts } = assembleBook(bookFolder, claims);

/** Every chapter. */
export const chapterPaths = parts.flatMap((part) => part.chapters).map(({ id }) => chapterUrl(id));

/** One page of each kind: what is built of the same parts has the same faults. */
export const kindsOfPages = [
  "/",
  "/operate/ducks-in-a-row/",
  "/physics/consistency-models/",
  "/robust/overload/",
  "/lab/",
  "/lab/quorum-register/",
  "/glossary/",
  "/radar/",
  "/404.html",
];

const generatedPages = ["/changes/", "/due/", "/summary/", "/checklist/", "/versions/", "/versions/operate/queues/"];

/** Every page of the handbook but the systems', which are alike, with one of these, and the one for what is not found. */
export const pagePaths = [...new Set([...kindsOfPages, ...chapterPaths, "/sources/", ...generatedPages])];

export const wide = { width: 1280, height: 900 };
export const narrow = { width: 390, height: 844 };

/** Said by the browser's driver where a test keeps no copies of pages. */
const workerIsBlocked = "Service Worker registration blocked by Playwright";

export interface VisitOptions extends BrowserContextOptions {
  /**
   * All script files come empty. To the page this is the same as a browser without JavaScript, since pages hold no
   * inline script; but axe, which needs timers, can run.
   */
  readonly withoutScripts?: boolean;
}

/** The browser and the served handbook of one file of tests. */
export class SiteVisits {
  #browser: Browser | undefined;
  #site: ServedSite | undefined;

  /** The address of the site, without a slash at its end. */
  get url(): string {
    if (this.#site === undefined) throw new Error("The site is served while tests run.");
    return this.#site.url;
  }

  async open(): Promise<void> {
    [this.#browser, this.#site] = await Promise.all([launchChromium(), serveSite()]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#browser?.close(), this.#site?.close()]);
  }

  /** Gives the action an empty page of its own. Complaints of its console fail the test. */
  async withPage(options: VisitOptions, act: (page: Page) => Promise<void>): Promise<void> {
    if (this.#browser === undefined) throw new Error("The browser runs while tests do.");
    const { withoutScripts = false, ...contextOptions } = options;
    const context = await this.#browser.newContext({ viewport: wide, serviceWorkers: "block", ...contextOptions });
    const empty = { contentType: "text/javascript", body: "" };
    if (withoutScripts) await context.route("**/*.js", (route) => route.fulfill(empty));
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.text() === workerIsBlocked) return;
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    try {
      await act(page);
    } finally {
      await context.close();
    }
    expect(complaints).toEqual([]);
  }

  /** Opens a page of the site for the time of the action. */
  async visit(path: string, options: VisitOptions, act: (page: Page) => Promise<void>): Promise<void> {
    await this.withPage(options, async (page) => {
      await page.goto(this.url + path);
      await act(page);
    });
  }
}

/** Opens browser and site before the tests of a file and closes them after. */
export function useSite(): SiteVisits {
  const visits = new SiteVisits();
  beforeAll(async () => {
    if (whyNoChromium === undefined) await visits.open();
  }, 120_000);
  afterAll(() => visits.close());
  return visits;
}

export const isShown = (page: Page, selector: string): Promise<boolean> => page.locator(selector).first().isVisible();
