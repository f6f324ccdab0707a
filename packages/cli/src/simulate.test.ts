import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runProgram } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "fieldbook-simulate-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, "shop.yaml");
const text = `name: Shop
duration: 20 s
sources:
  users: { arrivals: poisson 97/s, calls: { to: shop, timeout: 200 ms } }
services:
  shop:
    instances: 1
    concurrency: 1
    steps: [{ work: exponential 10 ms }]
`;
writeFileSync(file, text);

async function fieldbook(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const terminal = {
    out: (more: string) => void (out += more),
    err: (more: string) => void (err += more),
    interactive: false,
  };
  return { code: await runProgram(["simulate", ...args], terminal), out, err };
}

describe("fieldbook simulate", () => {
  it("tells requests, errors, durations and how busy servers were, the same each time", async () => {
    const one = await fieldbook(file);
    expect(one.code).toBe(0);
    for (const word of ["users", "shop", "success", "p99", "busy", "timeout"]) expect(one.out).toContain(word);
    expect((await fieldbook(file)).out).toBe(one.out);
    expect((await fieldbook(file, "--seed", "2")).out).not.toBe(one.out);
  });

  it("tells what changed against the file when a value is set", async () => {
    const { out } = await fieldbook(file, "--set", "services.shop.concurrency=2");
    expect(out).toContain("What changed against the file as it is written");
    expect(out).toMatch(/source users, p99 .* ± .* −[\d.]+ ± [\d.]+ ms +better/);
    expect((await fieldbook(file, "--without", "sources.users.calls.timeout")).out).toMatch(/success .* better/);
    expect((await fieldbook(file, "--against", file)).out).toContain("Nothing changed");
  });

  it("gives each figure with its interval over several runs; one run says that it has none", async () => {
    const { out } = await fieldbook(file);
    expect(out).toContain("5 runs, seeds 1 to 5");
    expect(out).toMatch(/^users +[\d.]+ ± [\d.]+ .* [\d.]+ ± [\d.]+ ms/m);
    const one = (await fieldbook(file, "--runs", "1")).out;
    expect(one).toContain("One run, so no intervals");
    expect(one).not.toContain("±");
  });

  it("says of every run that it has no steady state, of the control as well", async () => {
    const over = ["--set", "sources.users.arrivals=poisson 200/s", "--without", "sources.users.calls.timeout"];
    const { out } = await fieldbook(file, ...over);
    expect(out).toContain("! shop: the work offered to it is 200 %");
    expect(out).toMatch(/without an answer at the end/);
    const swapped = join(folder, "over.yaml");
    writeFileSync(swapped, text.replace(/poisson \d+\/s/, "poisson 200/s"));
    expect((await fieldbook(file, "--against", swapped)).out).toContain("! The control: shop: the work offered to it");
  });

  it("places what is wrong in a value that was set where it was set", async () => {
    const { err } = await fieldbook(file, "--set", "services.shop.instances=-3");
    expect(err).toContain("Of what was set: services.shop.instances: -3 is out of range");
  });

  it("refuses a file that is not in UTF-8", async () => {
    const latin = join(folder, "latin.yaml");
    writeFileSync(latin, Buffer.from(text.replace("name: ", "name: Caf\u00e9 "), "latin1"));
    expect((await fieldbook(latin)).err).toContain("is not in UTF-8");
  });

  it("gives all of it as JSON", async () => {
    const { out } = await fieldbook(file, "--json");
    const run = JSON.parse(out) as { sources: { users: { series: { requests: number[] } } }; traceHash: string };
    expect(run.sources.users.series.requests.length).toBeGreaterThan(100);
    expect(run.traceHash).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each(["openmetrics", "otlp", "otlp-metrics", "perfetto"])(
    "exports %s, and writes over nothing",
    async (format) => {
      const to = join(folder, format);
      expect((await fieldbook(file, "--export", format, "--out", to)).code).toBe(0);
      expect(readFileSync(to, "utf8").length).toBeGreaterThan(1_000);
      const again = await fieldbook(file, "--export", format, "--out", to);
      expect([again.code, again.err]).toEqual([2, expect.stringContaining("is there already")]);
    },
  );

  it("refuses what is wrong in the file, with the line and the mend", async () => {
    const wrong = join(folder, "wrong.yaml");
    writeFileSync(
      wrong,
      text.replace("calls: { to: shop,", "calls: { to: shpo,").replace("instances: 1", "instances: -1"),
    );
    const { code, err, out } = await fieldbook(wrong);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("wrong.yaml:4:");
    expect(err).toContain("Write shop.");
    expect(err).toContain("services.shop.instances");
  });

  it("refuses calls that go round, at their line", async () => {
    const wrong = join(folder, "round.yaml");
    writeFileSync(wrong, text.replace("[{ work: exponential 10 ms }]", "[{ call: shop }]"));
    expect((await fieldbook(wrong)).err).toMatch(/round\.yaml:9:.*Calls go round in a circle: shop → shop/);
  });

  it.each([
    [["--set", "nothing"], "--set takes place=value"],
    [["--runs", "0"], "--runs takes a whole number from 1"],
    [["--export", "otlp", "--runs", "3"], "--export writes one run"],
    [["--export", "xml"], 'no format "xml"'],
    [["--without", "services.shop.quue"], "quue"],
  ])("refuses %j with the mend", async (args, words) => {
    const { code, err } = await fieldbook(file, ...args);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  it("says of a file that is not there that it is not", async () => {
    expect((await fieldbook(join(folder, "none.yaml"))).err).toContain("there is no such file");
  });
});
