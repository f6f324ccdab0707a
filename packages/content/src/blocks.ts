import type { Heading, RootContent } from "mdast";
import { BlockIds, slugOf } from "./block-ids.ts";
import { canonicalText, contentHash } from "./canonical-text.ts";
import type { Block, ClaimBlock, HeadingBlock, LensBlock, TextBlock } from "./chapter.ts";
import { ContentError } from "./content-error.ts";
import { attributesOf, lookUp } from "./inline.ts";
import type { Vocabulary } from "./inline.ts";
import { isLens, lenses } from "./lens.ts";
import { placeOf } from "./markdown.ts";
import { offerNames } from "./offer-names.ts";

const textKinds = {
  paragraph: "paragraph",
  list: "list",
  table: "table",
  code: "code",
  blockquote: "quote",
  thematicBreak: "rule",
} as const;

type TextNode = TextBlock["content"];
type ContainerDirective = Extract<RootContent, { type: "containerDirective" }>;
type LeafDirective = Extract<RootContent, { type: "leafDirective" }>;

const isTextNode = (node: RootContent): node is TextNode => Object.hasOwn(textKinds, node.type);

/** The heading under which a chapter says what it does not cover. */
export const limitsHeading = "Limits";

/** The heading of the list of sources, which is generated. */
export const sourcesHeading = "Sources";

/**
 * Turns the nodes of a chapter into its blocks, in order. Which lens shows a block is left to `assignLenses`.
 *
 * @throws ContentError
 */
export class BlockReader {
  readonly #path: string;
  readonly #vocabulary: Vocabulary;
  readonly #ids = new BlockIds();
  #section: string | undefined;
  #depth = 1;

  constructor(path: string, vocabulary: Vocabulary) {
    this.#path = path;
    this.#vocabulary = vocabulary;
    this.#ids.take(slugOf(sourcesHeading));
  }

  read(node: RootContent): Block {
    if (isTextNode(node)) return this.#readText(node);
    if (node.type === "heading") return this.#readHeading(node);
    if (node.type === "leafDirective" && node.name === "claim") return this.#readClaim(node);
    if (node.type === "containerDirective" && node.name === "lens") return this.#readBox(node);
    return this.#refuse(node);
  }

  #refuse(node: RootContent): never {
    const written =
      node.type === "leafDirective"
        ? `directive "::${node.name}"`
        : node.type === "containerDirective"
          ? `directive ":::${node.name}"`
          : `block "${node.type}"`;
    throw new ContentError(
      placeOf(node, this.#path),
      `There is no ${written} here.`,
      'A chapter has text, ::claim{id="…"}, :::lens{for=manager} and :::lens{for=executive}.',
    );
  }

  #base(kind: Block["kind"], node: RootContent, text: string, wantedId?: string): Omit<TextBlock, "kind" | "content"> {
    const hash = contentHash(kind, text);
    return {
      id: this.#ids.take(wantedId ?? `b-${hash}`),
      hash,
      text,
      lenses,
      line: placeOf(node, this.#path).line,
      section: this.#section,
    };
  }

  #readText(node: TextNode): TextBlock {
    return {
      ...this.#base(textKinds[node.type], node, canonicalText(node)),
      kind: textKinds[node.type],
      content: node,
    };
  }

  #readHeading(node: Heading): HeadingBlock {
    const place = placeOf(node, this.#path);
    const { depth, children } = node;
    const text = canonicalText(node);
    if (depth === 1 || depth > 4 || depth > this.#depth + 1) {
      const allowed = `"##"${this.#depth > 1 ? ` to "${"#".repeat(Math.min(4, this.#depth + 1))}"` : ""}`;
      const mend = `Begin it with ${allowed}; the title comes from the front matter.`;
      throw new ContentError(place, `The heading "${text}" has the wrong depth ${String(depth)}.`, mend);
    }
    if (slugOf(text) === slugOf(sourcesHeading)) {
      throw new ContentError(place, "The list of sources is made from what is cited.", "Leave this heading out.");
    }
    this.#depth = depth;
    const base = this.#base("heading", node, text, slugOf(text));
    this.#section = base.id;
    return { ...base, kind: "heading", depth: depth as 2 | 3 | 4, content: children };
  }

  #readClaim(node: LeafDirective): ClaimBlock {
    const place = placeOf(node, this.#path);
    const { id } = attributesOf(node, ["id"], place);
    lookUp(this.#vocabulary.claims, "claim", id, place);
    if (node.children.length > 0) {
      throw new ContentError(place, "A claim brings its own sentence.", `Write ::claim{id="${id}"} and no more.`);
    }
    return { ...this.#base("claim", node, id, id), kind: "claim", claim: id };
  }

  #readBox(node: ContainerDirective): LensBlock {
    const place = placeOf(node, this.#path);
    const reader = attributesOf(node, ["for"], place).for;
    if (!isLens(reader) || reader === "engineer") {
      const mend = `${offerNames(reader, ["manager", "executive"])} The engineer's text stands in no box.`;
      throw new ContentError(place, `There is no box for the lens "${reader}".`, mend);
    }
    const base = this.#base("lens", node, canonicalText(node), `for-${reader}`);
    const blocks = node.children.map((child) => this.#readBoxed(child));
    return { ...base, kind: "lens", for: reader, blocks };
  }

  #readBoxed(node: RootContent): TextBlock {
    if (isTextNode(node) && (node.type === "paragraph" || node.type === "list")) return this.#readText(node);
    throw new ContentError(
      placeOf(node, this.#path),
      `A box holds paragraphs and lists, and here is a ${node.type}.`,
      "Move it out of the box.",
    );
  }
}
