import type { Nodes } from "hast";
import rehypeStringify from "rehype-stringify";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { visit } from "unist-util-visit";
import type { Chapter, LensBlock } from "./chapter.ts";
import { chapterUrl } from "./chapter.ts";
import { markdownHandlers } from "./markdown-handlers.ts";
import type { TextOptions } from "./markdown-handlers.ts";

/** A chapter's box for one reader as HTML for another page: its numbers link to the claims in the chapter. */
export function renderLensBox(chapter: Chapter, lens: LensBlock["for"], options: TextOptions): string {
  const box = chapter.blocks.find((block): block is LensBlock => block.kind === "lens" && block.for === lens);
  if (box === undefined) throw new Error(`The chapter ${chapter.id} was parsed without its box for the ${lens}.`);
  const children = box.blocks.map((block) => block.content);
  const tree = unified()
    .use(remarkRehype, { handlers: markdownHandlers(chapter, options) })
    .runSync({ type: "root", children });
  visit(tree as Nodes, "element", ({ properties }) => {
    const { href } = properties;
    if (typeof href === "string" && href.startsWith("#")) properties["href"] = chapterUrl(chapter.id, href.slice(1));
  });
  return unified().use(rehypeStringify).stringify(tree);
}
