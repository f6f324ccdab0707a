import { slugOf } from "./block-ids.ts";
import { limitsHeading } from "./blocks.ts";
import type { Block, HeadingBlock } from "./chapter.ts";
import { lenses } from "./lens.ts";
import type { Lens } from "./lens.ts";

const forEngineers: readonly Lens[] = ["engineer"];
const forManagers: readonly Lens[] = ["engineer", "manager"];

/**
 * Says of each block which lens shows it. The engineer sees everything; the manager the opening, both boxes, the claims
 * under their headings, and the limits; the executive the executive's box and the claims.
 */
export function assignLenses(blocks: readonly Block[]): readonly Block[] {
  const limits = slugOf(limitsHeading);
  const inLimits = sectionIds(blocks, limits);
  return blocks.map((block, index) => ({ ...block, lenses: lensesOf(block, index) }));

  function lensesOf(block: Block, index: number): readonly Lens[] {
    if (block.kind === "claim") return lenses;
    if (block.kind === "lens") return block.for === "executive" ? lenses : forManagers;
    if (block.kind === "heading") {
      return inLimits.has(block.id) || leadsToClaim(blocks, block, index) ? forManagers : forEngineers;
    }
    return block.section === undefined || inLimits.has(block.section) ? forManagers : forEngineers;
  }
}

/** The heading of that id and those below it. */
function sectionIds(blocks: readonly Block[], id: string): ReadonlySet<string> {
  const start = blocks.findIndex((block) => block.kind === "heading" && block.id === id);
  const heading = blocks[start];
  if (heading?.kind !== "heading") return new Set();
  return new Set(sectionOf(blocks, heading, start).flatMap((block) => (block.kind === "heading" ? [block.id] : [])));
}

const leadsToClaim = (blocks: readonly Block[], heading: HeadingBlock, index: number): boolean =>
  sectionOf(blocks, heading, index).some((block) => block.kind === "claim");

/** The heading and all blocks up to the next heading of its depth or above. */
function sectionOf(blocks: readonly Block[], heading: HeadingBlock, index: number): readonly Block[] {
  const rest = blocks.slice(index + 1);
  const end = rest.findIndex((block) => block.kind === "heading" && block.depth <= heading.depth);
  return [heading, ...(end < 0 ? rest : rest.slice(0, end))];
}
