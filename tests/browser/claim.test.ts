import { claims } from "@fieldbook/book";
import type { AxeResults } from "axe-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, whyNoChromium } from "./chromium.ts";
import { serveSite } from "./serve-site.ts";
import type { ServedSite } from "./serve-site.ts";

const chapter = "/physics/consistency-models/";
const id = "overlapping-quorums-are-not-linearizable";
const claimed = claims.find((claim) => claim.id === id)!;
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const why = whyNoChromium ?? "";

describe.skipIf(why !== "")(`a live claim ${why}`.trim(), () => {
  let browser: Browser;
  let site: ServedSite;
  let page: Page;
  let claim: Locator;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launchChromium(), serveSite()]);
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  }, 120_000);

  afterAll(async () => {
    await Promise.all([browser.close(), site.close()]);
  });

  async function open(query = ""): Promise<void> {
    await page.goto(`${site.url}${chapter}${query}`);
    claim = page.locator(`#claim-${id}`);
    await claim.scrollIntoViewIfNeeded();
    await claim.and(page.locator("[data-live]")).waitFor();
  }

  const verdict = (): Locator => claim.locator(".claim-verdict").first();
  const found = (): Locator => claim.locator(".claim-found");
  const alert = (): Locator => claim.locator(".claim-alert");
  const button = (name: string | RegExp): Locator => claim.getByRole("button", { name });
  const done = (): Promise<void> => claim.getByText(/^Done: /).waitFor();

  it("runs at a click: a verdict, the figure, then the finding over many seeds", async () => {
    await open();
    await page.waitForTimeout(500);
    // Measured in the page, and printed for whoever reads the log: it asserts nothing.
    const milliseconds = await claim.evaluate(async (element) => {
      const began = performance.now();
      element.querySelector<HTMLButtonElement>(".claim-run")!.click();
      while (!/in the run of seed/.test(element.querySelector(".claim-verdict")?.textContent ?? "")) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return performance.now() - began;
    });
    process.stdout.write(`first verdict of a default claim: ${milliseconds.toFixed(0)} ms after the click\n`);
    await done();
    expect(await verdict().textContent()).toMatch(/violated in the run of seed \d+\. The read of/);
    expect(await found().textContent()).toMatch(/^violated in \d+ of 2,000 runs \(\d\.\d % to \d\.\d %\)/);
    expect(await claim.locator("svg.figure-space-time").count()).toBeGreaterThan(0);
  });

  it("answers the guess", async () => {
    await open();
    await claim.getByRole("radio").nth(claimed.guess.answer).check();
    await button("Run").click();
    await done();
    expect(await claim.locator(".guess-answer").textContent()).toBe("You guessed it.");
  });

  it("takes the mechanism away and puts it back", async () => {
    await open();
    const control = button(claimed.control.label);
    await control.click();
    await done();
    expect(await control.getAttribute("aria-pressed")).toBe("true");
    expect(await found().textContent()).toMatch(/^held in all 2,000 runs/);
    await control.click();
    await claim.getByText(/^Done: violated/).waitFor();
    expect(await control.getAttribute("aria-pressed")).toBe("false");
  });

  it("gives a link that reproduces exactly this run", async () => {
    await open();
    await claim.getByLabel("share of writes").fill("50");
    await claim.getByLabel("seed", { exact: true }).fill("123");
    await button("Run").click();
    await done();
    const hash = await claim.locator(".claim-hash").textContent();
    await button("Link to this run").click();
    await claim.getByText("The link is in the address bar").waitFor();
    const link = page.url();
    expect(link).toContain("seed=123");
    const other = await browser.newPage();
    await other.goto(link);
    await other.locator(`#claim-${id} .claim-hash`).waitFor();
    expect(await other.locator(`#claim-${id} .claim-hash`).textContent()).toBe(hash);
    await other.close();
    // The same run outside the browser.
    const run = claimed.experiment.run({ ...claimed.parameters, writes: 50 }, 123);
    expect(hash).toContain(run.traceHash);
  });

  it.each([
    [`?claim=${id}&nodes=99`, 'Parameter "nodes" takes a whole number from 1 to 7; got 99.'],
    [`?claim=${id}&seed=minus`, 'A seed is a whole number from 0 to 4294967295; the link has "minus".'],
    [`?claim=${id}&read=7&nodes=3`, "A read quorum of 7 needs as many nodes; there are 3."],
  ])("says what is wrong with the link %s, and goes on working", async (query, message) => {
    await open(query);
    await alert().filter({ hasText: message }).waitFor();
    await claim.getByLabel("read quorum").fill("2");
    await button("Run").click();
    await done();
    expect(await alert().textContent()).toBe("");
  });

  it("says when a link asks for a claim that is not on the page", async () => {
    await page.goto(`${site.url}${chapter}?claim=<b>nothing</b>`);
    await page
      .getByRole("alert")
      .filter({ hasText: 'the claim "<b>nothing</b>", which is not on this page' })
      .waitFor();
  });

  it("says at the knob what is wrong with a value, and moves there", async () => {
    await open();
    const nodes = claim.getByLabel("nodes", { exact: true });
    await nodes.fill("99");
    await button("Run").click();
    expect(await nodes.getAttribute("aria-invalid")).toBe("true");
    await claim.getByText('Parameter "nodes" takes a whole number from 1 to 7; got 99.').waitFor();
    expect(await nodes.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it("cancels a campaign and keeps the focus", async () => {
    await page.goto(`${site.url}/robust/metastable-failure/`);
    claim = page.locator("fieldbook-claim").first();
    await claim.scrollIntoViewIfNeeded();
    await claim.and(page.locator("[data-live]")).waitFor();
    await button("Run").click();
    await button("Cancel").click();
    await claim.getByText("Cancelled.").waitFor();
    expect(await claim.locator("progress").isHidden()).toBe(true);
    expect(await button("Run").evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it("works from the keyboard alone: run, then step through the figure's time", async () => {
    await open();
    await button("Run").focus();
    await page.keyboard.press("Enter");
    await done();
    const slider = claim.getByRole("slider");
    const held = (): Promise<string | null> => claim.locator(".figure-held").textContent();
    const before = await held();
    await slider.focus();
    await page.keyboard.press("Home");
    expect(await held()).not.toBe(before);
  });

  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const)("has no violation of WCAG 2.2 AA after a run, %s, %i px", async (colorScheme, width) => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    page = await context.newPage();
    await open();
    await button("Run").click();
    await done();
    await claim.locator("details").evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));
    await page.evaluate(axeSource);
    const options = { runOnly: { type: "tag", values: wcag }, resultTypes: ["violations"] };
    const { violations } = await page.evaluate<AxeResults>(`axe.run("#claim-${id}", ${JSON.stringify(options)})`);
    expect(
      violations.flatMap(({ id: rule, nodes }) => nodes.map(({ html }) => `${rule}: ${html.slice(0, 160)}`)),
    ).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await context.close();
  });
});
