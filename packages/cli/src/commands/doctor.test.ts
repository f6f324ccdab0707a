import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { runProgram } from "../program.ts";
import { readDisputes } from "./doctor-disputes.ts";

const folder = mkdtempSync(join(tmpdir(), "fieldbook-doctor-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function doctor(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    interactive: false,
  };
  const code = await runProgram(["doctor", ...args], terminal);
  return { code, out, err };
}

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const disputing = JSON.stringify({
  disputes: [
    { claim: "perfect-store", reproduced: true },
    { claim: null, system: "raft" },
  ],
});

describe("the doctor", () => {
  it("finds no review overdue in the week of the reviews", async () => {
    const { out } = await doctor("--today", "2026-11-24");
    expect(out).not.toContain("overdue");
    expect(out).toContain("Disputes were not asked for");
  });

  it("fails once a review of a chapter that is ready for production has lapsed, and says where", async () => {
    const { code, out } = await doctor("--today", "2027-05-23");
    expect(code).toBe(1);
    expect(out).toMatch(
      /✕ book\/operate\/ducks-in-a-row\.md:\d+: The review was due on 2027-05-22 and is overdue by 1 day\. \(ready/,
    );
    expect(out).toMatch(
      /– book\/operate\/queues\.md:\d+: The review was due on 2027-05-22 and is overdue by 1 day\. \(trial/,
    );
  });

  it("names the reviews of the next thirty days", async () => {
    expect((await doctor("--today", "2027-05-01")).out).toContain(
      "– book/operate/queues.md: Fieldbook editors reviews it by 2027-05-22.",
    );
  });

  it("says what chapters lack for a ring that they are not in", async () => {
    const whole = await doctor("--today", "2026-11-24", "operate/queues", "--ring", "ready for production");
    expect(whole).toMatchObject({ code: 0 });
    expect(whole.out).toContain('1 chapter held against "ready for production": nothing is lacking.');
    const late = await doctor("--today", "2027-06-01", "operate/queues", "--ring", "ready for production");
    expect(late.code).toBe(1);
    expect(late.out).toContain("✕ book/operate/queues.md:7: The review was due on 2027-05-22");
    const wrong = await doctor("operate/caching", "--ring", "best");
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('There is no ring "best"; there are: ready')]);
    expect((await doctor("operate/nowhere")).err).toContain('There is no chapter "operate/nowhere"; there are:');
  });

  it("judges an edition by its own rings, pages, numbers and sources", async () => {
    const edition = fileURLToPath(new URL("../../../../editions/beacon-wireless", import.meta.url));
    const now = await doctor("--today", "2026-11-24", "--edition", edition);
    expect([now.code, now.out]).toEqual([
      0,
      expect.stringMatching(/^11 chapters, \d of them ready for production; these/),
    ]);
    const late = await doctor("--today", "2029-01-01", "--edition", edition);
    expect(late.code).toBe(1);
    expect(late.out).toContain("beacon-wireless/pages/operate/two-regions.md:");
    const fleet = await doctor("--edition", edition, "operate/fleet", "--ring", "ready for production");
    expect(fleet.out).toMatch(
      /The claim "short-queue-brings-the-fleet-back" is false: expected "holds", found violated/,
    );
  });

  it("fails for what readers dispute, as JSON too", async () => {
    const file = fileWith("disputes.json", disputing);
    const { code, out } = await doctor("--today", "2026-11-24", "--disputes", file, "--json");
    expect(code).toBe(1);
    const { findings } = JSON.parse(out) as { findings: { criterion: string; chapter: string; fails: boolean }[] };
    expect(findings.filter(({ criterion }) => criterion === "not-disputed")).toMatchObject([
      { chapter: "operate/ducks-in-a-row", fails: true },
    ]);
  });

  it.each([
    ["--today", "2026-02-30", "--today takes a day of the calendar"],
    ["--disputes", "nowhere.json", "Can not read nowhere.json: there is no such file."],
    ["--disputes", fileWith("broken.json", "{"), "it is not JSON"],
    ["--disputes", fileWith("other.json", "{}"), 'an object with a list "disputes" is expected'],
    ["--disputes", fileWith("odd.json", '[{"claim":3}]'), '"disputes.0.claim" has to be the id of a claim'],
  ])("refuses %s %s", async (option, value, says) => {
    const { code, err } = await doctor(option, value);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});

it("asks the server when an address is given", async () => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === "/api/v1/disputes" ? 200 : 404;
    response.end(disputing);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  try {
    expect(await readDisputes(address)).toEqual(new Set(["perfect-store"]));
    await expect(readDisputes(`${address}/elsewhere`)).rejects.toThrow("answered 404");
  } finally {
    server.close();
  }
});
