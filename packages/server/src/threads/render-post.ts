import { sanitize } from "hast-util-sanitize";
import type { Schema } from "hast-util-sanitize";
import type { Element, Nodes, Root, Text } from "hast";
import type { Html, Image } from "mdast";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";

/** What a post may hold: text, lists, tables, code, links. No picture: it would tell its server who reads. */
const allowed: Schema = {
  tagNames: [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
  ],
  attributes: {
    a: ["href", "title", ["rel", "nofollow", "ugc", "noopener"]],
    code: [["className", /^language-[\w-]{1,40}$/]],
    input: [["type", "checkbox"], ["disabled", true], "checked"],
    ol: ["start"],
    td: [["align", "left", "center", "right"]],
    th: [["align", "left", "center", "right"]],
  },
  required: { input: { type: "checkbox", disabled: true } },
  protocols: { href: ["http", "https", "mailto"] },
  strip: ["script", "style"],
};

/** Raw HTML is shown as the text it is. */
const rawHtml = (_state: unknown, { value }: Html): Text => ({ type: "text", value });

/** A picture becomes a link to it. */
const picture = (_state: unknown, { url, alt }: Image): Element => ({
  type: "element",
  tagName: "a",
  properties: { href: url },
  children: [{ type: "text", value: alt === null || alt === undefined || alt === "" ? url : alt }],
});

const lowestHeading = 6;
/** Headings of the page stand above those of a post. */
const headingsDown = 2;

function adjust(node: Nodes): void {
  if (node.type === "element") {
    const level = /^h([1-6])$/.exec(node.tagName)?.[1];
    if (level !== undefined) node.tagName = `h${Math.min(lowestHeading, Number(level) + headingsDown)}`;
    if (node.tagName === "a") node.properties = { ...node.properties, rel: ["nofollow", "ugc", "noopener"] };
  }
  if ("children" in node) for (const child of node.children) adjust(child);
}

/** Links that lead to another page of this site, to another site, or to a mail: nothing of `//host` and `\host`. */
const isPlainAddress = (href: unknown): boolean =>
  typeof href === "string" && /^(?:https?:\/\/|mailto:|\/(?![/\\])|#)/i.test(href);

function dropOddLinks(node: Nodes): void {
  if (node.type === "element" && node.tagName === "a" && !isPlainAddress(node.properties["href"])) {
    delete node.properties["href"];
  }
  if ("children" in node) for (const child of node.children) dropOddLinks(child);
}

const parser = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { handlers: { html: rawHtml, image: picture } })
  .freeze();
const writer = unified().use(rehypeStringify).freeze();

/** Deeper than this, a post is shown as the plain text it is: nobody reads it, and parsing it takes seconds or the stack. */
const deepestNesting = 20;

const opensDeep = (body: string): boolean =>
  body.split("\n").some((line) => {
    const [markers = ""] = /^(?:\s|[>*+-]|\d{1,9}[.)])*/.exec(line) ?? [];
    return (markers.match(/[>*+-]|\d+[.)]/g)?.length ?? 0) > deepestNesting && !/^[\s*-]+$/.test(line);
  }) || /[[*_~(]{200}/.test(body);

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A post's Markdown (CommonMark and GitHub's additions) as HTML that is safe to put into a page. */
export function renderPost(body: string): string {
  if (opensDeep(body)) return `<pre>${escapeHtml(body)}</pre>`;
  try {
    const tree = parser.runSync(parser.parse(body));
    adjust(tree);
    const safe = sanitize(tree, allowed) as Root;
    dropOddLinks(safe);
    return writer.stringify(safe);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `<pre>${escapeHtml(body)}</pre>`;
  }
}

const mostKept = 2_000;
const mostKeptCharacters = 8_000_000;

/** Keeps what was rendered last; a version of a post never changes. */
export class PostRenderer {
  readonly #kept = new Map<string, string>();
  #characters = 0;

  render(post: { readonly id: string; readonly version: number; readonly body: string }): string {
    const key = `${post.id} ${post.version}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const html = renderPost(post.body);
    this.#kept.set(key, html);
    this.#characters += html.length;
    for (const [oldest, text] of this.#kept) {
      if (this.#kept.size <= mostKept && this.#characters <= mostKeptCharacters) break;
      this.#kept.delete(oldest);
      this.#characters -= text.length;
    }
    return html;
  }
}
