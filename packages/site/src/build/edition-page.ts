import { chapterUrl, describeOverride } from "@fieldbook/content";
import type { Chapter, Override, OverrideTarget } from "@fieldbook/content";
import { ownNumbers } from "../claim/claim-here.ts";
import { escapeHtml } from "./html.ts";
import type { Page } from "./page.ts";
import type { ClaimHere } from "./read-edition.ts";
import type { SiteBook } from "./site-book.ts";

const quote = (label: string, text: string | undefined): string =>
  text === undefined ? "" : `<p>${label}</p><blockquote><p>${escapeHtml(text)}</p></blockquote>`;

/** What an override changes: its reason, and the words of the base where they are gone from the page. */
function details(override: Override): string {
  const { why, now, baseThen, state, action } = override;
  const base = action === "add" || action === "parameters" ? "" : quote("The handbook says:", now?.text);
  const before = state === "fits" ? "" : quote("When this was written, it said:", baseThen);
  return `<details class="edition-note" data-state="${state}"><summary>${escapeHtml(describeOverride(override))}</summary>
<p>${escapeHtml(why)}</p>${base}${before}</details>`;
}

/** What an edition did to a chapter that no passage of it can show: the page as a whole, its ring, and what is left out. */
export function editionHead(chapter: Chapter, book: SiteBook): string {
  if (book.edition === undefined) return "";
  const ring = book.edition.overrides.filter(({ target, id }) => target === "ring" && id === chapter.id);
  const own = (chapter.overrides ?? []).filter(
    ({ target, action, state }) => target === "page" || action === "hide" || state === "base gone",
  );
  return [...own, ...ring].map((override) => details(withoutPage(override))).join("\n");
}

/** A whole page of the base is no quotation; its versions are a page of their own. */
const withoutPage = (override: Override): Override => {
  if (override.target !== "page") return override;
  const { now: _, baseThen: __, ...rest } = override;
  return rest;
};

const titles: Readonly<Record<OverrideTarget, string>> = {
  page: "Pages",
  block: "Passages",
  claim: "Claims",
  term: "Terms",
  source: "Sources",
  ring: "Rings",
};

const addressOf = ({ target, id }: Override, book: SiteBook): string | undefined => {
  const chapters = book.parts.flatMap((part) => part.chapters);
  const [page = "", block] = id.split("#");
  if (target === "term") return `/glossary/#${id}`;
  if (target === "source") return undefined;
  const home = target === "claim" ? chapters.find(({ claims }) => claims.includes(id)) : undefined;
  if (home !== undefined) return chapterUrl(home.id, id);
  const chapter = chapters.find((one) => one.id === page);
  if (chapter === undefined) return undefined;
  const there = chapter.blocks.some((one) => one.id === block);
  return chapterUrl(chapter.id, there ? block : undefined);
};

function overrideEntry(override: Override, book: SiteBook): string {
  const url = addressOf(override, book);
  const name = url === undefined ? override.id : `<a href="${url}">${override.id}</a>`;
  return `<li>${name}${details(withoutPage(override))}</li>`;
}

const standings = {
  holds: "holds",
  "does not hold": "does not hold",
  "no difference": "holds with and without the mechanism",
} as const;

function claimRow(here: ClaimHere, book: SiteBook): string {
  const url = addressOf(here.override, book);
  const says = escapeHtml(here.claim.says);
  const base = here.handbook === undefined ? "not proved by this engine" : `proved (${here.handbook.date})`;
  return `<tr><td>${url === undefined ? says : `<a href="${url}">${says}</a>`}</td>
<td>${escapeHtml(ownNumbers(here).join("; "))}</td>
<td><strong>${standings[here.standing]}</strong>: ${escapeHtml(here.evidence.sides.claim.says)}</td><td>${base}</td></tr>`;
}

function claimTable(book: SiteBook): string {
  const found = [...book.here.values()].filter(({ override }) => override.action === "parameters");
  if (found.length === 0) return "";
  const rows = found.map((here) => claimRow(here, book));
  return `<h2 id="own-numbers">Claims at our own numbers</h2>
<div class="table-frame" tabindex="0" role="region" aria-label="Claims at our own numbers"><table>
<thead><tr><th>Claim</th><th>Our numbers</th><th>Here</th><th>In the handbook</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>`;
}

/** All that an edition changes, with reasons, and what the handbook's claims come to at its numbers. */
export function editionPages(book: SiteBook): readonly Page[] {
  if (book.edition === undefined) return [];
  const { edition, overrides } = book.edition;
  const groups = (Object.keys(titles) as OverrideTarget[]).map((target) => {
    const own = overrides.filter((override) => override.target === target);
    if (own.length === 0) return "";
    return `<h2 id="${target}s">${titles[target]}</h2>\n<ul class="edition-list">${own.map((one) => overrideEntry(one, book)).join("\n")}</ul>`;
  });
  const stale = overrides.filter(({ state }) => state !== "fits").length;
  const beneath =
    stale === 0
      ? "The handbook has not changed beneath any of them."
      : `Beneath <strong>${String(stale)}</strong> of them the handbook has changed since, and nobody has looked at it yet.`;
  return [
    {
      id: "edition",
      title: "This edition",
      description: `What ${edition.title} changes in the handbook, and why.`,
      html: `<p>${escapeHtml(edition.title)} is an edition of Fieldbook. ${escapeHtml(edition.owner)} answers for it. It makes
${String(overrides.length)} changes; what is not listed here are the handbook’s own words. ${beneath}</p>
${claimTable(book)}
${groups.join("\n")}`,
      headings: [],
      contents: false,
    },
  ];
}
