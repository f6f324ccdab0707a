import { findSystem, huntMutant, readCounterexample, replayCounterexample, runSystem } from "@fieldbook/lab";
import type { AxeResults, RunOptions } from "axe-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { whyNoChromium } from "./chromium.ts";
import type { VisitOptions } from "./site-visits.ts";
import { narrow, useSite, wide } from "./site-visits.ts";
import { alert, bars, button, choose, run, setSeed, settled, traces, verdict } from "./workbench-parts.ts";

const site = useSite();

const path = "/lab/two-phase-commit/";
const system = findSystem("two-phase-commit");
const mutant = system.mutants[0]!.id;
/** The first run of the default campaign that the mutant fails. */
const failing = huntMutant(system, mutant, () => true).found!.seed;
const calmSeed = 1;

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const axeOptions: RunOptions = {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
  resultTypes: ["violations"],
};

describe.skipIf(whyNoChromium !== undefined)(`the workbench ${whyNoChromium ?? ""}`.trim(), () => {
  const visit = (act: (bench: Locator, page: Page) => Promise<void>, hash = "", options: VisitOptions = {}) =>
    site.visit(path + hash, options, async (page) => {
      page.setDefaultTimeout(10_000);
      await act(page.locator("fieldbook-workbench"), page);
    });

  /** Runs the mutant where it fails. */
  async function fail(bench: Locator): Promise<void> {
    await setSeed(bench, failing);
    await choose(bench, "run", mutant);
    await verdict(bench).filter({ hasText: "violated" }).waitFor();
    await settled(bench);
  }

  it("runs the system, and comes to the trace that the engine comes to here", async () => {
    await visit(async (bench) => {
      await run(bench, calmSeed);
      expect(await verdict(bench).innerText()).toContain("holds");
      expect(await traces(bench)).toEqual([runSystem(system, { seed: calmSeed }).run.traceHash]);
      expect(await bench.locator(".wb-runs").getByRole("img").first().isVisible()).toBe(true);
    });
  });

  it("says which property a mutant violates", async () => {
    await visit(async (bench) => {
      await fail(bench);
      const here = runSystem(system, { mutant, seed: failing });
      expect(await verdict(bench).innerText()).toContain(here.property);
      expect(await traces(bench)).toEqual([here.run.traceHash]);
    });
  });

  it("refuses a number out of range, names the field and runs nothing", async () => {
    await visit(async (bench, page) => {
      const nodes = bench.getByLabel("nodes", { exact: true });
      await nodes.fill("99");
      await button(bench, "Run").click();
      expect(await alert(bench).innerText()).toContain("nodes: a whole number from");
      expect(await nodes.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true);
      expect(await page.locator(".wb-runs .wb-verdict").count()).toBe(0);
    });
  });

  describe("edits faults", () => {
    it("with arrow keys: it runs again at once, the focus stays, and taking it back brings the first trace back", async () => {
      await visit(async (bench, page) => {
        await run(bench, calmSeed);
        const [before] = await traces(bench);
        const bar = bars(bench).first();
        await bar.focus();
        const placed = await bar.getAttribute("style");
        await page.keyboard.press("ArrowLeft");
        await bench.getByText("the edit").first().waitFor();
        await settled(bench);
        expect(await bars(bench).first().getAttribute("style")).not.toBe(placed);
        expect(
          await bars(bench)
            .first()
            .evaluate((one) => one === one.ownerDocument.activeElement),
        ).toBe(true);
        await page.keyboard.press("ArrowRight");
        await settled(bench);
        expect(await bars(bench).first().getAttribute("style")).toBe(placed);
        expect(await traces(bench)).toEqual([before]);
      });
    });

    it("and says up to when the run is as it was before", async () => {
      await visit(async (bench) => {
        await run(bench, calmSeed);
        await bench.locator(".wb-adder select").first().selectOption("crash");
        await button(bench, "Add").click();
        await bench.getByText("the edit").waitFor();
        const told = await bench.locator(".claim-status").first().innerText();
        const since = Number(/Up to ([\d.]+) ms the run is as it was/.exec(told)?.[1]);
        const { healedAt } = system.plan({}, calmSeed);
        expect(since).toBeGreaterThanOrEqual(healedAt / 4 / 1_000);
        expect(since).toBeLessThan(healedAt / 2 / 1_000);
      });
    });

    it("by the values of a fault, and back to those of the seed", async () => {
      await visit(async (bench) => {
        await run(bench, calmSeed);
        const [before] = await traces(bench);
        const count = await bars(bench).count();
        await bench.locator(".wb-adder select").first().selectOption("loss");
        await button(bench, "Add").click();
        await settled(bench);
        const values = bench.locator(".wb-values").last();
        await values.locator("summary").click();
        const rate = values.getByLabel("rate, messages in a million");
        await rate.fill("1000000");
        await rate.press("Enter");
        await settled(bench);
        const [lost] = await traces(bench);
        await rate.fill("2000000");
        await rate.press("Enter");
        await alert(bench).filter({ hasText: '"rate" is a whole number from 0 to 1000000' }).waitFor();
        expect(await traces(bench)).toEqual([lost]);
        await button(bench, "Back to the faults of the seed").click();
        await settled(bench);
        expect(await bars(bench).count()).toBe(count);
        expect(await traces(bench)).toEqual([before]);
        expect(lost).not.toBe(before);
      });
    });

    it("which stay when another system is put beside", async () => {
      await visit(async (bench) => {
        await choose(bench, "weather", "calm");
        await settled(bench);
        await bench.locator(".wb-adder select").first().selectOption("crash");
        await button(bench, "Add").click();
        await settled(bench);
        await choose(bench, "beside", mutant);
        await bench.locator(".wb-difference").waitFor();
        await settled(bench);
        expect(await bars(bench).count()).toBe(1);
      });
    });

    it("by dragging a bar", async () => {
      await visit(async (bench, page) => {
        await run(bench, calmSeed);
        const bar = bars(bench).last();
        const placed = await bar.getAttribute("style");
        await bar.scrollIntoViewIfNeeded();
        const box = (await bar.boundingBox())!;
        const track = (await bar.locator("xpath=..").boundingBox())!;
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        await page.mouse.move(x, y);
        await page.mouse.down();
        await page.mouse.move(x < track.x + track.width / 2 ? x + 40 : x - 40, y, { steps: 4 });
        await page.mouse.up();
        await settled(bench);
        expect(await bars(bench).last().getAttribute("style")).not.toBe(placed);
        expect(await bench.locator(".claim-status").first().innerText()).toContain("the edit");
      });
    });

    it("one more, exactly timed, and one less", async () => {
      await visit(async (bench) => {
        await choose(bench, "weather", "calm");
        await verdict(bench).waitFor();
        await settled(bench);
        expect(await bars(bench).count()).toBe(0);
        const [calm] = await traces(bench);
        await bench.locator(".wb-adder select").first().selectOption("crash");
        await button(bench, "Add").click();
        await settled(bench);
        expect(await bars(bench).count()).toBe(1);
        const [crashed] = await traces(bench);
        expect(crashed).not.toBe(calm);
        const from = bench.locator(".wb-lanes input[type=number]").first();
        await from.fill("100");
        await from.press("Enter");
        await settled(bench);
        const [earlier] = await traces(bench);
        expect(earlier).not.toBe(crashed);
        await button(bench, /^Remove/).click();
        await settled(bench);
        expect(await bars(bench).count()).toBe(0);
        expect(await traces(bench)).toEqual([calm]);
      });
    });
  });

  it("sets the correct system beside the mutant, under the same weather, and names where they part", async () => {
    await visit(async (bench) => {
      await fail(bench);
      await choose(bench, "beside", "correct");
      const difference = bench.locator(".wb-difference");
      await difference.waitFor();
      await settled(bench);
      expect(await difference.innerText()).toMatch(/equal lines they part at [\d.]+ ms: in “.*; in “/);
      const verdicts = await bench.locator(".wb-runs .wb-verdict").allInnerTexts();
      expect(verdicts.map((text) => /violated|holds/.exec(text)?.[0])).toEqual(["violated", "holds"]);
      const plan = system.plan({ mutant, nodes: system.nodes.default }, failing);
      const { mutant: _, ...correct } = plan;
      expect(await traces(bench)).toEqual([
        system.run(plan, failing).run.traceHash,
        system.run(correct, failing).run.traceHash,
      ]);
    });
  });

  it("shrinks what fails, says why each part is needed, and saves a file that replays the same run", async () => {
    await visit(async (bench, page) => {
      await fail(bench);
      await button(bench, "Shrink").click();
      const story = bench.locator(".wb-story li");
      await story.first().waitFor({ timeout: 20_000 });
      expect(await story.count()).toBeLessThanOrEqual(30);
      const [download] = await Promise.all([page.waitForEvent("download"), button(bench, /Save/).click()]);
      const text = readFileSync(await download.path(), "utf8");
      const counterexample = readCounterexample(text);
      const { match, result } = replayCounterexample(system, counterexample, counterexample.code);
      expect([match, result.verdict]).toEqual(["same", "violated"]);
      // The page opens what it saved.
      const files = [{ name: "it.json", mimeType: "application/json", buffer: Buffer.from(text) }];
      await bench.locator("input[type=file]").setInputFiles(files);
      await bench.getByText("The same run, event for event.").first().waitFor();
      await settled(bench);
    });
  });

  it("shrinks from other seeds too, to no more events than from the shown one", async () => {
    const other = "/lab/primary-backup/";
    await site.visit(other, {}, async (page) => {
      const bench = page.locator("fieldbook-workbench");
      const [mistake] = findSystem("primary-backup").mutants;
      const found = huntMutant(findSystem("primary-backup"), mistake!.id, () => true).found!;
      await setSeed(bench, found.seed);
      await choose(bench, "run", mistake!.id);
      const told = bench.locator("section.wb-small");
      const eventsOf = async (): Promise<number> => Number(/: ([\d,]+) events/.exec(await told.innerText())?.[1]);
      await button(bench, "Shrink").click();
      await told.getByText("replays").waitFor();
      await settled(bench);
      const alone = await eventsOf();
      await button(bench, "Shrink from other seeds too").click();
      await bench.getByText(/^Shrinking/).waitFor();
      await settled(bench);
      const widely = await eventsOf();
      expect(widely).toBeGreaterThan(0);
      expect(widely).toBeLessThanOrEqual(alone);
    });
  });

  it("needs at most 60 KB of script before a run", async () => {
    await visit(async (_bench, page) => {
      await page.waitForLoadState("networkidle");
      const bytes = await page.evaluate<number>(
        "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)",
      );
      expect(bytes).toBeGreaterThan(10_000);
      expect(bytes).toBeLessThanOrEqual(60 * 1_024);
    });
  });

  it.each([
    ["{", "It is not JSON"],
    [`{"format":"other"}`, '"format" is "other"'],
  ])("says what is wrong with a file that holds %s", async (text, message) => {
    await visit(async (bench) => {
      const files = [{ name: "it.json", mimeType: "application/json", buffer: Buffer.from(text) }];
      await bench.locator("input[type=file]").setInputFiles(files);
      await alert(bench).filter({ hasText: message }).waitFor();
    });
  });

  it("makes a link that leads to the same run with the same faults", async () => {
    let link = "";
    let trace: string[] = [];
    await visit(async (bench, page) => {
      await fail(bench);
      await button(bench, /^Remove/)
        .first()
        .click();
      await settled(bench);
      trace = await traces(bench);
      await button(bench, "Link to this run").click();
      await bench.getByText("in the address bar").waitFor();
      link = new URL(page.url()).hash;
    });
    await visit(async (bench) => {
      await verdict(bench).waitFor();
      await settled(bench);
      expect(await traces(bench)).toEqual(trace);
      expect(await bench.getByLabel("seed", { exact: true }).inputValue()).toBe(String(failing));
    }, link);
    // The same where only what stands behind the # changes, and the page stays.
    await visit(async (bench, page) => {
      await page.evaluate(`location.hash = ${JSON.stringify(link)}`);
      await verdict(bench).waitFor();
      await settled(bench);
      expect(await traces(bench)).toEqual(trace);
    });
  });

  it.each([
    ["#run=abc", "The link is not whole"],
    [
      `#run=${Buffer.from(JSON.stringify({ system: "raft" })).toString("base64url")}`,
      'The link is of the system "raft"',
    ],
    [
      `#run=${Buffer.from(JSON.stringify({ system: system.id, nodes: 99 })).toString("base64url")}`,
      "The link's nodes: a whole number from",
    ],
  ])("says what is wrong with the link %s", async (hash, message) => {
    await visit(async (bench) => {
      await alert(bench).filter({ hasText: message }).waitFor();
    }, hash);
  });

  it("has a campaign that shows each violation's run, and can be cancelled", async () => {
    await visit(async (bench) => {
      await setSeed(bench, 1);
      await choose(bench, "run", mutant);
      await settled(bench);
      await button(bench, /^Campaign/).click();
      const violation = bench.locator(".wb-violations button").first();
      await violation.waitFor();
      await button(bench, "Cancel the campaign").click();
      await bench.getByText("Cancelled; this is what was found until then.").waitFor();
      expect(await button(bench, "Run").evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
      const told = await bench.locator(".wb-campaign .wb-verdict").innerText();
      expect(told).toMatch(/violated in [\d,]+ of [\d,]+ runs/);
      expect(await violation.innerText()).toBe(`Seed ${String(failing)}`);
      await violation.click();
      await verdict(bench).filter({ hasText: "violated" }).waitFor();
      expect(await bench.getByLabel("seed", { exact: true }).inputValue()).toBe(String(failing));
    });
  });

  it("is readable without script: one run drawn, and the text", async () => {
    await visit(
      async (bench, page) => {
        expect(await bench.getByRole("img").first().isVisible()).toBe(true);
        expect(await bench.locator("button, input, select").count()).toBe(0);
        expect(await page.locator("main").innerText()).toContain(system.mutants[0]!.says);
      },
      "",
      { javaScriptEnabled: false },
    );
  });

  describe("has no violation of WCAG 2.2 AA after a run, and does not scroll sideways", () => {
    const variants = (["light", "dark"] as const).flatMap((colorScheme) =>
      [wide, narrow].map(
        (viewport) => [`${colorScheme} ${String(viewport.width)} px`, { colorScheme, viewport }] as const,
      ),
    );
    it.each(variants)("%s", async (_name, options) => {
      await visit(
        async (bench, page) => {
          await fail(bench);
          await choose(bench, "beside", "correct");
          await bench.locator(".wb-difference").waitFor();
          await page.evaluate(axeSource);
          const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(axeOptions)})`);
          expect(
            violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`)),
          ).toEqual([]);
          const sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
          expect(await page.evaluate<number>(sideways)).toBeLessThanOrEqual(0);
        },
        "",
        options,
      );
    });
  });
});
