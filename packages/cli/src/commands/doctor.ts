import { bookFolder, evidenceFolder } from "@fieldbook/book/folder";
import {
  assembleBook,
  criteria,
  entryCriteria,
  reviewStatus,
  rings,
  shortfallsOf,
  undefinedTerms,
} from "@fieldbook/content";
import type { Book, Chapter, Ring, Shortfall, Standing } from "@fieldbook/content";
import type { Claim, Evidence } from "@fieldbook/lab";
import { isCurrent, isProved } from "@fieldbook/lab";
import { experimentIdentities } from "@fieldbook/lab/node";
import { editionEvidence, ownClaims, readEditionBook } from "@fieldbook/site/static";
import type { Command } from "commander";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { readTextFile } from "../files.ts";
import type { Outcome } from "../program.ts";
import type { Terminal } from "../terminal.ts";
import { UserError } from "../terminal.ts";
import { readDisputes } from "./doctor-disputes.ts";
import { keptEvidence } from "./verify.ts";

interface DoctorOptions {
  readonly disputes?: string;
  readonly edition?: string;
  readonly ring?: string;
  readonly today?: string;
  readonly json?: true;
}

/** What falls short at a chapter. */
export interface Finding extends Omit<Shortfall, "criterion"> {
  readonly criterion: Shortfall["criterion"] | "terms" | "ledger";
  readonly chapter: string;
  readonly ring: string;
  /** Whether readers were told that they may rely on it: then the doctor fails. */
  readonly fails: boolean;
}

const soonDays = 30;

/** `fieldbook doctor`: holds each chapter against the criteria of its ring. */
export function addDoctor(program: Command, terminal: Terminal, outcome: Outcome): void {
  program
    .command("doctor")
    .argument("[chapter...]", "part and file; all when none is given")
    .description("what falls short in the handbook; exit 1 when a chapter that is ready for production does")
    .option("--edition <folder>", "an edition in place of the handbook; default: what FIELDBOOK_EDITION names")
    .option("--ring <ring>", "what the chapters lack for that ring; exit 1 when it is anything")
    .option("--disputes <where>", "the server's address, or a file with what its /api/v1/disputes answers")
    .option("--today <day>", "judge as on that day, YYYY-MM-DD")
    .option("--json", "the findings as JSON")
    .action(async (names: readonly string[], options: DoctorOptions) => {
      const today = readDay(options.today);
      const wanted = readRing(options.ring);
      const { claims } = await import("@fieldbook/book");
      const edition = options.edition ?? process.env["FIELDBOOK_EDITION"];
      const { book, ...known } = readPatient(edition === "" ? undefined : edition, claims);
      const disputed = options.disputes === undefined ? new Set<string>() : await readDisputes(options.disputes);
      const standing: Standing = { today, disputed, ...known };
      const chapters = chooseChapters(book, names);
      const findings =
        wanted === undefined
          ? [...examine(chapters, standing), ...examineOthers(book, chapters, today)]
          : lackingFor(wanted, chapters, standing);
      if (findings.some(({ fails }) => fails)) outcome.code = 1;
      if (options.json === true) {
        const asked = options.disputes !== undefined;
        terminal.out(`${JSON.stringify({ today, disputesAsked: asked, findings }, null, 2)}\n`);
      } else terminal.out(describe(chapters, findings, { today, wanted, asked: options.disputes !== undefined }));
    });
}

/** @throws UserError that lists the chapters there are */
function chooseChapters({ parts }: Book, names: readonly string[]): readonly Chapter[] {
  const all = parts.flatMap((part) => part.chapters);
  if (names.length === 0) return all;
  return names.map((name) => {
    const found = all.find(({ id }) => id === name);
    if (found !== undefined) return found;
    throw new UserError(`There is no chapter "${name}"; there are: ${all.map(({ id }) => id).join(", ")}.`);
  });
}

const finding = (chapter: Chapter, shortfall: Shortfall, fails: boolean): Finding => ({
  ...shortfall,
  chapter: chapter.id,
  ring: chapter.ring,
  fails,
});

/** What would have to be mended before the chapters go there. */
const lackingFor = (ring: Ring, chapters: readonly Chapter[], standing: Standing): readonly Finding[] =>
  chapters.flatMap((chapter) =>
    shortfallsOf(chapter, standing, ring).map((shortfall) => finding(chapter, shortfall, true)),
  );

