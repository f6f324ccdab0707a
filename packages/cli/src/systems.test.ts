import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runProgram } from "./index.ts";

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function fieldbook(...args: string[]): Promise<Said> {
  let out = "";
  let err = "";
  const code = await runProgram(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    interactive: false,
  });
  return { code, out, err };
}

const folder = mkdtempSync(join(tmpdir(), "fieldbook-systems-"));
const path = (name: string): string => join(folder, name);

/** The system of docs/writing-a-system.md: what a newcomer writes from the documentation alone. */
function documented(): string {
  const page = fileURLToPath(new URL("../../../docs/writing-a-system.md", import.meta.url));
  const code = /```ts run\n(.*?)```/s.exec(readFileSync(page, "utf8"))![1]!;
  const engine = JSON.stringify(new URL("../../engine/src/index.ts", import.meta.url).href);
  return code.replaceAll('"@fieldbook/engine"', engine).replaceAll(/^console\.log.*$/gm, "");
}

const tickets = path("tickets.ts");
writeFileSync(tickets, documented());

describe("fieldbook campaign", () => {
  it("says what held, how fast it recovered and which situations were reached", async () => {
    const { code, out } = await fieldbook("campaign", "lamport-mutual-exclusion", "--runs", "60", "--threads", "1");
    expect(code).toBe(0);
    expect(out).toMatch(/✓ holds: violated in 0 of 60 runs; [\d,]+ events/);
    expect(out).toMatch(/After the last fault: recovered in \d+ ms \(\d+ ms to \d+ ms, 99 % confidence\) on average/);
    expect(out).toMatch(/[✓✕] .*: in \d+ of 60 runs/);
  });

  it("names the seeds of a mutant and the command that shrinks the first", async () => {
    const args = ["campaign", "lamport-mutual-exclusion", "--mutant", "no-tie-break", "--runs", "60", "--threads", "1"];
    const { code, out } = await fieldbook(...args);
    expect(code).toBe(1);
    expect(out).toMatch(/✕ violated: violated in \d+ of 60 runs/);
    const seed = /seed (\d+): one-at-a-time/.exec(out)![1]!;
    expect(out).toContain(`npx fieldbook shrink lamport-mutual-exclusion --mutant no-tie-break --seed ${seed}`);
    const tally = JSON.parse((await fieldbook(...args, "--json")).out) as { violations: { seed: number }[] };
    expect(String(tally.violations[0]!.seed)).toBe(seed);
  });

  it("comes to the same on any number of threads", async () => {
    const args = ["campaign", "phi-accrual", "--runs", "120", "--json", "--threads"];
    expect((await fieldbook(...args, "1")).out).toBe((await fieldbook(...args, "2")).out);
  });

  it("searches with feedback", async () => {
    const { out } = await fieldbook(
      "campaign",
      tickets,
      "--mutant",
      "forgets",
      "--search",
      "feedback",
      "--runs",
      "200",
    );
    expect(out).toMatch(/✕ violated in run \d+: once-each\. Ticket \d+ was handed out twice\./);
  });

  it("takes a system from a file of one's own", async () => {
    expect((await fieldbook("campaign", tickets, "--runs", "40", "--threads", "1")).code).toBe(0);
  });
});

