import type { BookDraft } from "../assemble-book.ts";
import { ContentError } from "../content-error.ts";
import { lastEntries, parseLedger } from "../life/ledger.ts";
import type { Ledger, LedgerEntry } from "../life/ledger.ts";
import type { EditionPlan } from "./edition-file.ts";
import type { EditionFolder } from "./edition-folder.ts";
import type { Override } from "./override.ts";

type PartDraft = BookDraft["parts"][number];

interface OwnRings {
  readonly parts: readonly PartDraft[];
  readonly ledger: Ledger;
  readonly overrides: readonly Override[];
}

/**
 * The edition's own decisions about rings, after those of the base. The ring that its first entry of a practice comes from
 * is what it was decided against: when the base has moved since, the page says so.
 *
 * @throws ContentError
 */
export function overlayRings(
  parts: readonly PartDraft[],
  below: Ledger,
  plan: EditionPlan,
  folder: EditionFolder,
): OwnRings {
  const pages = new Set(parts.flatMap((part) => part.pages.map(({ draft }) => draft.id)));
  const own = folder.has("ledger.yaml")
    ? parseLedger(folder.read("ledger.yaml"), folder.pathOf("ledger.yaml"), true)
    : [];
  const kept = below.filter(({ practice }) => pages.has(practice));
  const before = lastEntries(kept);
  const decided = lastEntries(own);
  const overrides = firstEntries(own).flatMap((entry) => overrideOf(entry, before, plan));
  const withRings = parts.map((part) => ({
    ...part,
    pages: part.pages.map((page) => {
      const ring = decided.get(page.draft.id)?.to;
      if (ring === undefined || ring === "withdrawn") return page;
      return { ...page, draft: { ...page.draft, frontMatter: { ...page.draft.frontMatter, ring } } };
    }),
  }));
  return { parts: withRings, ledger: [...kept, ...own], overrides };
}

function firstEntries(ledger: Ledger): readonly LedgerEntry[] {
  const seen = new Set<string>();
  return ledger.filter(({ practice }) => !seen.has(practice) && seen.add(practice).has(practice));
}

function overrideOf(
  entry: LedgerEntry,
  below: ReadonlyMap<string, LedgerEntry>,
  plan: EditionPlan,
): readonly Override[] {
  const base = below.get(entry.practice)?.to;
  const place = { path: entry.path, line: entry.line };
  if (entry.to === "withdrawn") {
    const mend = `Write hide: ${entry.practice} under pages: of ${plan.path}.`;
    throw new ContentError(place, "An edition leaves a page out; it does not withdraw a practice.", mend);
  }
  if (base === undefined) {
    if (entry.from === undefined) return [];
    throw new ContentError(place, `"${entry.practice}" has no ring in the base.`, "Leave `from` out.");
  }
  if (entry.from === undefined) {
    throw new ContentError(place, `"${entry.practice}" is in "${base}" in the base.`, `Write from: ${base}.`);
  }
  return [
    {
      edition: plan.title,
      target: "ring",
      id: entry.practice,
      action: "replace",
      why: entry.why,
      place,
      state: entry.from === base ? "fits" : "base changed",
      baseThen: entry.from,
      now: { hash: base, text: base },
      ours: entry.to,
    },
  ];
}
