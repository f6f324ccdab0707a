import type { Claim, Evidence } from "@fieldbook/lab";
import { slugOf } from "../block-ids.ts";
import { limitsHeading } from "../blocks.ts";
import type { Chapter } from "../chapter.ts";
import type { Place } from "../content-error.ts";
import { addDays, daysBetween } from "../day.ts";
import type { Ring } from "../front-matter.ts";
import { numberProblem } from "../quoted-number.ts";
import type { Proofs } from "./verification-status.ts";

/** A source that nobody has looked up for longer than this, in days, counts no more. */
export const sourceCheckDays = 400;

/** What a chapter is held against. */
export interface Standing {
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly proofs: Proofs;
  readonly claims: ReadonlyMap<string, Claim>;
  /** Evidence of the present engine that is against its claim, or shows that its control does not fail. */
  readonly refuted: Proofs;
  /** Ids of claims that an open counterexample contradicts. */
  readonly disputed: ReadonlySet<string>;
  /** Where a source stands, for errors. */
  readonly placeOfSource: (key: string) => Place;
}

/** A criterion that is not met, where, and how to mend it. */
export interface Shortfall {
  readonly criterion: CriterionId;
  readonly place: Place;
  /** What is wrong, a whole sentence. */
  readonly problem: string;
  readonly mend: string;
}

type Found = Omit<Shortfall, "criterion">;

interface Criterion {
  /** As the documentation has it. */
  readonly says: string;
  readonly find: (chapter: Chapter, standing: Standing) => readonly Found[];
}

const place = (chapter: Chapter, line: number): Place => ({ path: chapter.path, line });
const atClaim = (chapter: Chapter, claim: string): Place =>
  place(chapter, chapter.blocks.find((block) => block.kind === "claim" && block.claim === claim)?.line ?? 1);
const days = (count: number): string => `${String(count)} ${count === 1 ? "day" : "days"}`;

function findReview(chapter: Chapter, { today }: Standing): readonly Found[] {
  const at = place(chapter, chapter.frontMatterLines.reviewed);
  if (chapter.reviewed > today) {
    const problem = `The review is dated ${chapter.reviewed}, and today is ${today}.`;
    return [{ place: at, problem, mend: "Write the day on which the chapter was reviewed." }];
  }
  const overdue = daysBetween(chapter.reviewDue, today);
  if (overdue <= 0) return [];
  const problem = `The review was due on ${chapter.reviewDue} and is overdue by ${days(overdue)}.`;
  const mend = `${chapter.owner}: read the chapter, then set \`reviewed\`, or move it to another ring with an entry in the ledger.`;
  return [{ place: at, problem, mend }];
}

const findUnproved = (chapter: Chapter, { proofs, refuted }: Standing): readonly Found[] =>
  chapter.claims
    .filter((claim) => !proofs.has(claim))
    .map((claim) => {
      const against = refuted.get(claim);
      if (against !== undefined) return { place: atClaim(chapter, claim), ...refutation(against) };
      return {
        place: atClaim(chapter, claim),
        problem: `The claim "${claim}" is not proved by the present engine.`,
        mend: `Run: fieldbook verify ${claim} --write`,
      };
    });

/** What evidence says against its claim. */
export function refutation({ claim, sides }: Evidence): Omit<Found, "place"> {
  const wrong = sides.claim.met ? sides.control : sides.claim;
  const whose = sides.claim.met
    ? `The control of the claim "${claim}" does not fail as it should`
    : `The claim "${claim}" is false`;
  return {
    problem: `${whose}: expected "${wrong.expect.kind}", found ${wrong.says}.`,
    mend: "Mend what it says and expects, or take it out; an edition may move the chapter to another ring.",
  };
}

/** What is not proved is found as such, and its numbers are held against nothing. */
const findNumbers = (chapter: Chapter, { claims, proofs }: Standing): readonly Found[] =>
  chapter.numbers.flatMap(({ path, line, ...number }) => {
    const [claim, proof] = [claims.get(number.claim), proofs.get(number.claim)];
    if (claim === undefined || proof === undefined) return [];
    const problem = numberProblem({ ...number, path, line }, claim, proof);
    if (problem === undefined) return [];
    const mend = "Write what the evidence says, and mend the sentence around it.";
    return [{ place: { path, line }, problem: `A number is wrong: ${problem}.`, mend }];
  });

