import type { Claim, ClaimSide } from "../claim.ts";
import type { EngineIdentity, Evidence, SideEvidence } from "../evidence.ts";
import { completeValues, sideEvidence } from "../evidence.ts";
import { judge, wantedProperties } from "../judge.ts";
import type { CampaignPool } from "./campaign-pool.ts";

export interface ProofOptions {
  readonly engine: EngineIdentity;
  /** The day to write into the evidence, YYYY-MM-DD. */
  readonly date: string;
  /** Told after each chunk: runs done and to be done, over both sides. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** Runs both sides of a claim in full and returns the evidence, whether it proves the claim or not. */
export async function proveClaim(claim: Claim, pool: CampaignPool, options: ProofOptions): Promise<Evidence> {
  const all = claim.expect.seeds + claim.control.expect.seeds;
  const onProgress = options.onProgress ?? (() => {});
  const proved = await proveSide(claim, claim, pool, (done) => onProgress(done, all));
  const control = await proveSide(claim, claim.control, pool, (done) => onProgress(claim.expect.seeds + done, all));
  return {
    claim: claim.id,
    says: claim.says,
    engine: options.engine,
    date: options.date,
    sides: { claim: proved, control },
  };
}

async function proveSide(
  claim: Claim,
  side: ClaimSide,
  pool: CampaignPool,
  onProgress: (done: number) => void,
): Promise<SideEvidence> {
  const { experiment } = claim;
  const { expect } = side;
  const values = completeValues(claim, side);
  const wanted = wantedProperties(expect);
  const tally = await pool.run({ experiment: experiment.id, values, wanted, seeds: expect.seeds }, onProgress);
  return sideEvidence(claim, side, tally, judge(experiment, expect, tally));
}
