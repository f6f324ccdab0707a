import * as v from "valibot";
import type { Chapter } from "../chapter.ts";
import { ContentError } from "../content-error.ts";
import { rings } from "../front-matter.ts";
import type { Ring } from "../front-matter.ts";
import { offerNames } from "../offer-names.ts";
import { daySchema, keySchema, linesOfItems, readYaml, textSchema } from "../yaml-data.ts";

const ringList = rings.join(", ");
const places = [...rings, "withdrawn"] as const;

const entrySchema = v.strictObject({
  /** The day of the decision. */
  date: daySchema,
  /** The chapter's id: part and file. */
  practice: v.pipe(
    v.string("a chapter is named by its part and file"),
    v.regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, "a chapter is named by its part and file, for instance operate/queues"),
  ),
  /** The ring that is left; absent in a practice's first entry. */
  from: v.optional(v.picklist(places, `a ring is one of ${ringList}`)),
  /** The ring that is entered; the same as before when it was confirmed; "withdrawn" when the chapter is taken out. */
  to: v.picklist(places, `a ring is one of ${ringList}, or "withdrawn" when the chapter is taken out`),
  /** Who decided. */
  who: textSchema,
  /** The reason, in a sentence or two. */
  why: textSchema,
  /** What the decision rested on. */
  evidence: v.optional(
    v.strictObject({
      claims: v.array(keySchema, "a list of ids of claims is expected"),
      /** Of the chapter's evidence on that day; see `VerificationStatus`. */
      digest: v.optional(
        v.pipe(v.string("a digest is text"), v.regex(/^[0-9a-f]{12}$/, "a digest has 12 hexadecimal digits")),
      ),
    }),
  ),
});

/** One decision about the ring of a practice. */
export interface LedgerEntry extends v.InferOutput<typeof entrySchema> {
  /** As errors name the ledger's file. */
  readonly path: string;
  /** In the ledger's file, from 1. */
  readonly line: number;
}

/** The decisions in the order of time. */
export type Ledger = readonly LedgerEntry[];

/**
 * Reads `ledger.yaml`: a list of decisions, the oldest first. Each begins where the one before it of the same practice
 * ended.
 *
 * @param startsAnywhere the first entry of a practice may come from any ring: an edition goes on where its base stands
 * @throws ContentError
 */
export function parseLedger(text: string, path: string, startsAnywhere = false): Ledger {
  const read = readYaml(text, v.array(entrySchema, "a list of entries is expected"), { path, firstLine: 1 });
  const lines = linesOfItems(text);
  const entries = read.map((entry, index) => ({ ...entry, path, line: lines[index] ?? 1 }));
  const last = new Map<string, LedgerEntry>();
  for (const [index, entry] of entries.entries()) {
    const before = entries[index - 1];
    if (before !== undefined && entry.date < before.date) {
      const problem = `The entry of ${entry.date} stands after one of ${before.date}.`;
      throw new ContentError({ path, line: entry.line }, problem, "Add new entries at the end, and change no old one.");
    }
    if (last.has(entry.practice) || !startsAnywhere) checkFrom(entry, last.get(entry.practice));
    checkEvidence(entry);
    last.set(entry.practice, entry);
  }
  return entries;
}

function checkFrom(entry: LedgerEntry, before: LedgerEntry | undefined): void {
  if (entry.from === before?.to) return;
  const place = { path: entry.path, line: entry.line };
  if (before === undefined) {
    const problem = `This is the first entry of "${entry.practice}", and it comes from "${entry.from ?? ""}".`;
    throw new ContentError(place, problem, "Leave `from` out, or add the entry that is missing before it.");
  }
  throw new ContentError(
    place,
    `"${entry.practice}" was in "${before.to}" since ${before.date}, and this entry comes from "${entry.from ?? "nowhere"}".`,
    `Write from: ${before.to}, or add the entry that is missing between.`,
  );
}

/** Readers build on what is ready for production: such a decision says what it rests on. */
function checkEvidence({ to, evidence, practice, path, line }: LedgerEntry): void {
  if (to !== "ready for production" || evidence !== undefined) return;
  const mend = "Add evidence: with the claims that the decision rests on.";
  throw new ContentError({ path, line }, `"${practice}" goes into "${to}" without evidence.`, mend);
}

/** The last entry of each practice. */
export const lastEntries = (ledger: Ledger): ReadonlyMap<string, LedgerEntry> =>
  new Map(ledger.map((entry) => [entry.practice, entry]));

/**
 * Holds the chapters against the ledger: a ring that is written at a chapter is the one that was decided last.
 *
 * @throws ContentError in the chapter or in the ledger, wherever the mend is
 */
export function checkLedger(ledger: Ledger, chapters: readonly Chapter[], path: string): void {
  const last = lastEntries(ledger);
  const byId = new Map(chapters.map((chapter) => [chapter.id, chapter]));
  for (const chapter of chapters) {
    const entry = last.get(chapter.id);
    const place = { path: chapter.path, line: chapter.frontMatterLines.ring };
    if (entry === undefined) {
      const mend = `Add one: date, practice: ${chapter.id}, to: ${chapter.ring}, who and why.`;
      throw new ContentError(place, `The ring "${chapter.ring}" has no entry in ${path}.`, mend);
    }
    if (entry.to !== chapter.ring) throw new ContentError(place, ...contradiction(chapter.ring, entry));
  }
  for (const entry of last.values()) checkEntry(entry, byId);
}

const contradiction = (ring: Ring, entry: LedgerEntry): [problem: string, mend: string] => [
  `The chapter says "${ring}", and ${entry.path}:${String(entry.line)} put it into "${entry.to}" on ${entry.date}.`,
  `Write ring: ${entry.to}, or add an entry from ${entry.to} to ${ring} with who, why and evidence.`,
];

function checkEntry(entry: LedgerEntry, chapters: ReadonlyMap<string, Chapter>): void {
  if (entry.to === "withdrawn") return;
  const place = { path: entry.path, line: entry.line };
  const chapter = chapters.get(entry.practice);
  if (chapter === undefined) {
    const mend = `${offerNames(entry.practice, chapters.keys())} A chapter that was taken out has a last entry to: withdrawn.`;
    throw new ContentError(place, `There is no chapter "${entry.practice}".`, mend);
  }
  const unknown = entry.evidence?.claims.find((claim) => !chapter.claims.includes(claim));
  if (unknown !== undefined) {
    const mend = `${offerNames(unknown, chapter.claims)} When the claim was taken out, add an entry that confirms the ring without it.`;
    throw new ContentError(place, `The chapter "${chapter.id}" has no claim "${unknown}".`, mend);
  }
}