function findControl(chapter: Chapter, { proofs }: Standing): readonly Found[] {
  if (chapter.claims.some((claim) => proofs.get(claim)?.sides.control.met === true)) return [];
  const mend = `Add one with ::claim{id="…"} and prove it: fieldbook verify --changed --write`;
  return [
    { place: place(chapter, 1), problem: "No claim of the chapter has a control that fails as it should.", mend },
  ];
}

const findTooFewSources =
  (least: number) =>
  (chapter: Chapter): readonly Found[] => {
    const { length } = chapter.sources;
    if (length >= least) return [];
    const problem = `The chapter rests on ${String(length)} ${length === 1 ? "source" : "sources"}, and ${String(least)} are needed.`;
    return [{ place: place(chapter, 1), problem, mend: `Cite what it rests on: :cite[…]{key="…"}` }];
  };

const findOldSources = (chapter: Chapter, { today, placeOfSource }: Standing): readonly Found[] =>
  chapter.sources
    .filter(({ checked }) => addDays(checked, sourceCheckDays) < today || checked > today)
    .map(({ key, checked }) => ({
      place: placeOfSource(key),
      problem:
        checked > today
          ? `The source "${key}" is said to be looked up on ${checked}, and today is ${today}.`
          : `The source "${key}" was last looked up on ${checked}, ${days(daysBetween(checked, today))} ago.`,
      mend: "Look it up, see that it still says what is cited, and set `checked`.",
    }));

const findBox =
  (lens: "manager" | "executive") =>
  (chapter: Chapter): readonly Found[] =>
    chapter.blocks.some((block) => block.kind === "lens" && block.for === lens)
      ? []
      : [{ place: place(chapter, 1), problem: `There is no ${lens}'s box.`, mend: `Add :::lens{for=${lens}} … :::` }];

function findLimits(chapter: Chapter): readonly Found[] {
  if (chapter.blocks.some((block) => block.kind === "heading" && block.id === slugOf(limitsHeading))) return [];
  const mend = `Add a section "## ${limitsHeading}".`;
  return [{ place: place(chapter, 1), problem: "The chapter does not say its limits.", mend }];
}

const findDisputed = (chapter: Chapter, { disputed }: Standing): readonly Found[] =>
  chapter.claims
    .filter((claim) => disputed.has(claim))
    .map((claim) => ({
      place: atClaim(chapter, claim),
      problem: `The claim "${claim}" is disputed by an open counterexample.`,
      mend: "Mend the claim, or settle the thread with the reason.",
    }));

/** All criteria by their ids. */
export const criteria = {
  "review-in-date": { says: "The review is in date.", find: findReview },
  "claims-proved": { says: "Every claim is proved by the present engine.", find: findUnproved },
  "numbers-right": { says: "Each number that a claim answers for is what its evidence says.", find: findNumbers },
  "has-control": { says: "At least one claim has a control that fails as it should.", find: findControl },
  "has-source": { says: "It rests on at least one source.", find: findTooFewSources(1) },
  "two-sources": { says: "It rests on at least two sources.", find: findTooFewSources(2) },
  "sources-checked": {
    says: `Each source was looked up within the last ${String(sourceCheckDays)} days.`,
    find: findOldSources,
  },
  "managers-box": { says: "There is a manager's box.", find: findBox("manager") },
  "executives-box": { says: "There is an executive's box.", find: findBox("executive") },
  "limits-said": { says: "A section says the limits.", find: findLimits },
  "not-disputed": { says: "No open counterexample disputes a claim.", find: findDisputed },
} satisfies Readonly<Record<string, Criterion>>;

export type CriterionId = keyof typeof criteria;

/** What each ring asks for. To leave use is always allowed: "hold" asks only for the reason, which the ledger has. */
export const entryCriteria: Readonly<Record<Ring, readonly CriterionId[]>> = {
  "ready for production": [
    "review-in-date",
    "claims-proved",
    "numbers-right",
    "has-control",
    "two-sources",
    "sources-checked",
    "managers-box",
    "executives-box",
    "limits-said",
    "not-disputed",
  ],
  trial: ["claims-proved", "numbers-right", "has-control", "has-source", "limits-said"],
  assess: ["numbers-right", "has-source"],
  hold: [],
};

/** What a chapter lacks for a ring, its own unless another is named; empty when nothing does. */
export const shortfallsOf = (chapter: Chapter, standing: Standing, ring: Ring = chapter.ring): readonly Shortfall[] =>
  entryCriteria[ring].flatMap((criterion) =>
    criteria[criterion].find(chapter, standing).map((found) => ({ ...found, criterion })),
  );
