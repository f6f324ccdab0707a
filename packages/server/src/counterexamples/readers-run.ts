import * as v from "valibot";

/*
 * What a reader posts as evidence: not what they saw, but what makes it happen again.
 */

const seed = v.pipe(
  v.number("a number is expected"),
  v.safeInteger("a whole number is expected"),
  v.minValue(0, "a number from 0 is expected"),
  v.maxValue(0xffff_ffff, "a number to 4294967295 is expected"),
);
const value = v.union(
  [v.pipe(v.number(), v.finite()), v.boolean(), v.pipe(v.string(), v.maxLength(200))],
  "a number, a text, true or false is expected",
);

/** A run of a claim's experiment: all that the link to it says. */
export const claimRunSchema = v.strictObject({
  claim: v.pipe(v.string("the id of a claim is expected"), v.maxLength(200)),
  side: v.optional(v.picklist(["claim", "control"], '"claim" or "control" is expected'), "claim"),
  /** Values of the experiment's parameters; those that are not given are the claim's. */
  values: v.optional(v.record(v.pipe(v.string(), v.maxLength(100)), value), {}),
  seed,
});

/** A run of one of the lab's systems: the file that the lab and `fieldbook shrink` write. */
export const systemRunSchema = v.strictObject({
  counterexample: v.looseObject({
    format: v.literal("fieldbook counterexample 1", 'a file of "fieldbook counterexample 1" is expected'),
    system: v.pipe(v.string("the id of a system is expected"), v.maxLength(200)),
  }),
});

export const readersRunSchema = v.union(
  [claimRunSchema, systemRunSchema],
  'a run of a claim ("claim", "values", "seed") or a "counterexample" of a system is expected',
);

export type ClaimRun = v.InferOutput<typeof claimRunSchema>;
export type SystemRun = v.InferOutput<typeof systemRunSchema>;
export type ReadersRun = v.InferOutput<typeof readersRunSchema>;

/** What came of a run when it was made again. */
export interface ReplayedRun {
  /** Whether it contradicts what the handbook says. */
  readonly contradicts: boolean;
  /** What was seen, or why it contradicts nothing; one or two sentences. */
  readonly says: string;
  /** The claim that is contradicted; null when it is the lab's word on a system. */
  readonly claim: string | null;
  readonly system: string | null;
  /** 16 hexadecimal digits. */
  readonly traceHash: string;
  readonly engine: { readonly version: string; readonly digest: string };
}

/** The run can not be made: it asks for what there is not. */
export class RunRefused extends Error {
  override readonly name = "RunRefused";
}
