import { bookFolder } from "@fieldbook/book/folder";
import { applySuggestion, assembleBook } from "@fieldbook/content";
import type { Command } from "commander";
import { createTwoFilesPatch } from "diff";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTextFile, writeFile } from "../files.ts";
import type { Terminal } from "../terminal.ts";
import { UserError } from "../terminal.ts";

interface ProposeOptions {
  readonly output: string;
  readonly post?: string;
  readonly force?: true;
}

/** `fieldbook propose THREAD -o FILE.patch`: a suggestion of a thread as a patch that an editor applies. */
export function addPropose(program: Command, terminal: Terminal): void {
  program
    .command("propose")
    .argument("<thread>", "the address of a thread, or a file with what GET /api/v1/threads/ID answers")
    .description("make a patch of a thread's suggestion: a post with a block that begins with ```suggestion")
    .requiredOption("-o, --output <file>", "the patch to write; git apply takes it")
    .option("--post <number>", "which of its posts, from 1; default: the newest with a suggestion")
    .option("--force", "write over what is there")
    .action(async (where: string, options: ProposeOptions) => {
      if (options.post !== undefined && !/^[1-9]\d{0,5}$/.test(options.post)) {
        throw new UserError(`--post takes the number of a post, from 1; got "${options.post}".`);
      }
      const proposal = readProposal(await readThread(where), where, options.post);
      const { claims } = await import("@fieldbook/book");
      const file = `${proposal.chapter}.md`;
      const before = readTextFile(join(bookFolder, file));
      const suggested = applySuggestion(before, proposal.quote, proposal.suggestion, `book/${file}`);
      checkWhole(file, suggested.text, claims);
      const patch = createTwoFilesPatch(`a/book/${file}`, `b/book/${file}`, before, suggested.text, "", "");
      writeFile(options.output, patch.replace(/^=+\n/, ""), options.force === true);
      const markup = suggested.tookMarkup
        ? `It replaces markup: ${suggested.replaced}\nSee that nothing is lost that should stay, such as a citation.\n`
        : "";
      terminal.out(`book/${file}:${String(suggested.line)}. ${markup}Apply it: git apply ${options.output}\n`);
    });
}

/** The book with the change has to pass: a patch that breaks it helps nobody. */
function checkWhole(file: string, text: string, claims: Parameters<typeof assembleBook>[1]): void {
  const work = mkdtempSync(join(tmpdir(), "fieldbook-propose-"));
  try {
    const copy = join(work, "book");
    cpSync(bookFolder, copy, { recursive: true, filter: (path) => !/node_modules|evidence/.test(path) });
    writeFileSync(join(copy, file), text);
    assembleBook(copy, claims);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Proposal {
  readonly chapter: string;
  readonly quote: string;
  readonly suggestion: string;
}

const isRecord = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === "object" && data !== null;

/** @throws UserError when the thread has no anchor at a sentence, or no suggestion */
function readProposal(data: unknown, where: string, post: string | undefined): Proposal {
  const thread = isRecord(data) && isRecord(data["thread"]) ? data["thread"] : data;
  const posts = isRecord(data) && Array.isArray(data["posts"]) ? (data["posts"] as readonly unknown[]) : [];
  const anchor = isRecord(thread) ? thread["anchor"] : undefined;
  const selectors =
    isRecord(anchor) && Array.isArray(anchor["selector"]) ? (anchor["selector"] as readonly unknown[]) : [];
  const quoted = selectors.find((one) => isRecord(one) && one["type"] === "TextQuoteSelector");
  const quote = isRecord(quoted) ? quoted["exact"] : undefined;
  const chapter = isRecord(thread) ? thread["chapter"] : undefined;
  if (typeof chapter !== "string" || typeof quote !== "string") {
    throw new UserError(
      `${where}: the thread stands at no sentence, so there is nothing to put a suggestion in place of.`,
    );
  }
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(chapter) || !existsSync(join(bookFolder, `${chapter}.md`))) {
    throw new UserError(`${where}: there is no chapter "${chapter}" in this book.`);
  }
  const chosen = post === undefined ? posts : posts.slice(Number(post) - 1, Number(post));
  const found = chosen
    .map((one) => suggestionOf(isRecord(one) ? one["body"] : undefined))
    .findLast((one) => one !== undefined);
  if (found === undefined && post !== undefined) {
    throw new UserError(
      `${where}: post ${post} of ${String(posts.length)} has no suggestion. Leave --post out for the newest.`,
    );
  }
  if (found === undefined) {
    throw new UserError(`${where}: no post has a suggestion. It is a block of code that begins with \`\`\`suggestion.`);
  }
  return { chapter, quote, suggestion: found };
}

const suggestionOf = (body: unknown): string | undefined =>
  typeof body === "string" ? /^```suggestion[ \t]*\r?\n([^]*?)^```[ \t]*$/m.exec(body)?.[1]?.trim() : undefined;

/** Of the address of a thread's page, of its address in the API, or of a file. */
async function readThread(where: string): Promise<unknown> {
  const text = /^https?:\/\//.test(where) ? await fetchThread(where) : readTextFile(where);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UserError(`${where}: it is not JSON. Save what GET /api/v1/threads/ID of the server answers.`);
  }
}

const timeoutMs = 10_000;

/** A team's server asks for a token: FIELDBOOK_TOKEN. */
async function fetchThread(where: string): Promise<string> {
  const url = new URL(where);
  url.hash = "";
  url.pathname = url.pathname.replace(/^\/threads\/([0-9a-f-]{36})\/?$/, "/api/v1/threads/$1");
  const token = process.env["FIELDBOOK_TOKEN"];
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
    if (response.ok) return await response.text();
    const mend = [401, 403].includes(response.status) ? " Set FIELDBOOK_TOKEN to a token of yours." : "";
    throw new UserError(`${url.href} answered ${String(response.status)}.${mend}`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new UserError(`Can not read ${url.href}: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}
