import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix, resolve } from "node:path";
import { ContentError } from "../content-error.ts";

/** What an edition may hold, each with the names of its files. */
const allowed: readonly (readonly [folder: RegExp, file: RegExp])[] = [
  [/^$/, /^(edition|glossary|sources|ledger)\.yaml$|^README\.md$|^\.gitattributes$/],
  [/^pages\/[a-z0-9-]+$/, /^[a-z0-9-]+\.md$/],
  [/^base$/, /^[0-9a-f]{12}\.txt$/],
  [/^evidence$/, /^[a-z0-9-]+\.json$/],
];

const folders = /^(pages(\/[a-z0-9-]+)?|base|evidence)$/;

const program = /\.([cm]?[jt]sx?|mdx|html?|svg|astro|wasm|sh|py|json5?)$/i;

/** The files of an edition: data alone, all within its folder. */
export interface EditionFolder {
  /** On this machine. */
  readonly folder: string;
  /** Its last name; errors begin with it. */
  readonly name: string;
  /** As it was given: commands in errors take it. */
  readonly given: string;
  /** Below the folder, in order. */
  readonly files: ReadonlySet<string>;
  /** As errors name a file of the edition. */
  pathOf(file: string): string;
  has(file: string): boolean;
  /** @throws ContentError when it is not there */
  read(file: string): string;
}

/**
 * Looks through an edition's folder before anything of it is read.
 *
 * @throws ContentError for what is no data or leads out of the folder: programs, links of the file system, other files
 */
export function openEditionFolder(path: string): EditionFolder {
  const folder = resolve(path);
  const name = basename(folder);
  const pathOf = (file: string): string => posix.join(name, file);
  if (!existsSync(folder) || !lstatSync(folder).isDirectory()) {
    const problem = existsSync(folder) ? "This is no folder." : "There is no such folder.";
    const mend = `Name an edition's folder, or make one: fieldbook edition new ${path}`;
    throw new ContentError({ path: pathOf(""), line: 1 }, problem, mend);
  }
  const files = new Set(listFiles(folder, "", pathOf));
  return {
    folder,
    name,
    given: path,
    files,
    pathOf,
    has: (file) => files.has(file),
    read: (file) => {
      if (files.has(file)) return readFileSync(join(folder, file), "utf8");
      throw new ContentError({ path: pathOf(file), line: 1 }, "The file is missing.", "Write it.");
    },
  };
}

function listFiles(folder: string, inside: string, pathOf: (file: string) => string): string[] {
  return readdirSync(join(folder, inside))
    .toSorted()
    .flatMap((name) => {
      const file = posix.join(inside, name);
      const kind = lstatSync(join(folder, file));
      const refuse = (problem: string, mend: string): never => {
        throw new ContentError({ path: pathOf(file), line: 1 }, problem, mend);
      };
      if (kind.isSymbolicLink())
        refuse("An edition does not leave its folder.", "Copy the file here; links are refused.");
      if (kind.isDirectory()) {
        if (folders.test(file)) return listFiles(folder, file, pathOf);
        return refuse("An edition has no such folder.", "There are pages/<part>/, base/ and evidence/.");
      }
      const parent = dirname(file) === "." ? "" : dirname(file);
      const fits = allowed.some(([where, what]) => where.test(parent) && what.test(name));
      if (!fits && program.test(name)) {
        refuse("An edition is data and runs no code.", "Remove the file; own numbers go into claims: of edition.yaml.");
      }
      if (!fits) {
        const mend = "There are edition.yaml, glossary.yaml, sources.yaml, ledger.yaml and pages/<part>/<page>.md.";
        refuse("An edition has no such file.", mend);
      }
      return [file];
    });
}
