import type { Element, ElementContent, Properties, Root } from "hast";
import { fromHtml } from "hast-util-from-html";
import { visit } from "unist-util-visit";

/** How a piece of the book finds the others where it is put. */
export interface LinkRules {
  /** Stands before each id, so that pieces in one document do not meet; empty where each has its own. */
  readonly prefix: string;
  /** The address of a page of the site, with the id in it; undefined where there is none. */
  readonly addressOf: (page: string, fragment: string | undefined) => string | undefined;
  /** By how much headings sink. */
  readonly sink: number;
}

const listsOfIds = ["ariaLabelledBy", "ariaDescribedBy", "headers"] as const;
const paints = ["fill", "stroke", "clipPath", "markerEnd", "markerStart", "markerMid", "mask", "filter"] as const;
/** What only a page with scripts or a keyboard needs. */
const useless = ["tabIndex", "dataClaim", "dataLenses", "dataLive", "ariaLive"] as const;

const hasClass = ({ properties }: Element, name: string): boolean =>
  Array.isArray(properties["className"]) && properties["className"].includes(name);

/** HTML of the site as a tree that stands alone: nothing to open, nothing to press, every link within the whole. */
export function standAlone(html: string, rules: LinkRules): Root {
  const tree = fromHtml(html, { fragment: true });
  visit(tree, "element", (node, index, parent) => {
    if (parent === undefined || index === undefined) return;
    if (hasClass(node, "section-link") || hasClass(node, "claim-controls")) {
      parent.children.splice(index, 1);
      // The next one has moved here.
      return index;
    }
    rename(node, rules);
    for (const name of useless) delete node.properties[name];
    mendIds(node.properties, rules.prefix);
    if (node.tagName === "a") mendLink(node, rules);
    return undefined;
  });
  dropLostLinks(tree);
  return tree;
}

/** Within a piece a link to what a lens leaves out becomes its words. */
function dropLostLinks(tree: Root): void {
  const ids = new Set<unknown>();
  visit(tree, "element", ({ properties }) => void ids.add(properties["id"]));
  visit(tree, "element", (node) => {
    const { href } = node.properties;
    if (node.tagName !== "a" || typeof href !== "string" || !href.startsWith("#") || ids.has(href.slice(1))) return;
    node.tagName = "span";
    delete node.properties["href"];
  });
}

function rename(node: Element, { sink }: LinkRules): void {
  const depth = /^h([1-6])$/.exec(node.tagName)?.[1];
  if (depth !== undefined) node.tagName = `h${String(Math.min(6, Number(depth) + sink))}`;
  if (node.tagName === "fieldbook-claim") node.tagName = "div";
  if (node.tagName === "details") node.tagName = "div";
  if (node.tagName === "summary") {
    node.tagName = "p";
    node.properties["className"] = ["summary"];
  }
}

function mendIds(properties: Properties, prefix: string): void {
  if (prefix === "") return;
  if (typeof properties["id"] === "string") properties["id"] = prefix + properties["id"];
  for (const name of listsOfIds) {
    const ids = properties[name];
    if (ids === undefined || ids === null) continue;
    const all = Array.isArray(ids) ? ids : String(ids).split(" ");
    properties[name] = all.map((id) => `${prefix}${id}`);
  }
  for (const name of [...paints, "style"] as const) {
    const value = properties[name];
    if (typeof value === "string") properties[name] = value.replaceAll("url(#", `url(#${prefix}`);
  }
  const href = properties["href"];
  if (typeof href === "string" && href.startsWith("#")) properties["href"] = `#${prefix}${href.slice(1)}`;
}

/** A link to another page of the site leads to where that page went; one that leads nowhere becomes its words. */
function mendLink(node: Element, { addressOf }: LinkRules): void {
  const href = node.properties["href"];
  if (typeof href !== "string" || !href.startsWith("/")) return;
  const [path = "", fragment] = href.split("#");
  const address = addressOf(path.replace(/\?.*$/, "").replaceAll(/^\/|\/$/g, ""), fragment);
  if (address !== undefined) {
    node.properties["href"] = address;
    return;
  }
  node.tagName = "span";
  delete node.properties["href"];
}

export const make = (
  tagName: string,
  properties: Properties,
  children: readonly (ElementContent | string)[],
): Element => ({
  type: "element",
  tagName,
  properties,
  children: children.map((child) => (typeof child === "string" ? { type: "text", value: child } : child)),
});

/** The elements of a tree, for putting them into another. */
export const contentOf = (tree: Root): ElementContent[] => tree.children as ElementContent[];
