import type { Claim } from "@fieldbook/lab";

/** Every claim of the book, chapter by chapter. */
export const claims: readonly Claim[] = [];
