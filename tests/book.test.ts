import { claims } from "@fieldbook/book";
import { evidenceFolder } from "@fieldbook/book/folder";
import { controlProblem, isCurrent, isProved } from "@fieldbook/lab";
import type { Evidence } from "@fieldbook/lab";
import { CampaignPool, experimentIdentities, proveClaim, readEvidence } from "@fieldbook/lab/node";
import { readdirSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";

/** The book's proofs: every claim and every control in full, and the committed evidence held against them. */

const identityOf = experimentIdentities();
const pool = new CampaignPool();
afterAll(() => pool.close());

const minutes = 60_000;
const renew = "renew it with: npx fieldbook verify --write";

describe.each(claims.map((claim) => [claim.id, claim] as const))("%s", (id, claim) => {
  let fresh: Evidence;

  it("is proved, and so is its control", { timeout: 5 * minutes }, async () => {
    fresh = await proveClaim(claim, pool, { engine: identityOf(claim.experiment.id), date: "2000-01-01" });
    expect(fresh.sides.claim, fresh.sides.claim.says).toMatchObject({ met: true });
    expect(fresh.sides.control, fresh.sides.control.says).toMatchObject({ met: true });
    expect(controlProblem(claim.expect, claim.control.expect)).toBeUndefined();
    expect(isProved(fresh)).toBe(true);
  });

  it("has evidence in the repository that says the same", () => {
    const kept = readEvidence(evidenceFolder, id);
    expect(kept, `there is no evidence of "${id}"; ${renew}`).toBeDefined();
    expect(
      isCurrent(kept!, claim, identityOf(claim.experiment.id)),
      `the evidence of "${id}" is of another engine or claim; ${renew}`,
    ).toBe(true);
    expect(kept!.sides).toEqual(fresh.sides);
  });
});

it("has an id of its own for each claim, and no evidence of a claim that is gone", () => {
  const ids = claims.map((claim) => claim.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(readdirSync(evidenceFolder).toSorted()).toEqual(ids.map((id) => `${id}.json`).toSorted());
});
