export { CampaignError, CampaignPool } from "./campaign-pool.ts";
export type { CampaignRequest, SystemCampaignRequest } from "./campaign-pool.ts";
export { engineIdentity, experimentIdentities } from "./engine-identity.ts";
export { EvidenceError, readEvidence, writeEvidence } from "./evidence-file.ts";
export { LoadError, loadSystem } from "./load-system.ts";
export { proveClaim } from "./prove.ts";
export type { ProofOptions } from "./prove.ts";
export { tuneCompiler } from "./tune-compiler.ts";
