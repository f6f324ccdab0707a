import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runChunk } from "../campaign.ts";
import { claim, holds, violated } from "../claim.ts";
import type { Claim } from "../claim.ts";
import { isCurrent, isProved } from "../evidence.ts";
import { findExperiment } from "../experiments/index.ts";
import { CampaignPool, engineIdentity, proveClaim, readEvidence, writeEvidence } from "./index.ts";

const experiment = findExperiment("quorum-register");
const stale: Claim = claim({
  id: "a-claim-for-tests",
  says: "Without read repair a later read can return an older value.",
  experiment,
  parameters: { readRepair: false },
  expect: violated("linearizable", { seeds: 120 }),
  control: { label: "Repair", says: "Then not.", parameters: {}, expect: holds("linearizable", { seeds: 120 }) },
  knobs: [],
  guess: { question: "?", options: ["yes"], answer: 0 },
  sources: [],
  leavesOut: "Much.",
  breaksWhen: "Never.",
});
const engine = { version: "0.0.0", digest: "0123456789ab" };
const date = "2026-11-23";

describe("a campaign on worker threads", () => {
  let pool: CampaignPool;
  beforeAll(() => {
    pool = new CampaignPool(2);
  });
  afterAll(() => pool.close());

  it("comes to the same tally as one thread", async () => {
    const progress: number[] = [];
    const request = { experiment: experiment.id, values: {}, wanted: ["linearizable"], seeds: 130 };
    const tally = await pool.run(request, (runs) => progress.push(runs));
    const alone = runChunk(experiment, {}, 1, 130, ["linearizable"]);
    expect(tally).toMatchObject({
      runs: 130,
      digest: alone.digest,
      events: alone.events,
      properties: alone.properties,
    });
    expect(progress.at(-1)).toBe(130);
  });

  it("passes on what a run refuses, and works on", async () => {
    const request = { experiment: experiment.id, values: { nodes: 99 }, wanted: [], seeds: 60 };
    await expect(pool.run(request)).rejects.toThrow('Parameter "nodes" takes a whole number from 1 to 7; got 99.');
    await expect(pool.run({ ...request, values: {} })).resolves.toMatchObject({ runs: 60 });
  });

  it("proves a claim and its control, and finds both false when their expectations are turned round", async () => {
    const evidence = await proveClaim(stale, pool, { engine, date });
    expect(isProved(evidence)).toBe(true);
    expect(evidence.sides.claim.runs + evidence.sides.control.runs).toBe(240);
    const turned: Claim = {
      ...stale,
      expect: stale.control.expect,
      control: { ...stale.control, expect: stale.expect },
    };
    const refuted = await proveClaim(claim(turned), pool, { engine, date });
    expect(isProved(refuted)).toBe(false);
    expect([refuted.sides.claim.met, refuted.sides.control.met]).toEqual([false, false]);
  });

  it("speaks for the claim as it stands, under the engine it ran on, and for nothing else", async () => {
    const evidence = await proveClaim(stale, pool, { engine, date });
    expect(isCurrent(evidence, stale, engine)).toBe(true);
    expect(isCurrent(evidence, { ...stale, says: "Something else." }, engine)).toBe(false);
    expect(isCurrent(evidence, { ...stale, parameters: { readRepair: false, nodes: 5 } }, engine)).toBe(false);
    expect(isCurrent(evidence, { ...stale, expect: violated("linearizable", { seeds: 121 }) }, engine)).toBe(false);
    expect(isCurrent(evidence, stale, { ...engine, digest: "ba9876543210" })).toBe(false);
  });
});

describe("evidence files", () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldbook-evidence-"));

  it("come back as they were written, and leave nothing half-written", async () => {
    const pool = new CampaignPool(1);
    const evidence = await proveClaim(stale, pool, { engine, date });
    await pool.close();
    writeEvidence(folder, evidence);
    expect(readEvidence(folder, stale.id)).toEqual(evidence);
    expect(readdirSync(folder)).toEqual([`${stale.id}.json`]);
    expect(readEvidence(folder, "another-claim")).toBeUndefined();
  });

  it("are refused when cut off or lacking, with the mend", () => {
    writeFileSync(join(folder, "cut.json"), '{"claim": "cu');
    writeFileSync(join(folder, "lacking.json"), '{"claim": "lacking"}');
    expect(() => readEvidence(folder, "cut")).toThrow(/cut\.json is not JSON.*fieldbook verify cut --write/);
    const whole = readFileSync(join(folder, `${stale.id}.json`), "utf8");
    writeFileSync(join(folder, `${stale.id}.json`), whole.replace(/"met": true/, '"met": false'));
    expect(() => readEvidence(folder, stale.id)).toThrow(/is not as the proof left it\. Make it again/);
    writeFileSync(join(folder, `${stale.id}.json`), whole);
    expect(() => readEvidence(folder, "lacking")).toThrow(/lacks parts.*fieldbook verify lacking --write/);
  });
});

it("names the file and line of a claim that is wrongly made", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "fieldbook-claims-")), "book", "operate");
  mkdirSync(folder, { recursive: true });
  const lab = JSON.stringify(new URL("../index.ts", import.meta.url).href);
  const text = `import { claim, holds } from ${lab};\nexport const claims = [\n  claim({ id: "Not an id" }),\n];\n`;
  writeFileSync(join(folder, "wrong.claims.ts"), text);
  const message = 'book/operate/wrong.claims.ts:3: Claim "Not an id": an id is lower-case words joined by hyphens.';
  await expect(import(pathToFileURL(join(folder, "wrong.claims.ts")).href)).rejects.toThrow(message);
});

it("identifies the engine by its version and its sources", () => {
  expect(engineIdentity()).toEqual(engineIdentity());
  expect(engineIdentity().digest).toMatch(/^[0-9a-f]{12}$/);
});
