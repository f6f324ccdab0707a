import type { Element, Properties, Root } from "hast";
import type { RootContent } from "mdast";
import rehypeStringify from "rehype-stringify";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { sourcesHeading } from "./blocks.ts";
import type { Block, Chapter, HeadingBlock, LensBlock } from "./chapter.ts";
import { element, text } from "./elements.ts";
import { lenses } from "./lens.ts";
import { markdownHandlers } from "./markdown-handlers.ts";
import type { TextOptions } from "./markdown-handlers.ts";
import { renderOverride } from "./render-override.ts";
import { renderSources } from "./render-sources.ts";

export interface RenderOptions extends TextOptions {
  /** The HTML of a claim. It is trusted: it comes from the program, and the book's text can not reach it. */
  readonly renderClaim: (claimId: string) => string;
}

export interface Heading {
  readonly depth: number;
  readonly slug: string;
  readonly text: string;
}

export interface RenderedChapter {
  readonly html: string;
  /** For a table of contents; the list of sources is the last. */
  readonly headings: readonly Heading[];
}

/**
 * A chapter as HTML, with its list of sources at the end. Each block carries its id; one that some lens leaves out also
 * carries `data-lenses`, the lenses that show it.
 */
export function renderChapter(chapter: Chapter, options: RenderOptions): RenderedChapter {
  const toHast = unified()
    .use(remarkRehype, { handlers: markdownHandlers(chapter, options) })
    .freeze();
  const renderNode = (node: RootContent): Element => {
    const root = toHast.runSync({ type: "root", children: [node] });
    const [rendered] = root.children;
    if (rendered?.type !== "element") throw new Error(`A ${node.type} did not become an element.`);
    return rendered;
  };
  const children: Root["children"] = [];
  for (const [index, block] of chapter.blocks.entries()) {
    const rendered = renderBlock(block, renderNode, options);
    const shown: Properties = block.lenses.length < lenses.length ? { dataLenses: block.lenses.join(" ") } : {};
    const origin: Properties = block.override === undefined ? {} : { dataOrigin: "edition" };
    children.push(
      { ...rendered, properties: { id: block.id, ...rendered.properties, ...shown, ...origin } },
      text("\n"),
    );
    // One note stands below all blocks of one override.
    if (block.override === undefined || block.override === chapter.blocks[index + 1]?.override) continue;
    const note = renderOverride(block.override);
    children.push({ ...note, properties: { ...note.properties, ...shown } }, text("\n"));
  }
  if (chapter.sources.length > 0) children.push(renderSources(chapter.sources));
  const html = unified().use(rehypeStringify, { allowDangerousHtml: true }).stringify({ type: "root", children });
  return { html, headings: headingsOf(chapter) };
}

type RenderNode = (node: RootContent) => Element;

function renderBlock(block: Block, renderNode: RenderNode, options: RenderOptions): Element {
  switch (block.kind) {
    case "claim":
      return element("div", { className: ["claim-place"] }, [{ type: "raw", value: options.renderClaim(block.claim) }]);
    case "lens":
      return renderBox(block, renderNode);
    case "heading":
      return renderHeading(block, renderNode);
    default:
      return renderNode(block.content);
  }
}

const boxTitles = { manager: "For the manager", executive: "For the executive" } as const;

function renderBox(box: LensBlock, renderNode: RenderNode): Element {
  const titleId = `${box.id}-title`;
  const title = element("p", { id: titleId, className: ["lens-box-title"] }, [text(boxTitles[box.for])]);
  const body = box.blocks.map((inner) => {
    const rendered = renderNode(inner.content);
    return { ...rendered, properties: { id: inner.id, ...rendered.properties } };
  });
  return element("section", { className: ["lens-box"], ariaLabelledBy: [titleId] }, [title, ...body]);
}

/** A heading with a link to itself, for sharing. The sign is the style sheet's, so that no search takes it for a word. */
function renderHeading(block: HeadingBlock, renderNode: RenderNode): Element {
  const heading = renderNode({ type: "heading", depth: block.depth, children: [...block.content] });
  const label = `Link to the section “${block.text}”`;
  const link = element("a", { className: ["section-link"], href: `#${block.id}`, ariaLabel: label }, []);
  return { ...heading, children: [...heading.children, text(" "), link] };
}

const headingsOf = (chapter: Chapter): readonly Heading[] => [
  ...chapter.blocks.flatMap((block) =>
    block.kind === "heading" ? [{ depth: block.depth, slug: block.id, text: block.text }] : [],
  ),
  ...(chapter.sources.length > 0 ? [{ depth: 2, slug: "sources", text: sourcesHeading }] : []),
];
