import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, cpSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inRoot } from "../../tools/paths.mjs";
import { buildSiteIfStale, siteFolder } from "../../tools/site.mjs";
import { violationsOf } from "./axe.ts";
import { launchChromium, whyNoChromium } from "./chromium.ts";
import { freePort } from "./serve-site.ts";

const chapter = "/operate/queues/";
const password = "correct horse battery";

/** A team's server that a test can kill and start again. */
class TeamServer {
  readonly #scratch = mkdtempSync(join(tmpdir(), "fieldbook-threads-"));
  readonly folder = join(this.#scratch, "site");
  #port = 0;
  #process: ChildProcess | undefined;
  said = "";

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  async prepare(): Promise<void> {
    await buildSiteIfStale();
    cpSync(siteFolder, this.folder, { recursive: true });
    this.#port = await freePort();
    await this.start();
  }

  async start(): Promise<void> {
    const main = inRoot("packages", "server", "src", "main.ts");
    const server = spawn(process.execPath, [main, "--folder", this.folder, "--port", String(this.#port)], {
      env: {
        ...process.env,
        FIELDBOOK_DATA: join(this.#scratch, "data"),
        FIELDBOOK_ACCOUNTS: "on",
        FIELDBOOK_URL: this.url,
        FIELDBOOK_SECRET: "only for tests, 0123456789abcdefghij",
      },
    });
    this.#process = server;
    const opened = new Promise<void>((resolve, reject) => {
      const hear = (chunk: unknown): void => {
        this.said += String(chunk);
        if (this.said.includes("Fieldbook is open")) resolve();
      };
      server.stdout.on("data", hear);
      server.stderr.on("data", hear);
      server.once("close", () => reject(new Error(this.said)));
    });
    await opened;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const ended = once(this.#process!, "close");
    this.#process!.kill(signal);
    await ended;
    this.said = "";
  }

  async close(): Promise<void> {
    await this.end("SIGKILL");
    rmSync(this.#scratch, { recursive: true, force: true });
  }
}

const server = new TeamServer();
let browser: Browser;
const contexts: BrowserContext[] = [];

/** A person in a browser of their own. */
async function enter(invitation: string, name: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  contexts.push(context);
  const page = await context.newPage();
  await page.goto(`${server.url}/invitation/`);
  await page.getByLabel("Invitation").fill(invitation);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(`${name.toLowerCase()}@example.org`);
  await page.getByLabel(/Password/).fill(password);
  await page.getByRole("button", { name: "Join" }).click();
  await page.waitForURL(`${server.url}/`);
  return page;
}

async function invite(owner: Page, role: string): Promise<string> {
  await owner.goto(`${server.url}/people/`);
  await owner.getByLabel("Role").selectOption(role);
  await owner.getByRole("button", { name: "Make an invitation" }).click();
  return (await owner.locator("[role=status] code").textContent()) ?? "";
}

/** Selects a part of the n-th paragraph of the text, as with a pointer. */
async function select(page: Page, paragraph: number, from: number, to: number): Promise<string> {
  await page.locator(".threads-head-line").waitFor();
  return page.evaluate(`(() => {
    const block = document.querySelectorAll(".sl-markdown-content > p")[${String(paragraph)}];
    const range = document.createRange();
    range.setStart(block.firstChild, ${String(from)});
    range.setEnd(block.firstChild, ${String(to)});
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    block.scrollIntoView({ block: "center" });
    return block.id;
  })()`);
}

describe.skipIf(whyNoChromium !== undefined)(
  `a discussion in the page ${whyNoChromium ?? ""}`.trim(),
  { timeout: 60_000 },
  () => {
    let ada: Page;
    let bob: Page;

    beforeAll(async () => {
      [browser] = await Promise.all([launchChromium(), server.prepare()]);
      const secret = /give this invitation: (\S+)/.exec(server.said)?.[1] ?? "";
      ada = await enter(secret, "Ada");
      bob = await enter(await invite(ada, "contributor"), "Bob");
    }, 240_000);

    afterAll(async () => {
      for (const context of contexts) await context.close();
      await browser?.close();
      await server.close();
    });

    it("begins at a sentence, and is answered by another", async () => {
      await ada.goto(server.url + chapter);
      const block = await select(ada, 1, 10, 20);
      await ada.locator(".threads-select").click();
      await ada.locator(".threads-panel textarea").fill("Is the *backlog* one, too?");
      await ada.getByRole("button", { name: "Start the thread" }).click();
      await ada.locator(".thread-post", { hasText: "Is the backlog one, too?" }).waitFor();

      await bob.goto(server.url + chapter);
      await bob.locator(`#${block} .threads-mark`).click();
      const panel = bob.locator(".threads-panel");
      await panel.getByLabel("Your answer (Markdown)").fill("It is, @ada.");
      await panel.getByRole("button", { name: "Answer" }).click();
      await panel.locator(".thread-post", { hasText: "It is, @ada." }).waitFor();
      expect(await bob.evaluate("[...CSS.highlights.get('threads')].map(String).join()")).toBe(
        "A queue is what you get when work comes at moments that nobody chose",
      );

      await ada.reload();
      await ada.locator(`#${block} .threads-mark`).click();
      await ada.locator(".thread-post", { hasText: "It is, @ada." }).waitFor();
      await ada.locator(".threads-panel").getByLabel("Reason").fill("Answered.");
      await ada.locator(".threads-panel").getByRole("button", { name: "Resolve" }).click();
      await ada.locator(".threads-panel .thread-card", { hasText: "resolved" }).waitFor();
    });

    it("quotes what was chosen, and says where a selection over two paragraphs is cut", async () => {
      await bob.goto(server.url + chapter);
      await bob.locator(".threads-head-line").waitFor();
      await bob.evaluate(`(() => {
        const [, one, two] = document.querySelectorAll(".sl-markdown-content > p");
        getSelection().setBaseAndExtent(one.firstChild, 0, two.firstChild, 9);
        one.scrollIntoView({ block: "center" });
      })()`);
      await bob.locator(".threads-select").click();
      const panel = bob.locator(".threads-panel");
      await panel.getByText("this is what you chose in the first").waitFor();
      expect(await panel.locator(".thread-quote").textContent()).toContain("A queue is what you get when work comes");
      await panel.getByRole("button", { name: "Cancel" }).click();
    });

    it("begins at a figure, with the run that it shows", async () => {
      await bob.goto(server.url + chapter);
      const claim = bob.locator("fieldbook-claim").first();
      await claim.getByRole("button", { name: "Discuss the figure" }).click();
      const panel = claim.locator(".threads-panel");
      await panel.locator("textarea").fill("What is drawn here?");
      await panel.getByRole("button", { name: "Start the thread" }).click();
      const run = panel.locator(".thread-post a", { hasText: "The run of this figure" });
      await run.waitFor();
      const id = ((await claim.getAttribute("id")) ?? "").replace("claim-", "");
      expect(await run.getAttribute("href")).toMatch(new RegExp(`^${chapter}\\?claim=${id}&seed=\\d+&.*#claim-${id}$`));
      expect(await claim.locator(".threads-claim button").allTextContents()).toEqual([
        "Discuss the claim",
        "Discuss the figure: 1 thread",
      ]);
    });

    it("loses nothing when the server is killed while one writes", async () => {
      await bob.goto(server.url + chapter);
      await select(bob, 2, 4, 12);
      await bob.locator(".threads-select").click();
      const text = bob.locator(".threads-panel textarea");
      await text.fill("This will be sent twice.");
      await server.end("SIGKILL");
      await bob.getByRole("button", { name: "Start the thread" }).click();
      await bob.locator(".thread-wrong", { hasText: "did not answer. What you wrote is kept" }).waitFor();
      expect(await text.inputValue()).toBe("This will be sent twice.");
      await server.start();
      await bob.getByRole("button", { name: "Start the thread" }).click();
      await bob.locator(".thread-post", { hasText: "This will be sent twice." }).waitFor();
      await bob.reload();
      const card = bob.locator(".threads-foot .thread-card", { hasText: "This will be sent twice" });
      await card.first().waitFor();
      expect(await card.count()).toBe(1);
    });

    it("keeps a draft over a reload", async () => {
      await bob.goto(server.url + chapter);
      await bob.getByRole("button", { name: "Start a thread about the chapter" }).click();
      await bob.locator(".threads-foot textarea").fill("Half a thought");
      await bob.reload();
      await bob.getByRole("button", { name: "Start a thread about the chapter" }).click();
      expect(await bob.locator(".threads-foot textarea").inputValue()).toBe("Half a thought");
    });

    it("is begun and left by the keyboard alone", async () => {
      await bob.goto(server.url + chapter);
      const choose = bob.getByRole("button", { name: "Choose a paragraph to discuss" });
      await choose.focus();
      await bob.keyboard.press("Enter");
      const discuss = bob.locator(".threads-choose").first();
      await discuss.focus();
      await bob.keyboard.press("Enter");
      expect(await bob.evaluate("document.activeElement.className")).toBe("threads-panel-title");
      await bob.keyboard.press("Escape");
      expect(await bob.locator(".threads-panel").count()).toBe(0);
      expect(await bob.evaluate("document.activeElement.className")).toBe("threads-choose");
    });

    it("is found by the search of the handbook", async () => {
      await bob.goto(server.url + chapter);
      await bob.keyboard.press("/");
      await bob.locator("#search-words").fill("backlog");
      await bob.locator(".search-results li", { hasText: "Is the backlog one, too?" }).waitFor();
    });

    it("follows its sentences when the chapter is rewritten beneath it", async () => {
      await server.end("SIGTERM");
      const path = join(server.folder, "published", "text.json");
      const text = readFileSync(path, "utf8");
      const edited = text
        .replace("when work comes at moments that nobody chose.", "when work comes at times that nobody chose.")
        .replace(/"revision":"[0-9a-f]{12}"/, '"revision":"0123456789ab"');
      expect(edited).not.toBe(text);
      writeFileSync(path, edited);
      await server.start();
      await ada.goto(server.url + chapter);
      const card = ada.locator(".threads-foot .thread-card", { hasText: "Is the backlog one, too?" });
      await card.locator("summary").click();
      await card.locator("ins", { hasText: "times" }).waitFor();
      await card.getByRole("button", { name: "It still stands there" }).click();
      // The list is drawn anew, its cards folded.
      await ada.getByText("the thread still stands at it").first().waitFor({ state: "attached" });
    });

    it("is read and written without JavaScript", async () => {
      const state = await bob.context().storageState();
      const context = await browser.newContext({ javaScriptEnabled: false, storageState: state });
      contexts.push(context);
      const page = await context.newPage();
      await page.goto(server.url + chapter);
      await page.getByRole("link", { name: "Discussion of this chapter" }).click();
      await page.getByRole("link", { name: "Start a thread" }).click();
      await page.getByLabel("Text, in Markdown").fill("Written without a script.");
      await page.getByRole("button", { name: "Start the thread" }).click();
      expect(await page.locator("h1").textContent()).toBe("Written without a script.");
      await page.getByLabel("Your answer, in Markdown").fill("And answered.");
      await page.getByRole("button", { name: "Post" }).click();
      expect(await page.locator(".threads-post").count()).toBe(2);
    });

    it("breaks no rule of WCAG 2.2 AA, in the page and on pages of its own", async () => {
      await ada.goto(server.url + chapter);
      const card = ada.locator(".threads-foot .thread-card").first();
      await card.locator("summary").click();
      expect(await violationsOf(ada)).toEqual([]);
      await ada.goto(`${server.url}/threads/`);
      expect(await violationsOf(ada)).toEqual([]);
      await ada.locator(".threads-list a").first().click();
      for (const path of [undefined, "/threads/new", "/account/", "/people/", "/operations/"]) {
        if (path !== undefined) await ada.goto(server.url + path);
        expect(await violationsOf(ada), path ?? ada.url()).toEqual([]);
      }
      const context = await browser.newContext();
      contexts.push(context);
      const page = await context.newPage();
      for (const path of ["/sign-in/", "/invitation/"]) {
        await page.goto(server.url + path);
        expect(await violationsOf(page), path).toEqual([]);
      }
    });

    it("is for the team alone", async () => {
      const context = await browser.newContext();
      contexts.push(context);
      const page = await context.newPage();
      await page.goto(server.url + chapter);
      expect(new URL(page.url()).pathname).toBe("/sign-in/");
    });
  },
);
