import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { whyNoChromium } from "./chromium.ts";
import { useSite } from "./site-visits.ts";

const site = useSite();

it.skipIf(whyNoChromium !== undefined)(
  "opens without a network after the first visit, and runs claims there",
  async () => {
    await site.visit("/operate/queues/", { serviceWorkers: "allow" }, async (page) => {
      const kept = `(async () => {
      const [name] = (await caches.keys()).filter((one) => one.startsWith("fieldbook-"));
      return name === undefined ? 0 : (await (await caches.open(name)).keys()).length;
    })()`;
      const { files } = await page.evaluate<{ files: number }>(`fetch("/offline.js").then((answer) => answer.text())
      .then((text) => ({ files: JSON.parse(/const files = (.*);/.exec(text)[1]).length }))`);
      expect(files).toBeGreaterThan(60);
      await expect.poll(() => page.evaluate<number>(kept), { timeout: 15_000 }).toBeGreaterThanOrEqual(files);
      await page.context().setOffline(true);
      await page.goto(`${site.url}/robust/overload/`);
      expect(await page.locator("h1").textContent()).toBe("Overload, layer by layer");
      const claim = page.locator("fieldbook-claim").first();
      await claim.scrollIntoViewIfNeeded();
      await claim.getByRole("button", { name: "Run", exact: true }).click();
      await claim.getByText("Over seeds 1 to").first().waitFor();
      await page.context().setOffline(false);
    });
  },
);

it.skipIf(whyNoChromium !== undefined)("keeps nothing that the server marks as private", async () => {
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await fetch(site.url + (request.url ?? "/"), { headers: { "Accept-Encoding": "identity" } });
      const headers = Object.fromEntries([...answer.headers].filter(([name]) => !/length|encoding/.test(name)));
      response.writeHead(answer.status, { ...headers, "cache-control": "private, no-cache" });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await site.withPage({ serviceWorkers: "allow" }, async (page) => {
    await page.goto(`http://127.0.0.1:${String(port)}/operate/queues/`);
    await expect.poll(() => page.evaluate<boolean>("navigator.serviceWorker.controller !== null")).toBe(true);
    await page.reload();
    const kept = await page.evaluate<number>(
      `caches.keys().then((names) => Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).length)))
        .then((counts) => counts.reduce((sum, one) => sum + one, 0))`,
    );
    expect(kept).toBe(0);
  });
  server.closeAllConnections();
  server.close();
});
