import type { Claim } from "@fieldbook/lab";
import type { BookDraft, DraftPage } from "../assemble-book.ts";
import { ContentError } from "../content-error.ts";
import { lookUp } from "../inline.ts";
import type { Vocabulary } from "../inline.ts";
import { offerNames } from "../offer-names.ts";
import { draftChapter, modelChapter } from "../parse-chapter.ts";
import type { BaseTexts } from "./base-texts.ts";
import { overlayClaims } from "./edition-claims.ts";
import { actionOf } from "./edition-file.ts";
import type { EditionPlan, PageEntry } from "./edition-file.ts";
import type { EditionFolder } from "./edition-folder.ts";
import type { Override } from "./override.ts";
import { dropLostLinks, overlayChapter } from "./overlay-chapter.ts";
import { overlayRings } from "./overlay-rings.ts";
import { overlayWords } from "./overlay-words.ts";
import { pinPage } from "./pins.ts";

/** A book of one edition or several over the handbook, not yet checked as a whole. */
export interface EditionDraft extends BookDraft {
  readonly claims: ReadonlyMap<string, Claim>;
  readonly overrides: readonly Override[];
}

type PartDraft = BookDraft["parts"][number];

/**
 * Lays an edition over what it is based on.
 *
 * @throws ContentError at the first thing that is wrong in the edition
 */
export function overlayBook(
  below: EditionDraft,
  plan: EditionPlan,
  folder: EditionFolder,
  base: BaseTexts,
): EditionDraft {
  const words = overlayWords(below, plan, folder, base);
  const ownClaims = overlayClaims(below.claims, plan, base);
  const vocabulary: Vocabulary = { claims: ownClaims.claims, sources: words.sources, glossary: words.glossary };
  const pages = overlayPages(below, { plan, folder, base, vocabulary });
  const rings = overlayRings(pages.parts, below.ledger, plan, folder);
  const blocks = rings.parts
    .flatMap((part) => part.pages)
    .flatMap(({ draft }) => draft.overrides ?? [])
    .filter(({ target, edition }) => target === "block" && edition === plan.title);
  refuseUnknownPages(plan, rings.parts);
  const overrides = [...pages.overrides, ...blocks, ...ownClaims.overrides, ...words.overrides, ...rings.overrides];
  const leftOut = new Set(overrides.filter(({ action }) => action === "hide").map(({ id }) => id));
  for (const { draft } of rings.parts.flatMap((part) => part.pages)) dropLostLinks(draft, leftOut);
  return {
    parts: rings.parts,
    claims: ownClaims.claims,
    sources: words.sources,
    glossary: words.glossary,
    ledger: rings.ledger,
    ledgerPath: folder.pathOf("ledger.yaml"),
    overrides: [...below.overrides, ...overrides],
  };
}

interface Around {
  readonly plan: EditionPlan;
  readonly folder: EditionFolder;
  readonly base: BaseTexts;
  readonly vocabulary: Vocabulary;
}

function overlayPages(below: EditionDraft, around: Around): { parts: readonly PartDraft[]; overrides: Override[] } {
  const { plan, base, vocabulary } = around;
  const overrides: Override[] = [];
  const newParts = (plan.parts ?? []).map((part, index): PartDraft => {
    if (!below.parts.some(({ id }) => id === part.id)) return { ...part, pages: [] };
    const mend = "Give it another id; pages are added to a part that is there by their names.";
    throw new ContentError(plan.placeOf("parts", index), `The base has a part "${part.id}" already.`, mend);
  });
  let parts: readonly PartDraft[] = [...below.parts, ...newParts];
  for (const [index, entry] of (plan.pages ?? []).entries()) {
    const changed = overlayPage(parts, entry, index, around);
    parts = changed.parts;
    overrides.push(changed.override);
  }
  const withBlocks = parts.map((part) => ({
    ...part,
    pages: part.pages.map((page): DraftPage => ({
      ...page,
      draft: overlayChapter(page.draft, plan, base, vocabulary),
    })),
  }));
  refuseForgotten(plan, around.folder);
  return { parts: withBlocks.filter(({ pages }) => pages.length > 0), overrides };
}

