import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { claims } from "@fieldbook/book";
import { verifyClaims } from "./commands/verify.ts";
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

const folder = mkdtempSync(join(tmpdir(), "fieldbook-cli-"));
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("fieldbook", () => {
  it("helps a newcomer: commands, and examples to try", async () => {
    const { code, out } = await fieldbook("--help");
    expect(code).toBe(0);
    for (const word of ["run", "verify", "check", "list", "Try:"]) expect(out).toContain(word);
  });

  it("tells who asks for nothing what there is", async () => {
    const { code, out, err } = await fieldbook();
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("Try:");
  });

  it("shows no default that says nothing", async () => {
    expect((await fieldbook("run", "--help")).out).not.toContain("{}");
  });

  it.each([
    [["frobnicate"], "unknown command 'frobnicate'"],
    [["run"], "missing required argument 'experiment'"],
    [["check", "x"], "--model takes one of register, cas-register, kv"],
    [["check", "x", "--modle", "kv"], "unknown option '--modle'\n(Did you mean --model?)"],
    [["run", "quorum-register", "--sed", "1"], "unknown option '--sed'"],
  ])("refuses %j with code 2 and points to help", async (args, message) => {
    const { code, err } = await fieldbook(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain("--help");
  });
});

describe("fieldbook list", () => {
  it("names every experiment with its parameters, and every claim", async () => {
    const { out } = await fieldbook("list");
    expect(out).toContain("quorum-register – A register on quorums");
    expect(out).toContain("readRepair=on  read repair; on or off");
    expect(out).toContain("abd-is-linearizable");
    expect(out).toMatch(/raft – Raft.*; \d+ mutants/);
    const data = JSON.parse((await fieldbook("list", "--json")).out) as {
      experiments: { id: string }[];
      claims: { id: string }[];
    };
    expect(data.experiments.map(({ id }) => id)).toContain("retry-storm");
    expect(data.claims.length).toBeGreaterThan(10);
  });
});

describe("fieldbook run", () => {
  it("tells verdict, metrics, trace and what the model leaves out", async () => {
    const { code, out } = await fieldbook(
      "run",
      "quorum-register",
      "--param",
      "nodes=5",
      "-p",
      "read=3",
      "--param",
      "write=3",
    );
    expect(code).toBe(0);
    expect(out).toMatch(/✓ holds: linearizable\. One order explains all/);
    expect(out).toContain("nodes = 5   (a whole number from 1 to 7)");
    expect(out).toMatch(/events, trace [0-9a-f]{16}/);
    expect(out).toContain("What the model leaves out:");
  });

  it("gives each metric of a run with its interval over several", async () => {
    const knee = ["run", "utilisation-knee", "--param", "seconds=20"];
    expect((await fieldbook(...knee)).out).toMatch(
      /^wait: [\d.]+ service times in this run; [\d.]+ ± [\d.]+ over 5 runs/m,
    );
    expect((await fieldbook(...knee, "--runs", "1")).out).toMatch(
      /^wait: [\d.]+ service times \(one run, so no interval\)/m,
    );
  });

  it("gives the same run for the same seed, as JSON", async () => {
    const args = ["run", "retry-storm", "--seed", "7", "--json"];
    const one = JSON.parse((await fieldbook(...args)).out) as { traceHash: string; seed: number };
    const other = JSON.parse((await fieldbook(...args)).out) as { traceHash: string };
    expect(one.seed).toBe(7);
    expect(other.traceHash).toBe(one.traceHash);
  });

  it.each([
    [["nosuch"], 'There is no experiment "nosuch"; there are: dependency-availability, quorum-register'],
    [["quorum-register", "--param", "nodes=9"], 'Parameter "nodes" takes a whole number from 1 to 7; got 9.'],
    [["quorum-register", "--param", "nodes=many"], 'Parameter "nodes" takes a whole number from 1 to 7; got "many".'],
    [["quorum-register", "--param", "colour=red"], 'There is no parameter "colour"; this experiment has: nodes, read'],
    [["quorum-register", "--param", "nodes"], '--param takes name=value, such as --param nodes=5; got "nodes".'],
    [["quorum-register", "--param", "read=4"], "A read quorum of 4 needs as many nodes; there are 3."],
    [["quorum-register", "--seed", "-1"], '--seed takes a whole number from 0 to 4294967295; got "-1".'],
    [
      ["quorum-register", "--seed", "4294967296"],
      '--seed takes a whole number from 0 to 4294967295; got "4294967296".',
    ],
    [["quorum-register", "--seed", "1.5"], '--seed takes a whole number from 0 to 4294967295; got "1.5".'],
  ])("refuses %j with one clear sentence and code 2", async (args, message) => {
    const { code, out, err } = await fieldbook("run", ...args);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(`fieldbook: ${message}`);
    expect(err).not.toContain("    at ");
  });
});

describe("fieldbook check", () => {
  const event = (process: number, type: string, f: string, value: number | null): string =>
    JSON.stringify({ process, type, f, value });
  const good = file(
    "good.jsonl",
    [
      event(0, "invoke", "write", 1),
      event(0, "ok", "write", 1),
      event(1, "invoke", "read", null),
      event(1, "ok", "read", 1),
    ].join("\n"),
  );
  const bad = file(
    "bad.jsonl",
    [
      event(0, "invoke", "write", 1),
      event(0, "ok", "write", 1),
      event(1, "invoke", "read", null),
      event(1, "ok", "read", null),
    ].join("\n"),
  );

  it("says holds with code 0", async () => {
    const { code, out } = await fieldbook("check", good, "--model", "register");
    expect(code).toBe(0);
    expect(out).toContain("✓ holds: linearizable");
    expect(out).toContain("2 operations, read as JSON, against the model register");
  });

  it("says violated with code 1, names the operations and their lines", async () => {
    const { code, out } = await fieldbook("check", bad, "--model", "register");
    expect(code).toBe(1);
    expect(out).toContain("✕ violated: not linearizable.");
    expect(out).toContain("line 1: process 0  write 1");
    expect(out).toContain("line 3: process 1  read → null");
    const data = JSON.parse((await fieldbook("check", bad, "--model", "register", "--json")).out) as {
      verdict: string;
      contradiction: { line: number }[];
    };
    expect(data.verdict).toBe("violated");
    expect(data.contradiction.map(({ line }) => line)).toEqual([1, 3]);
  });

  it("says unknown with code 2 when the bound is reached", async () => {
    const { code, out } = await fieldbook("check", good, "--model", "register", "--max-steps", "1");
    expect(code).toBe(2);
    expect(out).toContain("? unknown: No answer was found within the bound of 1 step. A larger --max-steps searches");
  });

  it("says unknown with code 2 when nothing was checked, for people and for programs", async () => {
    const nemesis = file("nemesis.edn", "{:process :nemesis, :type :info, :f :start, :value nil}");
    const { code, out } = await fieldbook("check", nemesis, "--model", "register");
    expect(code).toBe(2);
    expect(out).toContain("? unknown: Nothing was checked");
    expect(out).not.toContain("--max-steps");
  });

  it("numbers clients that are named by keywords, and checks them", async () => {
    const stale = event(1, "ok", "read", null).replace('"process":1', '"process":":client-1"');
    const named = file(
      "named.jsonl",
      [
        event(0, "invoke", "write", 1),
        event(0, "ok", "write", 1),
        event(1, "invoke", "read", null).replace('"process":1', '"process":":client-1"'),
        stale,
      ].join("\n"),
    );
    const { code, out } = await fieldbook("check", named, "--model", "register");
    expect(code).toBe(1);
    expect(out).toContain("2 operations");
    expect(out).toContain("client-1  read → null");
  });

  it("puts an error where a program looks for the answer, and keeps it on standard error too", async () => {
    const { code, out, err } = await fieldbook("check", join(folder, "absent.edn"), "--model", "kv", "--json");
    expect(code).toBe(2);
    const answer = JSON.parse(out) as { verdict: string; error: string; model: string };
    expect(answer).toMatchObject({ verdict: "unknown", model: "kv" });
    expect(answer.error).toMatch(/^Can not read .*absent\.edn: there is no such file\.$/);
    expect(err).toContain(answer.error);
  });

  it.each([
    ["latin-1", [0x7b, 0x0a, 0x22, 0xe9, 0x22], /line 2: a byte there is no UTF-8/],
    ["gzip", [0x1f, 0x8b, 0x08], /is compressed \(gzip\)\. Unpack it first: gunzip/],
    ["UTF-16", [0xff, 0xfe, 0x7b, 0x00], /is UTF-16; convert it to UTF-8 first/],
  ])("refuses %s instead of reading different values as one", async (name, bytes, message) => {
    const path = join(folder, `${name}.edn`);
    writeFileSync(path, new Uint8Array(bytes));
    const { code, err } = await fieldbook("check", path, "--model", "register");
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  const cut = file("cut.edn", "{:process 0, :type :invoke, :f :read, :value nil}\n{:process 0, :type :ok, :f :re");
  const twice = file(
    "twice.jsonl",
    [event(0, "invoke", "read", null), event(0, "ok", "read", null), event(0, "ok", "read", null)].join("\n"),
  );
  const strange = file("strange.jsonl", event(0, "invoke", "frob", 1));

  it.each([
    [cut, "register", "cut.edn", /line 2/i],
    [twice, "register", "twice.jsonl", /line 3/i],
    [strange, "register", "strange.jsonl", /frob/],
    [good, "nosuch", "", /There is no model "nosuch"; --model takes one of register, cas-register, kv/],
    [join(folder, "absent.edn"), "register", "absent.edn", /Can not read .*: there is no such file/],
    [folder, "register", "", /it is a folder; name one file/],
  ])("refuses %s against %s with code 2, naming place and mend", async (path, model, name, message) => {
    const { code, err } = await fieldbook("check", path, "--model", model);
    expect(code).toBe(2);
    expect(err).toContain(name);
    expect(err).toMatch(message);
    expect(err).not.toContain("    at ");
  });
});

describe("fieldbook verify", () => {
  it("proves a claim and its control, and says what was found", async () => {
    const { code, out } = await fieldbook("verify", "twenty-hard-dependencies");
    expect(out).toContain("✓ proved  twenty-hard-dependencies");
    expect(out).toContain("1 of 1 claims proved");
    expect(code).toBe(0);
  });

  it("finds a claim false when its expectation is turned round, and exits with 1", async () => {
    const claim = claims.find(({ id }) => id === "twenty-hard-dependencies")!;
    const turned = { ...claim, expect: claim.control.expect, control: { ...claim.control, expect: claim.expect } };
    let out = "";
    const terminal = { out: (text: string) => (out += text), err: () => {}, interactive: false };
    expect(await verifyClaims([turned], {}, terminal)).toBe(1);
    expect(out).toContain("✕ FALSE   twenty-hard-dependencies");
    expect(out).toContain("← not as expected");
    expect(out).toContain("0 of 1 claims proved");
  });

  it("reports a lone reversed expectation as false, with the reason, and no stack trace", async () => {
    const claim = claims.find(({ id }) => id === "twenty-hard-dependencies")!;
    const lone = { ...claim, expect: claim.control.expect };
    let out = "";
    const terminal = { out: (text: string) => (out += text), err: () => {}, interactive: false };
    expect(await verifyClaims([lone], {}, terminal)).toBe(1);
    expect(out).toContain("✕ FALSE   twenty-hard-dependencies");
    expect(out).toContain("what can not fail is no evidence");
    expect(out).not.toContain("    at ");
  });

  it("refuses a claim that does not exist, and threads that are none", async () => {
    const unchanged = await fieldbook("verify", "twenty-hard-dependencies", "--changed");
    expect(unchanged.code).toBe(0);
    expect(unchanged.out).toContain("Nothing has changed");
    expect((await fieldbook("verify", "nosuch")).err).toContain('There is no claim "nosuch"; there are: ');
    expect((await fieldbook("verify", "--threads", "0")).err).toContain("--threads takes a whole number from 1 to 256");
  });
});
