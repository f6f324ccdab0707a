import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inRoot } from "../../tools/paths.mjs";
import { violationsOf } from "./axe.ts";
import { launchChromium, whyNoChromium } from "./chromium.ts";
import { serveFolder } from "./serve-site.ts";
import type { ServedSite } from "./serve-site.ts";

const example = inRoot("editions", "beacon-wireless");
const scratch = mkdtempSync(join(tmpdir(), "fieldbook-edition-site-"));
const built = join(scratch, "site");

function fieldbook(...args: string[]) {
  const main = inRoot("packages", "cli", "src", "main.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  return { status, said: stdout + stderr };
}

describe.skipIf(whyNoChromium !== undefined)("an edition of the handbook", () => {
  let browser: Browser | undefined;
  let site: ServedSite | undefined;

  beforeAll(async () => {
    expect(fieldbook("edition", "build", example, "-o", built)).toMatchObject({ status: 0 });
    [browser, site] = await Promise.all([launchChromium(), serveFolder(built)]);
  }, 180_000);

  afterAll(async () => {
    await Promise.all([browser?.close(), site?.close()]);
    rmSync(scratch, { recursive: true, force: true });
  });

  async function visit(path: string, act: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser!.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(site!.url + path);
    await act(page);
    await context.close();
  }

  it("says which claims hold at its own numbers and which do not, without a script", async () => {
    await visit("/edition/", async (page) => {
      const table = page.locator("table").first();
      expect(await table.textContent()).toContain("dependencies 35 (the handbook has 20)");
      expect(await table.getByText("does not hold").count()).toBe(1);
    });
    await visit("/operate/fleet/", async (page) => {
      const claim = page.locator("#claim-short-queue-brings-the-fleet-back");
      expect(await claim.locator(".claim-here").textContent()).toMatch(
        /^At the numbers of Beacon Wireless Handbook it does not hold: violated in all 30 runs.*At the handbook’s own numbers it is proved/s,
      );
      expect(await claim.locator(".claim-head").textContent()).toContain("not verified");
      expect(await page.locator(".chapter-status").textContent()).toContain("5 of 6 claims");
      expect(await page.locator("#for-manager").textContent()).toMatch(/5\s?s \(here 20 s\)/);
    });
  });

  it("marks each passage of its own with who, why and what the handbook says", async () => {
    await visit("/operate/ducks-in-a-row/", async (page) => {
      const own = page.locator('[data-origin="edition"]');
      expect(await own.allTextContents()).toEqual([expect.stringContaining("into the catalogue of services")]);
      const note = page.locator(".edition-note").first();
      expect(await note.textContent()).toContain("Beacon Wireless Handbook: says this instead of the handbook.");
      expect(await note.textContent()).toContain("write down the evidence and its date.");
    });
  });

  it("has its page, its rings, and not what it leaves out", async () => {
    await visit("/operate/two-regions/", async (page) => {
      expect(await page.locator(".chapter-status .ring").textContent()).toBe("pilot");
      expect(await page.locator("fieldbook-claim .claim-verified").count()).toBe(1);
    });
    expect((await fetch(`${site!.url}/physics/consistency-models/`)).status).toBe(404);
    expect((await fetch(`${site!.url}/radar/`).then((answer) => answer.text())).includes("paved road")).toBe(true);
  });

  it("has no violation of WCAG 2.2 AA on its pages", async () => {
    for (const path of ["/edition/", "/operate/fleet/", "/operate/two-regions/"]) {
      const page = await browser!.newPage();
      await page.goto(site!.url + path);
      expect(await violationsOf(page)).toEqual([]);
      await page.close();
    }
  });
});

describe("fieldbook edition", () => {
  it("makes one that builds as it is, and refuses to write over it", () => {
    const folder = join(scratch, "our-handbook");
    expect(fieldbook("edition", "new", folder, "--owner", "We")).toMatchObject({ status: 0 });
    expect(fieldbook("edition", "status", folder).said).toContain("Our handbook: 0 overrides");
    expect(fieldbook("edition", "new", folder)).toMatchObject({ status: 2 });
  });

  it("builds nothing from an edition that is wrong, and names file and line", () => {
    const folder = join(scratch, "wrong");
    cpSync(example, folder, { recursive: true });
    writeFileSync(join(folder, "run.ts"), "process.exit()");
    const { status, said } = fieldbook("edition", "build", folder, "-o", join(scratch, "nothing"));
    expect(status).toBe(2);
    expect(said).toContain("wrong/run.ts:1: An edition is data and runs no code.");
    expect(existsSync(join(scratch, "nothing"))).toBe(false);
    expect(readdirSync(scratch).filter((name) => name.startsWith("nothing"))).toEqual([]);
  });

  it("shows then, now and ours of what has changed beneath it, and exits 1", () => {
    const folder = join(scratch, "older");
    cpSync(example, folder, { recursive: true });
    const pin = "1a25d49b7923";
    const plan = join(folder, "edition.yaml");
    // As if it had been written for an older text of the handbook.
    const old = "What it said before.";
    const oldPin = createHash("sha256").update(`paragraph\n${old}`).digest("hex").slice(0, 12);
    writeFileSync(plan, readFileSync(plan, "utf8").replace(new RegExp(`pin: "?${pin}"?`), `pin: "${oldPin}"`));
    writeFileSync(join(folder, "base", `${oldPin}.txt`), old);
    const { status, said } = fieldbook("edition", "status", folder);
    expect(status).toBe(1);
    expect(said).toMatch(
      /base changed.*base then\n\s+What it said before\.\n\s+base now\n\s+For each line, write down.*ours/s,
    );
  });
});