function overlayPage(
  parts: readonly PartDraft[],
  entry: PageEntry,
  index: number,
  { plan, folder, base, vocabulary }: Around,
): { parts: readonly PartDraft[]; override: Override } {
  const action = actionOf<"add" | "replace" | "hide">(entry, ["add", "replace", "hide"], plan.placeOf("pages", index));
  const id = entry[action] ?? "";
  const place = plan.placeOf("pages", index, action);
  const [partId = ""] = id.split("/");
  const part = lookUp(new Map(parts.map((one) => [one.id, one])), "part", partId, place);
  const page = part.pages.find(({ draft }) => draft.id === id);
  const say: Pick<Override, "edition" | "target" | "id" | "action" | "why" | "place" | "entry"> = {
    edition: plan.title,
    target: "page",
    id,
    action,
    why: entry.why,
    place,
    entry: ["pages", index],
  };
  const readOwn = (override: Override): DraftPage => {
    const file = `pages/${id}.md`;
    const text = folder.read(file);
    const draft = draftChapter(text, { ...vocabulary, path: folder.pathOf(file), id });
    return { draft: { ...draft, overrides: [{ ...override, ours: text }] }, text };
  };
  const withPages = (pages: readonly DraftPage[]): readonly PartDraft[] =>
    parts.map((one) => (one === part ? { ...one, pages } : one));
  if (action === "add") {
    if (page !== undefined) {
      throw new ContentError(
        place,
        `The base has a page "${id}" already.`,
        "Write replace: and a pin, or another name.",
      );
    }
    const override: Override = { ...say, state: "fits" };
    return { parts: withPages(inserted(part, readOwn(override), entry.after, place)), override };
  }
  const now = page === undefined ? undefined : pinPage(textOf(page, vocabulary));
  if (page === undefined && base.text(entry.pin) === undefined) {
    const known = parts.flatMap((one) => one.pages.map(({ draft }) => draft.id));
    throw new ContentError(place, `There is no page "${id}" in the base.`, offerNames(id, known));
  }
  const override: Override = { ...say, ...base.hold(entry.pin, now, place), ...(now === undefined ? {} : { now }) };
  if (action === "hide") return { parts: withPages(part.pages.filter((one) => one !== page)), override };
  const own = readOwn(override);
  if (page === undefined) return { parts: withPages([...part.pages, own]), override };
  return { parts: withPages(part.pages.map((one) => (one === page ? own : one))), override };
}

/** A page's words as they stand: its Markdown, and where an edition below changed blocks of it, what it made of them. */
function textOf({ draft, text }: DraftPage, vocabulary: Vocabulary): string {
  if (draft.overrides?.some(({ target }) => target === "block") !== true) return text;
  return modelChapter(draft, vocabulary)
    .blocks.map((block) => block.text)
    .join("\n\n");
}

function inserted(
  part: PartDraft,
  page: DraftPage,
  after: string | undefined,
  place: Override["place"],
): readonly DraftPage[] {
  if (after === undefined) return [...part.pages, page];
  const at = part.pages.findIndex(({ draft }) => draft.id === after);
  if (at >= 0) return part.pages.toSpliced(at + 1, 0, page);
  const known = part.pages.map(({ draft }) => draft.id);
  throw new ContentError(place, `There is no page "${after}" in the part "${part.id}".`, offerNames(after, known));
}

/** A page that no entry names would be written and never read. */
function refuseForgotten(plan: EditionPlan, folder: EditionFolder): void {
  const named = new Set((plan.pages ?? []).flatMap(({ add, replace }) => add ?? replace ?? []));
  for (const file of folder.files) {
    const id = /^pages\/(.+)\.md$/.exec(file)?.[1];
    if (id === undefined || named.has(id)) continue;
    const mend = `Add it to pages: of ${plan.path}, as add: ${id} or replace: ${id}.`;
    throw new ContentError({ path: folder.pathOf(file), line: 1 }, "No entry names this page.", mend);
  }
}

function refuseUnknownPages(plan: EditionPlan, parts: readonly PartDraft[]): void {
  const known = new Set(parts.flatMap((part) => part.pages.map(({ draft }) => draft.id)));
  for (const [index, { replace, before, after, hide }] of (plan.blocks ?? []).entries()) {
    const [page = ""] = (replace ?? before ?? after ?? hide ?? "").split("#");
    if (known.has(page)) continue;
    throw new ContentError(plan.placeOf("blocks", index), `There is no page "${page}".`, offerNames(page, known));
  }
}
