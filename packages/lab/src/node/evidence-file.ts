import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Evidence } from "../evidence.ts";

/** An evidence file that can not be read; the message names it and the mend. */
export class EvidenceError extends Error {
  override readonly name = "EvidenceError";
}

/** The committed evidence of a claim; undefined when there is none yet. */
export function readEvidence(folder: string, claimId: string): Evidence | undefined {
  const path = join(folder, `${claimId}.json`);
  if (!existsSync(path)) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EvidenceError(`${path} is not JSON (${why}). Make it again: npx fieldbook verify ${claimId} --write`);
  }
  if (!isEvidence(data)) {
    throw new EvidenceError(
      `${path} lacks parts of an evidence. Make it again: npx fieldbook verify ${claimId} --write`,
    );
  }
  return data;
}

function isEvidence(data: unknown): data is Evidence {
  if (typeof data !== "object" || data === null) return false;
  const record = data as Record<string, unknown>;
  const sides = record["sides"] as Record<string, unknown> | undefined;
  return (
    ["claim", "says", "date"].every((field) => typeof record[field] === "string") &&
    typeof record["engine"] === "object" &&
    ["claim", "control"].every((side) => typeof sides?.[side] === "object")
  );
}

/** Written beside and renamed, so that no reader ever sees half a file. */
export function writeEvidence(folder: string, evidence: Evidence): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${evidence.claim}.json`);
  writeFileSync(`${path}.new`, `${JSON.stringify(evidence, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}
