import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Evidence } from "../evidence.ts";

/** An evidence file that can not be read; the message names it and the mend. */
export class EvidenceError extends Error {
  override readonly name = "EvidenceError";
}

/**
 * Over all that the file says beside it. It is no signature: who wants to deceive computes it anew, and a proof run again
 * shows that. It tells when a file was edited or merged by hand.
 */
const sealOf = (content: object): string => createHash("sha256").update(JSON.stringify(content)).digest("hex");

/**
 * The committed evidence of a claim; undefined when there is none yet.
 *
 * @throws EvidenceError when the file is not as the proof left it
 */
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
  const { seal, ...evidence } = data;
  if (seal !== sealOf(evidence)) {
    throw new EvidenceError(
      `${path} is not as the proof left it. Make it again: npx fieldbook verify ${claimId} --write`,
    );
  }
  return evidence;
}

function isEvidence(data: unknown): data is Evidence & { readonly seal: string } {
  if (typeof data !== "object" || data === null) return false;
  const record = data as Record<string, unknown>;
  const sides = record["sides"] as Record<string, unknown> | undefined;
  return (
    ["claim", "says", "date", "seal"].every((field) => typeof record[field] === "string") &&
    typeof record["engine"] === "object" &&
    ["claim", "control"].every((side) => typeof sides?.[side] === "object")
  );
}

/** Written beside and renamed, so that no reader ever sees half a file. */
export function writeEvidence(folder: string, evidence: Evidence): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${evidence.claim}.json`);
  const sealed = { ...evidence, seal: sealOf(evidence) };
  writeFileSync(`${path}.new`, `${JSON.stringify(sealed, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}
