import { claims } from "@fieldbook/book";
import { completeValues, judge, runChunk, sideEvidence, wantedProperties } from "@fieldbook/lab";
import type { Claim, ClaimSide, Evidence } from "@fieldbook/lab";
import { describe, expect, it } from "vitest";
import type { ClaimData } from "./claim-data.ts";
import { renderStaticClaim } from "./static-claim.ts";

/** Evidence over a few runs: the page shows whatever the evidence says. */
function evidenceOf(claim: Claim, seeds = 40): Evidence {
  const side = (one: ClaimSide) => {
    const few: ClaimSide = { ...one, expect: { ...one.expect, seeds } };
    const tally = runChunk(claim.experiment, completeValues(claim, few), 1, seeds, wantedProperties(few.expect));
    return sideEvidence(claim, few, tally, judge(claim.experiment, few.expect, tally));
  };
  const engine = { version: "9.8.7", digest: "0123456789ab" };
  return {
    claim: claim.id,
    says: claim.says,
    engine,
    date: "2026-02-03",
    sides: { claim: side(claim), control: side(claim.control) },
  };
}

const find = (id: string): Claim => claims.find((claim) => claim.id === id)!;

describe("a claim in the page, without script", () => {
  const claim = find("overlapping-quorums-are-not-linearizable");
  const html = renderStaticClaim(claim, evidenceOf(claim));

  it("tells sentence, finding, control, limits, and when and by which engine it was proved", () => {
    expect(html).toContain("verified 2026-02-03 · engine 9.8.7 · 80 runs");
    expect(html).toContain(claim.says);
    expect(html).toMatch(/<strong>violated<\/strong> in \d+ of 40 runs/);
    expect(html).toContain(claim.control.says);
    expect(html).toContain("held in all 40 runs");
    expect(html).toContain("Leaves out:");
    expect(html).toContain("Breaks when:");
  });

  it("draws the run of the seed that it names, and lists every parameter with its unit", () => {
    expect(html).toMatch(/violated in the run of seed \d+, drawn here/);
    expect(html).toContain('role="img"');
    expect(html).toContain("<dt>read repair</dt> <dd>off (control: on)</dd>");
    expect(html).toContain("<dd>20 ms</dd>");
  });

  it("tells what the experiment measured in that run, and on average over all", () => {
    expect(html).toMatch(/<dt>share of operations answered<\/dt> <dd>100\.0 % in this run, 100\.0 % on average<\/dd>/);
    expect(html).toMatch(/<dt>read latency<\/dt> <dd>\d+\.\d ms in this run, \d+\.\d ms on average<\/dd>/);
  });

  it("says that nothing is verified when there is no evidence under this engine", () => {
    const bare = renderStaticClaim(claim, undefined);
    expect(bare).toContain("not verified with this engine");
    expect(bare).not.toContain("· engine");
    expect(bare).toContain("<strong>unknown</strong>");
  });

  it("carries what the live claim needs, and no markup of its own making", () => {
    const hostile = renderStaticClaim({ ...claim, says: '<img src=x onerror="alert(1)">' }, undefined);
    expect(hostile).not.toContain("<img");
    expect(hostile).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
    const written = /data-claim="([^"]*)"/.exec(html)![1]!;
    const data = JSON.parse(
      written.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&"),
    ) as ClaimData;
    expect(data).toMatchObject({ id: claim.id, seeds: 2_000, subject: { kind: "property", name: "linearizable" } });
  });
});

it("shows from the start a run that tells something when the mechanism is taken away", () => {
  const claim = find("abd-is-linearizable");
  const seed = Number(/in the run of seed (\d+), drawn here/.exec(renderStaticClaim(claim, evidenceOf(claim)))![1]);
  const verdictOf = (side: ClaimSide): string =>
    claim.experiment.run(completeValues(claim, side), seed).verdicts["linearizable"]!.verdict;
  expect([verdictOf(claim), verdictOf(claim.control)]).toEqual(["holds", "violated"]);
});

it("compares a figure with its closed form where the claim is about a figure", () => {
  const claim = find("twenty-hard-dependencies");
  const html = renderStaticClaim(claim, evidenceOf(claim, 120));
  expect(html).toMatch(/<strong>agrees<\/strong> – mean .* 0\.999.* gives 98\.0/);
  expect(html).toMatch(/in the run of seed 1, drawn here/);
});
