import type { Nodes } from "mdast";
import { visit } from "unist-util-visit";
import { countWords } from "./canonical-text.ts";
import type { LensBlock } from "./chapter.ts";
import { ContentError } from "./content-error.ts";
import { placeOf } from "./markdown.ts";

/** The longest that a box may be, in words. */
const wordLimits = { manager: 150, executive: 60 } as const;

/**
 * Checks a box against the rules of its lens: its length, a checklist for the manager, one number and a question for the
 * executive, and a claim under every number.
 *
 * @throws ContentError
 */
export function checkLensBox(box: LensBlock, path: string): void {
  const place = { path, line: box.line };
  const words = countWords(box.text);
  const limit = wordLimits[box.for];
  if (words > limit) {
    throw new ContentError(
      place,
      `The ${box.for}'s box has ${String(words)} words.`,
      `It has ${String(limit)} at most: say less.`,
    );
  }
  const contents: readonly Nodes[] = box.blocks.map((block) => block.content);
  for (const content of contents) checkNumbers(content, path);
  if (box.for === "manager") {
    if (countNodes(contents, (node) => node.type === "listItem" && typeof node.checked === "boolean") === 0) {
      throw new ContentError(place, "The manager's box has no checklist.", "Add lines that begin with `- [ ] `.");
    }
    return;
  }
  const numbers = countNodes(contents, (node) => node.type === "claimNumber");
  if (numbers !== 1) {
    throw new ContentError(
      place,
      `The executive's box has ${String(numbers)} numbers.`,
      "It has exactly one, written :number[98.0 %]{claim=…}.",
    );
  }
  if (!box.text.includes("?")) {
    throw new ContentError(place, "The executive's box asks no question.", "End it with one question to ask.");
  }
}

function countNodes(contents: readonly Nodes[], counts: (node: Nodes) => boolean): number {
  let count = 0;
  for (const content of contents) {
    visit(content, (node) => {
      if (counts(node)) count += 1;
    });
  }
  return count;
}

/** A share or a great number in words. Small ones, as in "two people", count things in sight and need no evidence. */
const numberInWords =
  /\b[a-z]+(?:-[a-z]+)? (?:percent|per cent)\b|\b(?:twen|thir|for|fif|six|seven|eigh|nine)ty-[a-z]+\b|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|[a-z]+ty|hundred) (?:hundred|thousand|million|billion)\b/i;

/** Every digit stands inside `:number`, and so does what is as good as one. Where in a source to look is no number of ours. */
function checkNumbers(content: Nodes, path: string): void {
  visit(content, (node) => {
    if (node.type === "citation" || node.type === "claimNumber") return "skip";
    if (!("value" in node)) return undefined;
    const found = (/\d+/.exec(node.value) ?? numberInWords.exec(node.value))?.[0];
    if (found !== undefined) {
      throw new ContentError(
        placeOf(node, path),
        `The number "${found}" stands in a box without a claim under it.`,
        `Write :number[…]{claim="…"} with the claim that answers for it, or say it without a number.`,
      );
    }
    return undefined;
  });
}
