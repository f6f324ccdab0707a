import type { AuditHead, Store, StoreSettings } from "@fieldbook/server";
import type { Command } from "commander";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { refuseToOverwrite, writeFile } from "../files.ts";
import { table } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { UserError } from "../terminal.ts";
import type { Outcome } from "../program.ts";

/** Loaded when it is needed: other commands start without it. */
const server = () => import("@fieldbook/server");

/** Where the data is; as the server reads it. */
type Environment = Readonly<Record<string, string | undefined>>;

const whereText = `
Where the data is, the environment says, as for the server: FIELDBOOK_DATA (a folder) or DATABASE_URL (PostgreSQL).
See docs/running.md.
`;

/** `fieldbook data …`: backup, restore, export, move, audit. */
export function addData(
  program: Command,
  terminal: Terminal,
  outcome: Outcome,
  environment: Environment = process.env,
): void {
  const data = program
    .command("data")
    .description("back up, restore, export and move what people have written; check the audit log")
    .addHelpText("after", whereText);
  addBackup(data, terminal, environment);
  addRestore(data, terminal, environment);
  addExportOfThreads(data, terminal, environment);
  addMove(data, terminal, environment);
  addAudit(data, terminal, outcome, environment);
}

/** What the person has to mend is said in one sentence. */
async function told<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && (error.name === "StoreError" || error.name === "SettingsError")) {
      throw new UserError(error.message);
    }
    const { code, path } = error as NodeJS.ErrnoException;
    if (code !== undefined && path !== undefined) throw new UserError(`Can not read or write ${path} (${code}).`);
    if (code === "EISDIR") throw new UserError("A file is expected, and this is a folder.");
    throw error;
  }
}

/** Opens the data that the environment names, as the server does. @throws UserError */
export async function withStore<Value>(
  environment: Environment,
  use: (store: Store) => Promise<Value>,
): Promise<Value> {
  return told(async () => {
    const { openFieldbookStore, readSettings, refuseWithoutData } = await server();
    const settings = readSettings(environment);
    refuseWithoutData(settings);
    const store = await openFieldbookStore(settings);
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  });
}

const countsText = (counts: ReadonlyMap<string, number>): string => {
  const rows = [...counts].map(([name, count]) => [name, String(count)]);
  return `${table(["Table", "Rows"], rows).join("\n")}\n`;
};

function addBackup(data: Command, terminal: Terminal, environment: Environment): void {
  data
    .command("backup")
    .description("write all data of one moment into a file, while the server runs")
    .requiredOption("-o, --out <file>", "where to")
    .option("--force", "write over a file that is there already")
    .action(async ({ out, force }: { readonly out: string; readonly force?: true }) => {
      refuseToOverwrite(out, force === true);
      const { backUp, countThreads } = await server();
      const { open, resolved } = await withStore(environment, async (store) => {
        await backUp(store, out);
        return countThreads(store.db);
      });
      const threads = open + resolved === 1 ? "1 thread" : `${String(open + resolved)} threads`;
      terminal.out(
        `Written to ${out}, with ${threads}. Try it: fieldbook data restore ${out}, with another FIELDBOOK_DATA.\n`,
      );
    });
}

function addRestore(data: Command, terminal: Terminal, environment: Environment): void {
  data
    .command("restore")
    .argument("<file>", "a backup")
    .description("fill an empty folder or database from a backup")
    .action(async (file: string) => {
      const { openFieldbookStore, readSettings, restore } = await server();
      const counts = await told(async () => restore(file, readSettings(environment), openFieldbookStore));
      terminal.out(countsText(counts));
    });
}

interface ExportOptions {
  readonly format: string;
  readonly out: string;
  readonly force?: true;
}

function addExportOfThreads(data: Command, terminal: Terminal, environment: Environment): void {
  data
    .command("export")
    .description("write all threads for other programs (json) or for people (markdown)")
    .requiredOption("-f, --format <id>", "json, or markdown: a file a thread")
    .requiredOption("-o, --out <path>", "a file for json, a folder for markdown")
    .option("--force", "write over what is there already")
    .action(async ({ format, out, force }: ExportOptions) => {
      if (format !== "json" && format !== "markdown") {
        throw new UserError(`There is no format "${format}"; there are: json, markdown.`);
      }
      if (format === "json") refuseToOverwrite(out, force === true);
      else if (force !== true && existsSync(out) && readdirSync(out).length > 0) {
        throw new UserError(`${out} is not empty. Give --force to write into it, or another name.`);
      }
      const { exportThreads, threadAsMarkdown } = await server();
      const threads = await withStore(environment, exportThreads);
      if (format === "json") writeFile(out, `${JSON.stringify({ threads }, undefined, 2)}\n`, force === true);
      else {
        await told(async () => mkdirSync(out, { recursive: true }));
        for (const each of threads) writeFile(join(out, `${each.thread.id}.md`), threadAsMarkdown(each), true);
      }
      terminal.out(`${threads.length === 1 ? "1 thread" : `${threads.length} threads`} written to ${out}.\n`);
    });
}

function addMove(data: Command, terminal: Terminal, environment: Environment): void {
  data
    .command("move")
    .description("copy all data from SQLite in FIELDBOOK_DATA to an empty PostgreSQL; the server has to be stopped")
    .requiredOption("--to <url>", "postgres://user:password@host:5432/name")
    .action(async ({ to }: { readonly to: string }) => {
      if (!/^postgres(?:ql)?:\/\//.test(to)) {
        throw new UserError(`--to is "${to}": an address such as postgres://user:password@host:5432/name is expected.`);
      }
      const { move, openFieldbookStore, readSettings } = await server();
      const counts = await told(async () => {
        const { dataFolder } = readSettings({ ...environment, DATABASE_URL: undefined });
        const from: StoreSettings = { dataFolder };
        return move(from, readSettings({ ...environment, DATABASE_URL: to }), openFieldbookStore);
      });
      terminal.out(countsText(counts));
      terminal.out(
        "Both have the same counts. Set DATABASE_URL and start the server; keep the old folder until you are sure.\n",
      );
    });
}

/** A head as this command and the page for operators tell it: "12:" and 64 hexadecimal digits. */
function readHead(text: string): AuditHead {
  const match = /^(\d{1,10}):([0-9a-f]{64})$/.exec(text);
  if (match === null) {
    throw new UserError(`"${text}" is no head of an audit log: "12:" and 64 hexadecimal digits are expected.`);
  }
  return { sequence: Number(match[1]), hash: match[2]! };
}

function addAudit(data: Command, terminal: Terminal, outcome: Outcome, environment: Environment): void {
  data
    .command("audit")
    .description("go through the audit log; exits 1 where an entry is not as it was written")
    .option("--kept <head>", "a head that an earlier call told: shows that later entries were taken or computed anew")
    .option("--json", "the verdict as JSON")
    .action(async ({ kept, json }: { readonly kept?: string; readonly json?: true }) => {
      const head = kept === undefined ? undefined : readHead(kept);
      const { verifyAudit } = await server();
      const verdict = await withStore(environment, async (store) => verifyAudit(store, head));
      if (!verdict.whole) outcome.code = 1;
      if (json === true) terminal.out(`${JSON.stringify(verdict, undefined, 2)}\n`);
      else if (verdict.whole) {
        const { sequence, hash } = verdict.head;
        terminal.out(`Whole up to entry ${sequence}. Keep this elsewhere, for --kept: ${sequence}:${hash}\n`);
      } else terminal.out(`Entry ${verdict.sequence} is not as it was written. ${verdict.why}\n`);
    });
}
