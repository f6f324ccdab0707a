import { isLens, lenses } from "@fieldbook/content";
import type { Lens } from "@fieldbook/content";
import { Option } from "commander";
import type { Command } from "commander";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuseToOverwrite, writeFile } from "../files.ts";
import type { Terminal } from "../terminal.ts";
import { UserError } from "../terminal.ts";
import { buildPages } from "./build-pages.ts";

/** Loaded when it is needed: other commands start without a browser's driver. */
const exports = () => import("@fieldbook/export");

/** What can be made, each with its sentence. */
const kinds = {
  pdf: "the whole book as PDF, with an outline and page numbers in its contents",
  summary: "what an executive needs of each chapter, on two pages, as PDF",
  epub: "the whole book as EPUB 3",
  html: "the whole book as one HTML file that needs nothing else",
  zip: "all pages as an archive: read them from the folder, or serve it to run experiments too",
  figures: "a folder with a page for each claim",
} as const;

type Kind = keyof typeof kinds;

/** `fieldbook publish KIND -o FILE`: the handbook in other forms. The same book gives the same bytes. */
export function addPublish(program: Command, terminal: Terminal): void {
  const publish = program.command("publish").description("write the handbook as PDF, EPUB, HTML or an archive");
  for (const [kind, says] of Object.entries(kinds)) {
    publish
      .command(kind)
      .description(says)
      .requiredOption("-o, --output <path>", kind === "figures" ? "the folder to make" : "the file to write")
      .option("--force", "write over what is there")
      .addOption(lensOption(kind as Kind))
      .action(async ({ output, force, lens }: PublishOptions) => {
        refuseToOverwrite(output, force === true);
        if (lens !== undefined && !isLens(lens)) {
          throw new UserError(`There is no lens "${lens}"; there are: ${lenses.join(", ")}.`);
        }
        await write(kind as Kind, output, force === true, lens);
        terminal.out(`Written to ${output}.\n`);
      });
  }
}

interface PublishOptions {
  readonly output: string;
  readonly force?: true;
  readonly lens?: string;
}

/** Of books alone: the others are for one lens, or for all. */
function lensOption(kind: Kind): Option {
  const option = new Option("--lens <lens>", `whose text: ${lenses.join(", ")}; default: all of it`);
  return kind === "pdf" || kind === "epub" || kind === "html" ? option : option.hideHelp();
}

async function write(kind: Kind, output: string, force: boolean, lens: Lens | undefined): Promise<void> {
  if (lens !== undefined && kind !== "pdf" && kind !== "epub" && kind !== "html") {
    throw new UserError(`--lens is for pdf, epub and html; ${kind} has none.`);
  }
  const { bookEpub, bookHtml, bookInOne, bookPdf, claimFigures, offlineZip, summaryPdf, whyNoChromium } =
    await exports();
  if (kind === "zip") {
    return writeFile(output, await builtAfresh(offlineZip), force);
  }
  const book = await readBook();
  if ((kind === "pdf" || kind === "summary") && whyNoChromium !== undefined) throw new UserError(`${whyNoChromium}.`);
  switch (kind) {
    case "pdf":
      return writeFile(output, await bookPdf(book, lens), force);
    case "summary":
      return writeFile(output, await summaryPdf(book), force);
    case "epub":
      return writeFile(output, bookEpub(book, lens), force);
    case "html":
      return writeFile(output, bookHtml(bookInOne(book, lens)), force);
    case "figures":
      mkdirSync(output, { recursive: true });
      for (const [name, html] of claimFigures(book)) writeFile(join(output, name), html, force);
  }
}

async function readBook() {
  const { isAuthorsError, readSiteBook } = await exports();
  try {
    return await readSiteBook();
  } catch (error) {
    if (isAuthorsError(error)) throw new UserError(error.message);
    throw error;
  }
}

/** The pages are built for it: those that lie about may be of another day, or of another edition. */
async function builtAfresh<Value>(use: (site: string) => Value): Promise<Value> {
  const scratch = mkdtempSync(join(tmpdir(), "fieldbook-pages-"));
  try {
    const site = join(scratch, "site");
    await buildPages(process.env["FIELDBOOK_EDITION"], site, false);
    return use(site);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
