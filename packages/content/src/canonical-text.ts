import { createHash } from "node:crypto";
import type { Nodes } from "mdast";

const lineKinds: ReadonlySet<string> = new Set(["paragraph", "heading", "listItem", "tableRow", "code"]);

function collect(node: Nodes): string {
  if (node.type === "break") return " ";
  if ("value" in node) return node.value;
  if (!("children" in node)) return "";
  const text = node.children.map(collect).join("");
  if (node.type === "tableCell") return `${text}\t`;
  return lineKinds.has(node.type) ? `${text}\n` : text;
}

/**
 * The words of a node, without its formatting: runs of blanks become one, paragraphs, items and rows stand on lines of
 * their own, and the text is in Unicode's composed form. Equal for a reader means equal here.
 */
export function canonicalText(node: Nodes): string {
  const lines = collect(node).normalize("NFC").split("\n");
  if (node.type === "code") return lines.map((line) => line.trimEnd()).join("\n");
  return lines
    .map((line) => line.replace(/\s+/gu, " ").trim())
    .filter((line) => line !== "")
    .join("\n");
}

/** 12 hexadecimal digits over the kind of a block and its canonical text. */
export const contentHash = (kind: string, text: string): string =>
  createHash("sha256").update(`${kind}\n${text}`).digest("hex").slice(0, 12);

/** How many words a text has; what holds neither letter nor digit ("%", "–") is none. */
export const countWords = (text: string): number =>
  text.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
