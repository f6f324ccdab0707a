import type { EngineIdentity, Evidence } from "@fieldbook/lab";
import { createHash } from "node:crypto";
import type { Chapter } from "../chapter.ts";

/** Evidence by claim: only what the present engine has proved and what fits the claim as it stands. */
export type Proofs = ReadonlyMap<string, Evidence>;

/** The clock of machines: do the claims still hold? Never merged with the people's. */
export interface VerificationStatus {
  readonly claims: number;
  /** How many of them the present engine has proved. */
  readonly proved: number;
  /** How many of the proved ones fail, as they should, with the mechanism taken away. */
  readonly controls: number;
  /** The engine's version. */
  readonly engine: string;
  /** 12 hexadecimal digits over the evidence of all proved claims; absent when there is none. */
  readonly digest?: string;
  /** The day of the oldest of these proofs; absent when there is none. */
  readonly date?: string;
}

/** @param engine the one that the proofs are of */
export function verificationStatus(
  chapter: Pick<Chapter, "claims">,
  proofs: Proofs,
  engine: EngineIdentity,
): VerificationStatus {
  const found = chapter.claims.flatMap((id) => proofs.get(id) ?? []);
  const [oldest] = found.map(({ date }) => date).toSorted();
  return {
    claims: chapter.claims.length,
    proved: found.length,
    controls: found.filter(({ sides }) => sides.control.met).length,
    engine: engine.version,
    ...(oldest === undefined ? {} : { digest: digestOf(found), date: oldest }),
  };
}

/** Changes when a claim, its engine or any run behind it changes. The order of the chapter does not count. */
function digestOf(proofs: readonly Evidence[]): string {
  const lines = proofs.map(
    ({ claim, says, engine, sides }) =>
      `${claim} ${engine.digest} ${sides.claim.digest} ${sides.control.digest} ${says}`,
  );
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex").slice(0, 12);
}