/** What ages is told of in every ring, whether the ring asks for it or not. */
const aging = ["review-in-date", "sources-checked"] as const;

/** Everything that falls short, in the order of the book. */
const examine = (chapters: readonly Chapter[], standing: Standing): readonly Finding[] =>
  chapters.flatMap((chapter) => {
    const aged = aging
      .filter((criterion) => !entryCriteria[chapter.ring].includes(criterion))
      .flatMap((criterion) => criteria[criterion].find(chapter, standing).map((found) => ({ ...found, criterion })));
    return [...shortfallsOf(chapter, standing), ...aged].map((shortfall) =>
      finding(chapter, shortfall, chapter.ring === "ready for production"),
    );
  });

/** What is wrong beside the chapters themselves. */
function examineOthers(book: Book, chapters: readonly Chapter[], today: string): readonly Finding[] {
  const asked = new Set(chapters.map(({ id }) => id));
  const isAsked = ({ chapter }: Finding): boolean => chapter === "" || asked.has(chapter);
  const isWhole = chapters.length === book.parts.flatMap((part) => part.chapters).length;
  // An edition may leave out the pages that need a word of the handbook.
  const words = isWhole && !("edition" in book) ? examineGlossary(book) : [];
  return [...examineLedger(book, today).filter(isAsked), ...examineTerms(book).filter(isAsked), ...words];
}

/** Decisions that nobody can have taken yet. */
const examineLedger = ({ ledger, parts }: Book, today: string): readonly Finding[] => {
  const ringOf = new Map(parts.flatMap((part) => part.chapters).map(({ id, ring }) => [id, ring]));
  return ledger
    .filter(({ date }) => date > today)
    .map(({ date, path, line, practice }) => ({
      criterion: "ledger",
      place: { path, line },
      problem: `The decision about "${practice}" is dated ${date}, and today is ${today}.`,
      mend: "Write the day on which it was taken.",
      chapter: practice,
      ring: ringOf.get(practice) ?? "withdrawn",
      fails: ringOf.get(practice) === "ready for production",
    }));
};

/** Words that are used before they are defined. They mislead nobody about what holds, so they fail no ring. */
const examineTerms = (book: Book): readonly Finding[] =>
  undefinedTerms(book).map(({ chapter, place, term }) => ({
    criterion: "terms",
    place,
    problem: `"${term.term}" is used here before the text says what it means.`,
    mend: `Let the first use lead to the glossary: :term[${term.term}]{key="${term.key}"}`,
    chapter: chapter.id,
    ring: chapter.ring,
    fails: false,
  }));

/** Words that no chapter needs. */
function examineGlossary({ parts, glossary }: Book): readonly Finding[] {
  const used = new Set(parts.flatMap((part) => part.chapters).flatMap((chapter) => chapter.terms));
  const lines = readTextFile(join(bookFolder, "glossary.yaml")).split("\n");
  return [...glossary.values()]
    .filter(({ key }) => !used.has(key))
    .map(({ key, term }) => ({
      criterion: "terms",
      place: { path: "book/glossary.yaml", line: lines.findIndex((line) => line.startsWith(`${key}:`)) + 1 },
      problem: `No chapter leads to the word "${term}".`,
      mend: `Use it, :term[${term}]{key="${key}"}, or take it out.`,
      chapter: "",
      ring: "glossary",
      fails: false,
    }));
}

