import { bookFolder } from "@fieldbook/book/folder";
import { chapterUrl, compareVersions } from "@fieldbook/content";
import type { Chapter, VersionRow } from "@fieldbook/content";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ChapterVersion } from "./chapter-history.ts";
import { chapterHistory } from "./chapter-history.ts";
import { escapeHtml } from "./html.ts";
import type { Page } from "./page.ts";
import type { SiteBook } from "./site-book.ts";

const nameOf = ({ date }: ChapterVersion): string => date ?? "as it stands here";

function column(row: VersionRow, side: "removed" | "added"): string {
  const tag = side === "removed" ? "del" : "ins";
  return row.parts
    .filter(({ kind }) => kind === "same" || kind === side)
    .map(({ kind, text }) => (kind === "same" ? escapeHtml(text) : `<${tag}>${escapeHtml(text)}</${tag}>`))
    .join("");
}

const rowHtml = (row: VersionRow): string =>
  `<div class="versions-row"><p>${column(row, "removed")}</p><p>${column(row, "added")}</p></div>`;

/** What changed with one block around it; of what did not, how much there is. */
function rowsHtml(rows: readonly VersionRow[]): string {
  const isNear = (index: number): boolean =>
    [index - 1, index, index + 1].some((near) => (rows[near]?.kind ?? "same") !== "same");
  const shown: string[] = [];
  let left = 0;
  const gap = (): void => {
    if (left > 0) shown.push(`<p class="versions-gap">… ${String(left)} unchanged …</p>`);
    left = 0;
  };
  for (const [index, row] of rows.entries()) {
    if (!isNear(index)) left += 1;
    else {
      gap();
      shown.push(rowHtml(row));
    }
  }
  gap();
  return shown.join("\n");
}

function comparison(now: ChapterVersion, before: ChapterVersion, index: number): string {
  const rows = compareVersions(before.text, now.text);
  const changed = rows.filter(({ kind }) => kind !== "same").length;
  const commits = `${before.commit ?? ""} → ${now.commit ?? "not committed"}`;
  return `<h2 id="version-${String(index + 1)}">${nameOf(before)} → ${nameOf(now)}</h2>
<p>${escapeHtml(now.says)} <span class="versions-gap">${commits}; ${String(changed)} of ${String(rows.length)} blocks.</span></p>
<details${index === 0 ? " open" : ""}><summary>Before and after</summary>
${rowsHtml(rows)}
</details>`;
}

/** The versions of one chapter, each beside the one before it. */
export function versionPage({ id, title }: Pick<Chapter, "id" | "title">, versions: readonly ChapterVersion[]): Page {
  const pairs = versions
    .slice(0, -1)
    .map((now, index) => ({ now, before: versions[index + 1]! }))
    // A commit that changed the head alone, or the formatting, changed no words.
    .filter(({ now, before }) => compareVersions(before.text, now.text).some(({ kind }) => kind !== "same"))
    .map(({ now, before }, index) => comparison(now, before, index));
  const first = versions.at(-1);
  const none =
    first === undefined
      ? "This build has no history: it was not made in a git work tree, or git was not at hand."
      : `There is one version so far, of ${nameOf(first)}.`;
  return {
    id: `versions/${id}`,
    title: `Versions of “${title}”`,
    description: `How the words of “${title}” changed.`,
    html: `<p>How the words of <a href="${chapterUrl(id)}">${escapeHtml(title)}</a> changed, the newest change first: before on the
left, after on the right. How far it may be relied on is <a href="/changes/">another matter</a>.</p>
${pairs.length === 0 ? `<p>${none}</p>` : pairs.join("\n")}`,
    headings: [],
    contents: false,
  };
}

/** Where a chapter is written: in the handbook, or in the edition that added or replaced it. */
function fileOf({ id }: Chapter, { edition }: SiteBook): readonly [folder: string, file: string] {
  const own = `pages/${id}.md`;
  const folder = edition?.edition.chain.findLast((one) => existsSync(join(one, own)));
  return folder === undefined ? [bookFolder, `${id}.md`] : [folder, own];
}

/** A page of versions for each chapter, and the list of them. */
export function versionPages(book: SiteBook): readonly Page[] {
  const chapters = book.parts.flatMap((part) => part.chapters);
  const pages = chapters.map((chapter) => {
    const [folder, file] = fileOf(chapter, book);
    const versions = chapterHistory(folder, file, readFileSync(join(folder, file), "utf8"));
    return { chapter, versions, page: versionPage(chapter, versions) };
  });
  const rows = pages.map(({ chapter: { id, title }, versions }) => {
    const [newest] = versions;
    const says = newest === undefined ? "no history" : `${String(versions.length)}, the newest ${nameOf(newest)}`;
    return `<li><a href="/versions/${id}/">${escapeHtml(title)}</a>: ${says}</li>`;
  });
  const list: Page = {
    id: "versions",
    title: "Versions",
    description: "How the words of each chapter changed.",
    html: `<p>How the words of each chapter changed, from the history that this build was made with.</p>\n<ul>${rows.join("\n")}</ul>`,
    headings: [],
    contents: false,
  };
  return [list, ...pages.map(({ page }) => page)];
}
