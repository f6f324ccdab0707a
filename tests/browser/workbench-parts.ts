import type { Locator } from "playwright-core";

/** What the tests of the workbench find and do in it. */

export const button = (bench: Locator, name: string | RegExp): Locator =>
  bench.getByRole("button", { name, exact: typeof name === "string" });

export const verdict = (bench: Locator): Locator => bench.locator(".wb-runs .wb-verdict").first();

/** What is wrong, once something is. */
export const alert = (bench: Locator): Locator => bench.getByRole("alert").filter({ hasText: /./ });

/** The lanes' bars. */
export const bars = (bench: Locator): Locator => bench.locator(".wb-bar");

/** The hashes of the runs that are shown. */
export const traces = async (bench: Locator): Promise<string[]> =>
  (await bench.locator(".wb-runs").innerText()).match(/(?<=Trace )[0-9a-f]{16}/g) ?? [];

/** Chooses the system, what is beside it, or the weather. */
export const choose = (bench: Locator, field: "run" | "beside" | "weather", value: string): Promise<string[]> =>
  bench.locator(".wb-form select").nth(["run", "beside", "weather"].indexOf(field)).selectOption(value);

export const setSeed = (bench: Locator, seed: number): Promise<void> =>
  bench.getByLabel("seed", { exact: true }).fill(String(seed));

/** Nothing is worked on any more, but for a campaign. */
export const settled = (bench: Locator): Promise<void> => button(bench, "Cancel").waitFor({ state: "hidden" });

export async function run(bench: Locator, seed: number): Promise<void> {
  await setSeed(bench, seed);
  await button(bench, "Run").click();
  await settled(bench);
}