/** @throws UserError when it is no day of the calendar */
function readDay(given: string | undefined): string {
  if (given === undefined) return new Date().toISOString().slice(0, 10);
  const time = Date.parse(`${given}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(given) && new Date(time || 0).toISOString().slice(0, 10) === given) return given;
  throw new UserError(`--today takes a day of the calendar, for instance 2026-11-23; got "${given}".`);
}

/** @throws UserError */
function readRing(given: string | undefined): Ring | undefined {
  const found = rings.find((ring) => ring === given);
  if (given === undefined || found !== undefined) return found;
  throw new UserError(`There is no ring "${given}"; there are: ${rings.join(", ")}.`);
}

type Known = Pick<Standing, "proofs" | "refuted" | "claims" | "placeOfSource">;

/** The handbook, or an edition of it, with the evidence of its claims as they and their engine are now. */
function readPatient(edition: string | undefined, claims: readonly Claim[]): Known & { readonly book: Book } {
  const identityOf = experimentIdentities();
  const proofs = new Map<string, Evidence>();
  const refuted = new Map<string, Evidence>();
  const take = (claim: Claim, folder: string): void => {
    const found = keptEvidence(folder, claim.id);
    if (found === undefined || !isCurrent(found, claim, identityOf(claim.experiment.id))) return;
    (isProved(found) ? proofs : refuted).set(claim.id, found);
  };
  const handbook = new Map(claims.map((claim) => [claim.id, claim]));
  if (edition === undefined) {
    for (const claim of claims) take(claim, evidenceFolder);
    return {
      book: assembleBook(bookFolder, claims),
      proofs,
      refuted,
      claims: handbook,
      placeOfSource: placesIn([bookSources]),
    };
  }
  const book = readEditionBook(edition, claims);
  const own = new Set(ownClaims(book).map(({ claim }) => claim.id));
  for (const claim of claims) if (!own.has(claim.id)) take(claim, evidenceFolder);
  for (const { claim } of ownClaims(book))
    for (const folder of book.edition.chain) take(claim, editionEvidence(folder));
  const sources = book.edition.chain.map(
    (folder) => [join(folder, "sources.yaml"), `${basename(folder)}/sources.yaml`] as const,
  );
  // The build holds the numbers of an edition against what holds there; the handbook's own stay as they are.
  const atHandbooks = new Map([...handbook].filter(([id]) => !own.has(id)));
  return {
    book,
    proofs,
    refuted,
    claims: atHandbooks,
    placeOfSource: placesIn([...sources.toReversed(), bookSources]),
  };
}

const bookSources = [join(bookFolder, "sources.yaml"), "book/sources.yaml"] as const;

/** Where a source stands, in the first of the files that has it. */
function placesIn(files: readonly (readonly [file: string, path: string])[]): Standing["placeOfSource"] {
  const read = files
    .filter(([file]) => existsSync(file))
    .map(([file, path]) => ({ path, lines: readTextFile(file).split("\n") }));
  return (key) => {
    for (const { path, lines } of read) {
      const line = lines.findIndex((text) => text.startsWith(`${key}:`)) + 1;
      if (line > 0) return { path, line };
    }
    return { path: "book/sources.yaml", line: 1 };
  };
}

interface Asked {
  readonly today: string;
  /** The ring that was asked about. */
  readonly wanted: Ring | undefined;
  readonly asked: boolean;
}

function describe(chapters: readonly Chapter[], findings: readonly Finding[], { today, wanted, asked }: Asked): string {
  const told = findings.map(
    ({ fails, place, ring, problem, mend }) =>
      `${fails ? "✕" : "–"} ${place.path}:${String(place.line)}: ${problem} (${ring})\n    ${mend}\n`,
  );
  const disputes = asked ? "" : "Disputes were not asked for: --disputes takes the server's address or a file.\n";
  const failing = new Set(findings.filter(({ fails }) => fails).map(({ chapter }) => chapter)).size;
  if (wanted !== undefined) {
    const end = failing === 0 ? "nothing is lacking" : "what stands above is lacking";
    const held = chapters.length === 1 ? "1 chapter" : `${String(chapters.length)} chapters`;
    return `${told.join("")}${held} held against "${wanted}": ${end}.\n${disputes}`;
  }
  const soon = chapters
    .map((chapter) => ({ chapter, status: reviewStatus(chapter, today) }))
    .filter(({ status }) => status.overdueDays === 0 && daysUntil(today, status.due) <= soonDays)
    .map(({ chapter, status }) => `– ${chapter.path}: ${status.owner} reviews it by ${status.due}.\n`);
  const ready = chapters.filter(({ ring }) => ring === "ready for production").length;
  const summary =
    `${String(chapters.length)} chapters, ${String(ready)} of them ready for production; ` +
    (failing === 0 ? "these keep what that promises.\n" : `${String(failing)} of these fall short.\n`);
  return [...told, ...soon, summary, disputes].join("");
}

const daysUntil = (today: string, day: string): number => (Date.parse(day) - Date.parse(today)) / 86_400_000;