describe("fieldbook shrink and replay", () => {
  const saved = path("forgets.json");

  it("tell the smallest run, why each part is needed, and that the correct system holds", async () => {
    const { code, out, err } = await fieldbook("shrink", tickets, "--mutant", "forgets", "--save", saved);
    expect(code).toBe(1);
    expect(out).toContain("✕ violated: once-each. Ticket 1 was handed out twice.");
    expect(out).toContain("2 operations, 1 fault: 5 events after");
    expect(out).toMatch(/ms {2}n1 {2}crashes/);
    expect(out).toMatch(/Without the crash of n1 from .* the run holds\./);
    expect(out).toContain("The correct system on the same plan: ✓ holds.");
    expect(err).toContain(`npx fieldbook replay ${saved}`);
  });

  it("keep a file that is there already", async () => {
    const before = readFileSync(saved, "utf8");
    const { code, err } = await fieldbook("shrink", tickets, "--mutant", "forgets", "--save", saved);
    expect(code).toBe(2);
    expect(err).toContain("is there already. Give --force to write over it");
    expect(readFileSync(saved, "utf8")).toBe(before);
  });

  it("give the same run again from the file", async () => {
    const { code, out } = await fieldbook("replay", saved, "--system", tickets);
    expect(code).toBe(1);
    expect(out).toContain("The same run, event for event. The code is the one it was found with. It still violates");
  });

  it("run it with a fault left out or moved, and say where the two part", async () => {
    const { code, out } = await fieldbook("replay", saved, "--system", tickets, "--without", "1");
    expect(code).toBe(0);
    expect(out).toContain("✕ violated. The same run");
    expect(out).toMatch(/With the faults changed: ✓ holds\n {2}After [\d,]+ equal lines of the trace they part at/);
    const list = (await fieldbook("replay", saved, "--system", tickets)).out;
    expect(list).toMatch(/Faults\n {2}1\. crash of n1 from [\d.]+ ms to [\d.]+ ms\n$/);
    const moved = await fieldbook("replay", saved, "--system", tickets, "--move", "1=0.5-0.6");
    expect(moved.out).toContain("1. crash of n1 from 0.5 ms to 0.6 ms");
  });

  it("run it beside the correct system under the same faults", async () => {
    const { code, out } = await fieldbook("replay", saved, "--system", tickets, "--beside", "correct");
    expect(code).toBe(1);
    expect(out).toMatch(
      /On correct: ✓ holds\n {2}After [\d,]+ equal lines of the trace they part at [\d.]+ ms: before, n1 holds last ticket 0; on correct, n1 holds last ticket 1\./,
    );
  });

  it.each([
    [["--without", "2"], "--without takes the number of a fault, a number from 1 to 1"],
    [["--move", "1=9-3"], "--move takes number=from-to in ms"],
    [["--beside", "none"], "--beside takes correct, "],
  ])("refuse %j with the mend", async (args, words) => {
    const { code, err } = await fieldbook("replay", saved, "--system", tickets, ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  });

  it("say when the code no longer fails", async () => {
    const mended = path("mended.ts");
    writeFileSync(mended, documented().replace("durable: [] }", 'durable: ["last"] }'));
    const { code, out } = await fieldbook("replay", saved, "--system", mended);
    expect(code).toBe(0);
    expect(out).toContain('It no longer violates "once-each".');
  });

  it("have nothing to shrink when nothing fails", async () => {
    const { code, out } = await fieldbook("shrink", tickets, "--runs", "20");
    expect(code).toBe(0);
    expect(out).toContain("no run violates a property");
  });
});

describe("fieldbook mutants", () => {
  it("makes a table, and the same as JSON", async () => {
    const { code, out } = await fieldbook("mutants", tickets);
    expect(code).toBe(0);
    expect(out).toMatch(/✓ tickets +forgets +\d+ +\d+\.\d\d +5 /);
    expect(out).toContain("1 of 1 found; 5 events in the median shrunk trace");
    const rows = JSON.parse((await fieldbook("mutants", tickets, "--json")).out) as Record<string, unknown>[];
    expect(rows).toMatchObject([{ system: "tickets", mutant: "forgets", found: true, events: 5 }]);
    expect(Object.keys(rows[0]!)).toEqual(["system", "mutant", "found", "runs", "seconds", "events", "shrinkSeconds"]);
  });

  it("fails when a mutant is not found", async () => {
    const blind = path("blind.ts");
    writeFileSync(blind, documented().replace('"crash", ', ""));
    const { code, out } = await fieldbook("mutants", blind, "--seconds", "1");
    expect(code).toBe(1);
    expect(out).toMatch(/✕ tickets +forgets/);
    expect(out).toContain("0 of 1 found");
  });
});

describe("fieldbook export", () => {
  it("writes a run for another program", async () => {
    const out = path("run.json");
    const said = await fieldbook("export", "swim", "--format", "perfetto", "--seed", "3", "--out", out);
    expect(said).toMatchObject({ code: 0, out: "" });
    expect(existsSync(out)).toBe(true);
    expect(JSON.parse(readFileSync(out, "utf8"))).toHaveProperty("traceEvents");
    expect((await fieldbook("export", "swim", "--format", "jepsen")).out).toContain(":type :invoke");
  });
});

describe("a mistake at the keyboard", () => {
  it.each([
    [["campaign", "rafft"], 'There is no system "rafft"; there are: '],
    [["campaign", "./none.ts"], "There is no file ./none.ts. Give the path of a file that exports a system."],
    [["shrink", "swim", "--mutant", "none"], '"swim" has no mutant "none"; it has '],
    [["campaign", "swim", "--runs", "many"], '--runs takes a whole number from 1 to 100000000; got "many".'],
    [["campaign", "swim", "--nodes", "900"], "--nodes takes a whole number from "],
    [["campaign", "swim", "--faults", "bad"], '--faults takes swarm or calm; got "bad".'],
    [["export", "swim", "--format", "pdf"], 'There is no format "pdf"; there are: otlp, perfetto, shiviz, jepsen.'],
    [["replay", "none.json"], "Can not read none.json: there is no such file."],
  ])("%j is answered in a sentence, with code 2", async (args, says) => {
    const { code, err } = await fieldbook(...args);
    expect(code).toBe(2);
    expect(err).toContain(says);
    expect(err).not.toContain("    at ");
  });

  it("in a file: no system, a file that can not be loaded, a handler that throws", async () => {
    writeFileSync(path("empty.ts"), "export const nothing = 1;\n");
    writeFileSync(path("broken.ts"), "export const = 1;\n");
    writeFileSync(path("throws.ts"), documented().replace("state.last += 1;", "throw new Error('oh');"));
    expect((await fieldbook("campaign", path("empty.ts"))).err).toContain(
      "exports no system. Export one: export const",
    );
    expect((await fieldbook("campaign", path("broken.ts"))).err).toContain("can not be loaded: ");
    const thrown = await fieldbook("campaign", path("throws.ts"), "--runs", "5", "--threads", "1");
    expect(thrown.code).toBe(1);
    expect(thrown.out).toMatch(/seed 1: no-error\. n1 \(booth\) at \d+\.\d+ s: oh/);
  });

  it("in a counterexample: the part that is wrong is named", async () => {
    const bad = path("bad.json");
    writeFileSync(bad, '{"format": "fieldbook counterexample 1"}');
    expect((await fieldbook("replay", bad)).err).toContain('"system" must be a text; it is missing.');
  });
});
