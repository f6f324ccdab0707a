import { evidenceFolder } from "@fieldbook/book/folder";
import { controlProblem, count, isCurrent, isProved } from "@fieldbook/lab";
import type { Claim, Evidence, SideEvidence } from "@fieldbook/lab";
import {
  CampaignPool,
  experimentIdentities,
  proveClaim,
  EvidenceError,
  readEvidence,
  writeEvidence,
} from "@fieldbook/lab/node";
import type { Command } from "commander";
import type { ExitCode, Outcome } from "../program.ts";
import type { Terminal } from "../terminal.ts";
import { progressLine, UserError } from "../terminal.ts";
import { replayDisputes } from "./verify-disputes.ts";

interface VerifyOptions {
  readonly write?: true;
  readonly changed?: true;
  readonly json?: true;
  readonly threads?: string;
  readonly disputes?: true;
}

/** `fieldbook verify [CLAIM...]`: runs both sides of each claim in full. */
export function addVerify(program: Command, terminal: Terminal, outcome: Outcome): void {
  program
    .command("verify")
    .argument("[claim...]", "ids of claims; all of the book when none is given")
    .description("prove claims and their controls; exit 1 when one is false")
    .option("--write", "write the evidence that the pages show")
    .option("--changed", "only claims of which no evidence is left: they, their experiment or its engine have changed")
    .option("--threads <number>", "worker threads; default one per core")
    .option("--disputes", "replay what readers dispute, from the data that FIELDBOOK_DATA or DATABASE_URL names")
    .option("--json", "the evidence as a JSON array")
    .action(async (ids: readonly string[], options: VerifyOptions) => {
      // Loaded here, so that a claim that is wrongly made stops no other command.
      const { claims } = await import("@fieldbook/book");
      const chosen = chooseClaims(claims, ids);
      const wanted = options.changed === true ? changedSince(chosen) : chosen;
      if (wanted.length > 0) outcome.code = await verifyClaims(wanted, options, terminal);
      else
        terminal.out(
          options.json === true ? "[]\n" : "Nothing has changed: the evidence of every claim still speaks for it.\n",
        );
      if (options.disputes === true) await replayDisputes(terminal);
    });
}

/** Proves the claims, says what was found, and returns 1 when one of them is false. */
export async function verifyClaims(
  chosen: readonly Claim[],
  options: VerifyOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const proofs = await proveAll(chosen, options, terminal);
  const proved = proofs.filter(isProved).length;
  if (options.json === true) {
    terminal.out(`${JSON.stringify(proofs, null, 2)}\n`);
  } else {
    const runs = proofs.reduce((sum, { sides }) => sum + sides.claim.runs + sides.control.runs, 0);
    terminal.out(`\n${String(proved)} of ${String(proofs.length)} claims proved, ${count(runs)} runs.\n`);
  }
  return proved === proofs.length ? 0 : 1;
}

/** @throws UserError that lists the ids there are */
function chooseClaims(all: readonly Claim[], ids: readonly string[]): readonly Claim[] {
  if (ids.length === 0) return all;
  return ids.map((id) => {
    const found = all.find((claim) => claim.id === id);
    if (found !== undefined) return found;
    throw new UserError(`There is no claim "${id}"; there are: ${all.map((claim) => claim.id).join(", ")}.`);
  });
}

/** Claims that are not proved by evidence that speaks for them as they and their engine are now. */
function changedSince(claims: readonly Claim[]): readonly Claim[] {
  const identityOf = experimentIdentities();
  return claims.filter((claim) => {
    const found = keptEvidence(evidenceFolder, claim.id);
    return found === undefined || !isCurrent(found, claim, identityOf(claim.experiment.id)) || !isProved(found);
  });
}

/**
 * Proves the claims one after another.
 *
 * @param found what is done with each, in place of what `verify` does
 */
export async function proveAll(
  chosen: readonly Claim[],
  options: VerifyOptions,
  terminal: Terminal,
  found?: (claim: Claim, evidence: Evidence) => void,
): Promise<Evidence[]> {
  const identityOf = experimentIdentities();
  const date = new Date().toISOString().slice(0, 10);
  const pool = new CampaignPool(options.threads === undefined ? undefined : readThreads(options.threads));
  const progress = progressLine(terminal);
  const proofs: Evidence[] = [];
  try {
    for (const claim of chosen) {
      const evidence = await proveClaim(claim, pool, {
        engine: identityOf(claim.experiment.id),
        date,
        onProgress: (done, all) => progress.show(`${claim.id}: ${count(done)} of ${count(all)} runs`),
      });
      progress.clear();
      proofs.push(evidence);
      if (found !== undefined) {
        found(claim, evidence);
        continue;
      }
      if (options.json !== true) terminal.out(describeProof(claim, evidence));
      if (options.write === true) keepEvidence(evidenceFolder, claim, evidence);
    }
  } finally {
    await pool.close();
  }
  return proofs;
}

/** Undefined also for a file that is cut or was changed by hand: a new proof is its mend. */
export function keptEvidence(folder: string, claim: string): Evidence | undefined {
  try {
    return readEvidence(folder, claim);
  } catch (error) {
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}

/** The date of a proof changes only with what was proved: the same proof again leaves the file as it is. */
export function keepEvidence(folder: string, claim: Claim, evidence: Evidence): void {
  const old = keptEvidence(folder, claim.id);
  const same = old !== undefined && isCurrent(old, claim, evidence.engine);
  if (same && JSON.stringify(old.sides) === JSON.stringify(evidence.sides)) return;
  writeEvidence(folder, evidence);
}

function readThreads(text: string): number {
  const threads = Number(text);
  if (Number.isInteger(threads) && threads >= 1 && threads <= 256) return threads;
  throw new UserError(`--threads takes a whole number from 1 to 256; got "${text}".`);
}

function describeProof(claim: Claim, evidence: Evidence): string {
  const side = (name: string, found: SideEvidence): string =>
    `    ${name}: expected "${found.expect.kind}", found ${found.says}${found.met ? "" : "  ← not as expected"}\n`;
  const mark = isProved(evidence) ? "✓ proved" : "✕ FALSE ";
  const problem = controlProblem(evidence.sides.claim.expect, evidence.sides.control.expect);
  const sides = `${side("claim  ", evidence.sides.claim)}${side("control", evidence.sides.control)}`;
  return `${mark}  ${claim.id}\n${sides}${problem === undefined ? "" : `    ${problem}\n`}`;
}
