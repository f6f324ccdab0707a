export { CampaignError, CampaignPool } from "./campaign-pool.ts";
export type { CampaignRequest } from "./campaign-pool.ts";
export { engineIdentity } from "./engine-identity.ts";
export { EvidenceError, readEvidence, writeEvidence } from "./evidence-file.ts";
export { proveClaim } from "./prove.ts";
export type { ProofOptions } from "./prove.ts";
