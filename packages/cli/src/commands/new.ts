import { bookFolder } from "@fieldbook/book/folder";
import type { Claim } from "@fieldbook/lab";
import type { Command } from "commander";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readTextFile } from "../files.ts";
import type { Terminal } from "../terminal.ts";
import { UserError } from "../terminal.ts";
import { draftChapterFiles } from "./new-chapter.ts";
import { draftClaimFiles } from "./new-claim.ts";
import { draftSourceFile, readWork } from "./new-source.ts";
import type { SourceOptions } from "./new-source.ts";
import { writeTried } from "./try-draft.ts";

const loadClaims = async (): Promise<readonly Claim[]> => (await import("@fieldbook/book")).claims;

const today = (): string => new Date().toISOString().slice(0, 10);

/** `fieldbook new …`: writes files of the book that pass its checks as they are, to be changed from there. */
export function addNew(program: Command, terminal: Terminal): void {
  const make = program
    .command("new")
    .description("write the beginning of a chapter, a claim or a source, so that it passes the checks");
  make
    .command("chapter")
    .argument("<part/name>", "where it goes: operate/caching")
    .requiredOption("--title <title>", "its title")
    .requiredOption("--owner <owner>", "who answers for it")
    .option("--like <claim>", "the claim that its first one begins from", "twenty-hard-dependencies")
    .action(async (id: string, options: { readonly title: string; readonly owner: string; readonly like: string }) => {
      const known = await loadClaims();
      const begun = draftChapterFiles(id, { ...options, known, today: today(), read });
      await writeTried(begun.files, begun.claim, today());
      terminal.out(
        `Written: ${[...begun.files.keys()].map((file) => `book/${file}`).join(", ")}.\n` +
          `Its claim "${begun.claim}" is a copy of "${options.like}" and is proved. Change it, then: fieldbook verify ${begun.claim} --write\n`,
      );
    });
  make
    .command("claim")
    .argument("<id>", "its id: lower-case words joined by hyphens")
    .requiredOption("--chapter <part/name>", "the chapter that it stands in")
    .option("--like <claim>", "the claim that it begins from", "twenty-hard-dependencies")
    .action(async (id: string, options: { readonly chapter: string; readonly like: string }) => {
      const files = draftClaimFiles(id, { ...options, known: await loadClaims(), read });
      await writeTried(files, id, today());
      terminal.out(
        `Written: ${[...files.keys()].map((file) => `book/${file}`).join(", ")}. The claim is proved as a copy of "${options.like}".\n` +
          `Change its sentence, numbers and control, then: fieldbook verify ${id} --write\n`,
      );
    });
  make
    .command("source")
    .argument("<key>", "its key: ongaro-2014")
    .option("--bibtex <file>", "read it from BibTeX; - for standard input")
    .option("--csl <file>", "read it from CSL-JSON; - for standard input")
    .option("--type <type>", "by hand: its type in CSL, for instance paper-conference")
    .option("--author <name...>", "by hand: 'Family, Given', or the name of an organisation")
    .option("--title <title>", "by hand")
    .option("--container <title>", "by hand: the journal, proceedings or site")
    .option("--publisher <name>", "by hand")
    .option("--year <year>", "by hand")
    .option("--doi <doi>", "by hand")
    .option("--url <url>", "by hand")
    .requiredOption("--topic <topic>", "what it is about")
    .requiredOption("--level <level>", "introduction, practice or research")
    .action(async (key: string, options: SourceOptions) => {
      const text = draftSourceFile(key, await readWork(options), {
        ...options,
        today: today(),
        sources: read("sources.yaml"),
      });
      await writeTried(new Map([["sources.yaml", text]]), undefined, today());
      terminal.out(`Added to book/sources.yaml. Cite it: :cite[§3]{key="${key}"}\n`);
    });
}

function read(file: string): string {
  const path = join(bookFolder, file);
  if (!existsSync(path)) throw new UserError(`There is no book/${file}.`);
  return readTextFile(path);
}
