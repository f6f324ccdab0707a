import type { Claim } from "@fieldbook/lab";
import { claims as ducksInARow } from "./operate/ducks-in-a-row.claims.ts";
import { claims as consistencyModels } from "./physics/consistency-models.claims.ts";
import { claims as metastableFailure } from "./robust/metastable-failure.claims.ts";

/** Every claim of the book, chapter by chapter. */
export const claims: readonly Claim[] = [...ducksInARow, ...consistencyModels, ...metastableFailure];
