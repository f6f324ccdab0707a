import { bookFolder } from "@fieldbook/book/folder";
import { assembleBook, numberProblem } from "@fieldbook/content";
import type { Claim } from "@fieldbook/lab";
import { CampaignPool, experimentIdentities, proveClaim, writeEvidence } from "@fieldbook/lab/node";
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { writeFile } from "../files.ts";
import { UserError } from "../terminal.ts";

/** Files to write, by their paths below the book's folder. */
export type Draft = ReadonlyMap<string, string>;

/** The formatter of this project, where it is installed: what it does not know, it leaves alone. */
const formatter = fileURLToPath(new URL("../../../../node_modules/.bin/oxfmt", import.meta.url));

/**
 * Writes all files of a draft, or none: they are tried in a copy of the book first, where the claim that they bring is
 * proved.
 *
 * @param claim the id of that claim; undefined when they bring none
 * @param folder of the book
 * @throws UserError that says what is wrong with the book as it would be
 */
export async function writeTried(
  draft: Draft,
  claim: string | undefined,
  today: string,
  folder: string = bookFolder,
): Promise<void> {
  // Beside the book, so that its code finds the same packages.
  const cache = join(dirname(folder), ".cache");
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, "draft-"));
  try {
    const book = join(scratch, basename(folder));
    cpSync(folder, book, { recursive: true, filter: (path) => basename(path) !== "node_modules" });
    for (const [file, text] of draft) writeFileSync(join(book, file), text);
    await tryBook(book, claim, today);
    for (const [file, text] of draft) writeFile(join(folder, file), text, true);
    if (claim !== undefined) {
      copyFileSync(join(book, "evidence", `${claim}.json`), join(folder, "evidence", `${claim}.json`));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const paths = [...draft.keys()].map((file) => join(folder, file));
  if (existsSync(formatter)) spawnSync(formatter, paths);
}

async function tryBook(book: string, id: string | undefined, today: string): Promise<void> {
  try {
    const { claims } = (await import(pathToFileURL(join(book, "index.ts")).href)) as {
      readonly claims: readonly Claim[];
    };
    const assembled = assembleBook(book, claims);
    if (id === undefined) return;
    const claim = claims.find((one) => one.id === id)!;
    const pool = new CampaignPool();
    try {
      const engine = experimentIdentities()(claim.experiment.id);
      const evidence = await proveClaim(claim, pool, { engine, date: today });
      writeEvidence(join(book, "evidence"), evidence);
      const numbers = assembled.parts.flatMap(({ chapters }) => chapters.flatMap((chapter) => chapter.numbers));
      const wrong = numbers.find(
        (number) => number.claim === id && numberProblem(number, claim, evidence) !== undefined,
      );
      if (wrong !== undefined) throw new Error(`the number "${wrong.text}" is not what "${id}" measures`);
    } finally {
      await pool.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`Nothing was written, since the book would be wrong with it. ${why}`);
  }
}
