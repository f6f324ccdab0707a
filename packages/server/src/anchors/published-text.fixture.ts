import { indexRevision } from "@fieldbook/content/anchors";
import type { AnchorChapter } from "@fieldbook/content/anchors";
import { createHash } from "node:crypto";
import type { PublishedText } from "./published-text.ts";

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** Headings and paragraphs, as a build of the site would publish them. */
function chapterOf(id: string, body: string): AnchorChapter {
  let section: string | undefined;
  const blocks = body
    .trim()
    .split("\n\n")
    .map((text) => {
      const title = /^## (.*)/.exec(text)?.[1];
      if (title === undefined)
        return { id: `b-${hashOf(text)}`, hash: hashOf(text), kind: "paragraph" as const, text, section };
      section = title.toLowerCase().replaceAll(" ", "-");
      return { id: section, hash: hashOf(title), kind: "heading" as const, text: title, section: undefined };
    });
  return { id, blocks };
}

/** A published text of chapters by their ids; `engine` is no real one. */
export function textOf(chapters: Readonly<Record<string, string>>): PublishedText {
  const parsed = Object.entries(chapters).map(([id, body]) => chapterOf(id, body));
  return {
    revision: hashOf(JSON.stringify(parsed)),
    engine: "0".repeat(12),
    chapters: parsed,
    index: indexRevision(parsed),
    titles: new Map(parsed.map(({ id }) => [id, `The chapter ${id}`])),
  };
}
