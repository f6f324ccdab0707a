import { bookFolder } from "@fieldbook/book/folder";
import { assembleBook, pinEdition } from "@fieldbook/content";
import type { Book, EditionBook, Override } from "@fieldbook/content";
import { isProved } from "@fieldbook/lab";
import type { Claim } from "@fieldbook/lab";
import { editionEvidence, ownClaims, readEditionBook } from "@fieldbook/site/static";
import type { Command } from "commander";
import type { Outcome } from "../program.ts";
import type { Terminal } from "../terminal.ts";
import { UserError } from "../terminal.ts";
import { buildPages } from "./build-pages.ts";
import { newEdition } from "./edition-new.ts";
import { keepEvidence, proveAll } from "./verify.ts";

const loadClaims = async (): Promise<readonly Claim[]> => (await import("@fieldbook/book")).claims;

/** `fieldbook edition …`: an organisation's own edition, a folder of data over the handbook. */
export function addEdition(program: Command, terminal: Terminal, outcome: Outcome): void {
  const edition = program
    .command("edition")
    .description("an organisation's own edition: a folder of data over the handbook");
  edition
    .command("new")
    .argument("<folder>", "the folder to make; its last name becomes the edition's")
    .description("write the beginning of an edition")
    .option("--title <title>", "what the edition is called")
    .option("--owner <owner>", "who answers for it")
    .action((folder: string, options: { readonly title?: string; readonly owner?: string }) => {
      terminal.out(newEdition(folder, options));
    });
  edition
    .command("pin")
    .argument("<folder>", "the edition")
    .argument("[id...]", "overrides to pin, as status names them; all when none is given")
    .description("say that overrides were written, or read again, for the handbook of today")
    .action(async (folder: string, ids: readonly string[]) => {
      await pin(folder, ids, terminal);
    });
  edition
    .command("blocks")
    .argument("<page>", "part and file: operate/queues")
    .description("the ids of a page's passages, for replace:, before:, after: and hide:")
    .option("--of <folder>", "an edition; the handbook when absent")
    .action(async (page: string, options: { readonly of?: string }) => {
      const claims = await loadClaims();
      const { parts } =
        options.of === undefined ? assembleBook(bookFolder, claims) : readEditionBook(options.of, claims);
      terminal.out(listBlocks(parts, page));
    });
  edition
    .command("status")
    .argument("<folder>", "the edition")
    .description("what the handbook changed beneath the edition: then, now and ours; exit 1 when there is something")
    .option("--json", "all overrides as JSON")
    .action(async (folder: string, options: { readonly json?: true }) => {
      const book = readEditionBook(folder, await loadClaims());
      if (book.overrides.some(({ state }) => state !== "fits")) outcome.code = 1;
      terminal.out(options.json === true ? `${JSON.stringify(book.overrides, null, 2)}\n` : describeStatus(book));
    });
  edition
    .command("verify")
    .argument("<folder>", "the edition")
    .description("run the claims at the edition's own numbers, and keep what is found in its folder")
    .option("--threads <number>", "worker threads; default one per core")
    .action(async (folder: string, options: { readonly threads?: string }) => {
      await verify(readEditionBook(folder, await loadClaims()), options, terminal);
    });
  edition
    .command("build")
    .argument("<folder>", "the edition")
    .description("build its pages; nothing is left behind when something is wrong")
    .requiredOption("-o, --output <folder>", "the folder to write")
    .option("--force", "take the place of what is there")
    .action(async (folder: string, options: { readonly output: string; readonly force?: true }) => {
      // What is wrong in the edition is said before the pages are begun.
      readEditionBook(folder, await loadClaims());
      await buildPages(folder, options.output, options.force === true);
      terminal.out(`Built into ${options.output}.\n`);
    });
}

/** @throws UserError that names the pages there are */
function listBlocks(parts: Book["parts"], page: string): string {
  const chapters = parts.flatMap((part) => part.chapters);
  const chapter = chapters.find(({ id }) => id === page);
  if (chapter === undefined) {
    throw new UserError(`There is no page "${page}"; there are: ${chapters.map(({ id }) => id).join(", ")}.`);
  }
  const lines = chapter.blocks.map(
    ({ id, kind, text }) => `${page}#${id}\n    ${kind}: ${text.slice(0, 100).split("\n")[0] ?? ""}\n`,
  );
  return lines.join("");
}

async function pin(folder: string, ids: readonly string[], terminal: Terminal): Promise<void> {
  const only = ids.length === 0 ? undefined : new Set(ids);
  const pinned = pinEdition(folder, { bookFolder, claims: await loadClaims() }, only);
  for (const { override, before, pin: hash } of pinned) {
    terminal.out(`${override.target} ${override.id}: ${before === undefined ? "" : `${before} → `}${hash}\n`);
  }
  terminal.out(pinned.length === 0 ? "Every pin is that of today.\n" : `${String(pinned.length)} pinned.\n`);
}

const indent = (text: string): string => text.replaceAll(/^/gm, "      ");

function describeOne({ target, id, action, place, state, baseThen, now, ours }: Override): string {
  const head = `${state === "fits" ? "✓" : "✕"} ${target} ${id}: ${action === "parameters" ? "own numbers" : action}`;
  if (state === "fits") return `${head}\n`;
  const part = (name: string, text: string | undefined): string => `    ${name}\n${indent(text ?? "(nothing)")}\n`;
  return (
    `${head}; ${state} (${place.path}:${String(place.line)})\n` +
    part("base then", baseThen) +
    part("base now", now?.text) +
    part("ours", ours)
  );
}

function describeStatus({ edition, overrides }: EditionBook): string {
  const stale = overrides.filter(({ state }) => state !== "fits").length;
  const end =
    stale === 0
      ? "The handbook has not changed beneath any of them.\n"
      : `Beneath ${String(stale)} the handbook has changed. Read them, mend ours where it is needed, then: fieldbook edition pin ${edition.name}\n`;
  return `${edition.title}: ${String(overrides.length)} overrides\n${overrides.map(describeOne).join("")}${end}`;
}

async function verify(book: EditionBook, options: { readonly threads?: string }, terminal: Terminal): Promise<void> {
  const folder = editionEvidence(book.edition.folder);
  const claims = ownClaims(book).map(({ claim }) => claim);
  if (claims.length === 0) {
    terminal.out("No claim has own numbers: the handbook's evidence speaks for all.\n");
    return;
  }
  let holding = 0;
  await proveAll(claims, options, terminal, (claim, evidence) => {
    keepEvidence(folder, claim, evidence);
    const { sides } = evidence;
    if (isProved(evidence)) holding += 1;
    const found = isProved(evidence)
      ? "✓ holds here     "
      : sides.claim.met
        ? "= no difference  "
        : "✕ does not hold  ";
    terminal.out(`${found} ${claim.id}\n    claim:   ${sides.claim.says}\n    control: ${sides.control.says}\n`);
  });
  terminal.out(
    `\n${String(holding)} of ${String(claims.length)} claims hold at the numbers of ${book.edition.title}.\n`,
  );
}
