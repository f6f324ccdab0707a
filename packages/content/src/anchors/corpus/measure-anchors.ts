import { selectorsFor } from "../selectors-for.ts";
import { resolveAnchors } from "../resolve-anchors.ts";
import type { ResolveOptions, ResolvedAnchor } from "../resolve-anchors.ts";
import { indexRevision } from "../revision.ts";
import { renderDocument } from "./document.ts";
import type { Deed, Document, PlacedPiece } from "./document.ts";

/** An old text, a new one whose sentences say what they come from, and a name. */
export interface History {
  readonly name: string;
  readonly before: Document;
  readonly now: Document;
}

/** What became of one anchor, beside the truth. */
export interface Verdict {
  readonly history: string;
  readonly sentence: string;
  readonly truth: Deed | "deleted";
  readonly outcome: "right" | "wrong place" | "lost" | "orphaned" | "false anchor";
  /** For those in the right place: whether `exact`, `moved` or `edited` is what happened. */
  readonly stateRight: boolean;
  readonly resolved: ResolvedAnchor;
}

const sameWords: ReadonlySet<Deed | "deleted"> = new Set(["kept", "typography"]);

/** Whether a resolved place covers at least half of the shorter of itself and a piece that is right. */
function hits({ place }: ResolvedAnchor, { chapter, block, span }: PlacedPiece): boolean {
  if (place === undefined || place.chapter !== chapter || place.block !== block) return false;
  const { start, end } = place.span!;
  const shared = Math.min(end, span.end) - Math.max(start, span.start);
  return shared * 2 >= Math.min(end - start, span.end - span.start);
}

/** The truth of the surest piece: kept before all, since a copy may have been reworded. */
const deedOf = (pieces: readonly PlacedPiece[]): Deed | "deleted" =>
  pieces.find(({ piece }) => piece.deed === "kept")?.piece.deed ?? pieces[0]?.piece.deed ?? "deleted";

function judge(resolved: ResolvedAnchor, right: readonly PlacedPiece[]): Verdict["outcome"] {
  if (right.length === 0) return resolved.place === undefined ? "orphaned" : "false anchor";
  if (resolved.place === undefined) return "lost";
  return right.some((piece) => hits(resolved, piece)) ? "right" : "wrong place";
}

/**
 * Puts an anchor on every sentence of the old text, resolves all in the new one and compares with the truth.
 *
 * @param withText whether the resolver sees the old text, or only each quotation
 */
export function measureHistory(
  { name, before, now }: History,
  withText: boolean,
  options?: ResolveOptions,
): readonly Verdict[] {
  const old = renderDocument(before);
  const current = renderDocument(now);
  const chapters = new Map(old.chapters.map((chapter) => [chapter.id, chapter]));
  const sentences = old.pieces.filter(({ block, chapter }) =>
    chapters.get(chapter)!.blocks.some(({ id, kind }) => id === block && kind !== "heading"),
  );
  const anchors = sentences.map(({ chapter, block, span }) =>
    selectorsFor(chapters.get(chapter)!, { kind: "text", block, ...span }),
  );
  const successors = new Map<number, PlacedPiece[]>();
  for (const placed of current.pieces) {
    for (const from of placed.piece.from) successors.set(from, [...(successors.get(from) ?? []), placed]);
  }
  const revision = indexRevision(current.chapters);
  const resolved = resolveAnchors(anchors, revision, withText ? indexRevision(old.chapters) : undefined, options);
  return sentences.map(({ piece }, index) => {
    const right = successors.get(piece.from[0]!) ?? [];
    const truth = deedOf(right);
    const result = resolved[index]!;
    const outcome = judge(result, right);
    const stateRight = outcome === "right" && (result.state !== "edited") === sameWords.has(truth);
    return { history: name, sentence: piece.text, truth, outcome, stateRight, resolved: result };
  });
}

/** Sums over verdicts; shares are from 0 to 1. */
export interface Score {
  readonly surviving: number;
  readonly right: number;
  readonly wrongPlace: number;
  readonly lost: number;
  readonly deleted: number;
  readonly falseAnchors: number;
  /** Of those in the right place. */
  readonly stateRight: number;
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

export function scoreOf(verdicts: readonly Verdict[]): Score {
  const count = (outcome: Verdict["outcome"]): number => verdicts.filter((each) => each.outcome === outcome).length;
  const deleted = verdicts.filter(({ truth }) => truth === "deleted").length;
  const surviving = verdicts.length - deleted;
  return {
    surviving,
    right: share(count("right"), surviving),
    wrongPlace: share(count("wrong place"), surviving),
    lost: share(count("lost"), surviving),
    deleted,
    falseAnchors: share(count("false anchor"), deleted),
    stateRight: share(verdicts.filter(({ stateRight }) => stateRight).length, count("right")),
  };
}
