import { bookFolder, evidenceFolder } from "@fieldbook/book/folder";
import { assembleBook, criteria, entryCriteria, reviewStatus, shortfallsOf, undefinedTerms } from "@fieldbook/content";
import type { Book, Shortfall, Standing } from "@fieldbook/content";
import type { Claim, Evidence } from "@fieldbook/lab";
import { isCurrent, isProved } from "@fieldbook/lab";
import { experimentIdentities } from "@fieldbook/lab/node";
import type { Command } from "commander";
import { join } from "node:path";
import { readTextFile } from "../files.ts";
import type { Outcome } from "../program.ts";
import type { Terminal } from "../terminal.ts";
import { UserError } from "../terminal.ts";
import { readDisputes } from "./doctor-disputes.ts";
import { keptEvidence } from "./verify.ts";

interface DoctorOptions {
  readonly disputes?: string;
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
    .description("what falls short in the handbook; exit 1 when a chapter that is ready for production does")
    .option("--disputes <where>", "the server's address, or a file with what its /api/v1/disputes answers")
    .option("--today <day>", "judge as on that day, YYYY-MM-DD")
    .option("--json", "the findings as JSON")
    .action(async (options: DoctorOptions) => {
      const today = readDay(options.today);
      const { claims } = await import("@fieldbook/book");
      const book = assembleBook(bookFolder, claims);
      const disputed = options.disputes === undefined ? new Set<string>() : await readDisputes(options.disputes);
      const standing = {
        today,
        ...readProofs(claims),
        claims: new Map(claims.map((claim) => [claim.id, claim])),
        disputed,
        placeOfSource: sourcePlaces(),
      };
      const findings = [
        ...examine(book, standing),
        ...examineLedger(book, today),
        ...examineTerms(book),
        ...examineGlossary(book),
      ];
      if (findings.some(({ fails }) => fails)) outcome.code = 1;
      if (options.json === true) {
        const asked = options.disputes !== undefined;
        terminal.out(`${JSON.stringify({ today, disputesAsked: asked, findings }, null, 2)}\n`);
      } else terminal.out(describe(book, findings, today, options.disputes !== undefined));
    });
}

/** Everything that falls short, in the order of the book. A review that lapsed is told of in every ring. */
const examine = ({ parts }: Pick<Book, "parts">, standing: Standing): readonly Finding[] =>
  parts
    .flatMap((part) => part.chapters)
    .flatMap((chapter) => {
      const asked = entryCriteria[chapter.ring].includes("review-in-date");
      const reviews = asked ? [] : criteria["review-in-date"].find(chapter, standing);
      const lapsed = reviews.map((found) => ({ ...found, criterion: "review-in-date" as const }));
      return [...shortfallsOf(chapter, standing), ...lapsed].map((shortfall) => ({
        ...shortfall,
        chapter: chapter.id,
        ring: chapter.ring,
        fails: chapter.ring === "ready for production",
      }));
    });

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

/** The evidence of the claims as they and their engine are now: for them, and against them. */
function readProofs(claims: readonly Claim[]): Pick<Standing, "proofs" | "refuted"> {
  const identityOf = experimentIdentities();
  const proofs = new Map<string, Evidence>();
  const refuted = new Map<string, Evidence>();
  for (const claim of claims) {
    const found = keptEvidence(evidenceFolder, claim.id);
    if (found === undefined || !isCurrent(found, claim, identityOf(claim.experiment.id))) continue;
    (isProved(found) ? proofs : refuted).set(claim.id, found);
  }
  return { proofs, refuted };
}

function sourcePlaces(): Standing["placeOfSource"] {
  const lines = readTextFile(join(bookFolder, "sources.yaml")).split("\n");
  return (key) => ({ path: "book/sources.yaml", line: lines.findIndex((line) => line.startsWith(`${key}:`)) + 1 });
}

function describe(book: Book, findings: readonly Finding[], today: string, asked: boolean): string {
  const chapters = book.parts.flatMap((part) => part.chapters);
  const told = findings.map(
    ({ fails, place, ring, problem, mend }) =>
      `${fails ? "✕" : "–"} ${place.path}:${String(place.line)}: ${problem} (${ring})\n    ${mend}\n`,
  );
  const soon = chapters
    .map((chapter) => ({ chapter, status: reviewStatus(chapter, today) }))
    .filter(({ status }) => status.overdueDays === 0 && daysUntil(today, status.due) <= soonDays)
    .map(({ chapter, status }) => `– ${chapter.path}: ${status.owner} reviews it by ${status.due}.\n`);
  const failing = new Set(findings.filter(({ fails }) => fails).map(({ chapter }) => chapter)).size;
  const ready = chapters.filter(({ ring }) => ring === "ready for production").length;
  const summary =
    `${String(chapters.length)} chapters, ${String(ready)} of them ready for production; ` +
    (failing === 0 ? "these keep what that promises.\n" : `${String(failing)} of these fall short.\n`);
  const disputes = asked ? "" : "Disputes were not asked for: --disputes takes the server's address or a file.\n";
  return [...told, ...soon, summary, disputes].join("");
}

const daysUntil = (today: string, day: string): number => (Date.parse(day) - Date.parse(today)) / 86_400_000;
