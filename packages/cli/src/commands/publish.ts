import type { Command } from "commander";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { refuseToOverwrite, writeFile } from "../files.ts";
import type { Terminal } from "../terminal.ts";
import { UserError } from "../terminal.ts";

/** Loaded when it is needed: other commands start without a browser's driver. */
const exports = () => import("@fieldbook/export");

const builtSite = fileURLToPath(new URL("../../../site/dist", import.meta.url));

/** What can be made, each with its sentence. */
const kinds = {
  pdf: "the whole book as PDF, with an outline and page numbers in its contents",
  summary: "what an executive needs of each chapter, on two pages, as PDF",
  epub: "the whole book as EPUB 3",
  html: "the whole book as one HTML file that needs nothing else",
  zip: "the built site as an archive that opens without a server",
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
      .action(async ({ output, force }: { readonly output: string; readonly force?: true }) => {
        refuseToOverwrite(output, force === true);
        await write(kind as Kind, output, force === true);
        terminal.out(`Written to ${output}.\n`);
      });
  }
}

async function write(kind: Kind, output: string, force: boolean): Promise<void> {
  const { bookEpub, bookHtml, bookInOne, bookPdf, claimFigures, offlineZip, summaryPdf, whyNoChromium } =
    await exports();
  if (kind === "zip") {
    const zip = told(() => offlineZip(builtSite));
    return writeFile(output, zip, force);
  }
  const book = await readBook();
  if ((kind === "pdf" || kind === "summary") && whyNoChromium !== undefined) throw new UserError(`${whyNoChromium}.`);
  switch (kind) {
    case "pdf":
      return writeFile(output, await bookPdf(book), force);
    case "summary":
      return writeFile(output, await summaryPdf(book), force);
    case "epub":
      return writeFile(output, bookEpub(book), force);
    case "html":
      return writeFile(output, bookHtml(bookInOne(book)), force);
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

function told<Value>(make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    if (error instanceof Error && error.name === "OfflineError") throw new UserError(error.message);
    throw error;
  }
}
