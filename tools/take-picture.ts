// npm run picture: the README's picture, made from the running handbook.
import { fileURLToPath } from "node:url";
import { launchChromium } from "../tests/browser/chromium.ts";
import { serveSite } from "../tests/browser/serve-site.ts";

const target = fileURLToPath(new URL("../docs/claim.png", import.meta.url));
const claim = "overlapping-quorums-are-not-linearizable";

const site = await serveSite();
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 2400 }, colorScheme: "light" });
  await page.goto(`${site.url}/physics/consistency-models/#claim-${claim}`);
  const element = page.locator(`#claim-${claim}`);
  await element.getByRole("button", { name: "Run", exact: true }).click();
  await element.getByText("Over seeds 1 to").waitFor();
  await element.screenshot({ path: target });
} finally {
  await browser.close();
  await site.close();
}
