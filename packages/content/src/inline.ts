import type { Nodes, PhrasingContent, RootContent } from "mdast";
import { visit } from "unist-util-visit";
import { ContentError } from "./content-error.ts";
import type { Place } from "./content-error.ts";
import type { Glossary } from "./glossary.ts";
import { placeOf } from "./markdown.ts";
import type { ChapterLink } from "./markdown.ts";
import { offerNames } from "./offer-names.ts";
import type { Sources } from "./sources.ts";

/** What the text of a chapter may name. */
export interface Vocabulary {
  /** Each claim of the book with the keys of its sources. */
  readonly claims: ReadonlyMap<string, { readonly sources: readonly string[] }>;
  readonly sources: Sources;
  readonly glossary: Glossary;
}

/** The attributes of a directive, all of them known; those that are not optional are present. */
export function attributesOf<Name extends string, Optional extends string = never>(
  directive: {
    readonly name: string;
    readonly attributes?: Readonly<Record<string, string | null | undefined>> | null | undefined;
  },
  names: readonly Name[],
  place: Place,
  optional: readonly Optional[] = [],
): Record<Name, string> & Partial<Record<Optional, string>> {
  const given = directive.attributes ?? {};
  const all: readonly string[] = [...names, ...optional];
  const form = all.map((name) => `${name}="…"`).join(" ");
  const refuse = (problem: string): never => {
    throw new ContentError(place, `The directive "${directive.name}" ${problem}.`, `Its form is {${form}}.`);
  };
  const found: Partial<Record<string, string>> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!all.includes(name)) refuse(`has no attribute "${name}"`);
    if (typeof value === "string" && value !== "") found[name] = value;
  }
  for (const name of names) if (found[name] === undefined) refuse(`lacks the attribute "${name}"`);
  return found as Record<Name, string> & Partial<Record<Optional, string>>;
}

/** The claim, source or term of that name; else an error that offers those there are. */
export function lookUp<Entry>(known: ReadonlyMap<string, Entry>, kind: string, name: string, place: Place): Entry {
  const entry = known.get(name);
  if (entry === undefined)
    throw new ContentError(place, `There is no ${kind} "${name}".`, offerNames(name, known.keys()));
  return entry;
}

/**
 * Turns text directives and links to chapters into nodes of the model, in place, and refuses what the text may not hold:
 * raw HTML, unknown directives and names, links that could do harm.
 *
 * @throws ContentError
 */
export function resolveInline(tree: Nodes, path: string, chapterId: string, vocabulary: Vocabulary): void {
  visit(tree, (node, index, parent) => {
    const place = placeOf(node, path);
    refuseForeign(node, place);
    if ((node.type === "leafDirective" || node.type === "containerDirective") && parent?.type !== "root") {
      const problem = `The directive "${node.type === "leafDirective" ? "::" : ":::"}${node.name}" does not stand here.`;
      throw new ContentError(place, problem, "Give it a line of its own, outside of lists, quotes and boxes.");
    }
    if (parent === undefined || index === undefined) return;
    const resolved = resolveNode(node, place, chapterId, vocabulary);
    if (resolved !== undefined) (parent.children as RootContent[])[index] = resolved;
  });
}

const foreign: Readonly<Record<string, readonly [problem: string, mend: string]>> = {
  html: ["Raw HTML is not allowed in the handbook.", "Write it in Markdown, or as `code` when it is an example."],
  image: ["Images are not part of the handbook's text.", "A figure belongs to a claim: write ::claim{id=…}."],
  imageReference: ["Images are not part of the handbook's text.", "A figure belongs to a claim: write ::claim{id=…}."],
  linkReference: ["The link keeps its address elsewhere.", "Write the address behind the text: [text](https://…)."],
  definition: ["The address of a link stands alone here.", "Write it behind the link's text: [text](https://…)."],
  footnoteReference: ["Footnotes are not part of the handbook's text.", "Say it in the text or cite a source."],
  footnoteDefinition: ["Footnotes are not part of the handbook's text.", "Say it in the text or cite a source."],
};

function refuseForeign(node: Nodes, place: Place): void {
  const reason = foreign[node.type];
  if (reason !== undefined) throw new ContentError(place, ...reason);
}

function resolveNode(
  node: Nodes,
  place: Place,
  chapterId: string,
  vocabulary: Vocabulary,
): PhrasingContent | undefined {
  if (node.type === "link") return resolveLink(node, place, chapterId);
  if (node.type !== "textDirective") return undefined;
  const { children } = node;
  const position = node.position === undefined ? {} : { position: node.position };
  switch (node.name) {
    case "number": {
      const { claim, of, side = "claim" } = attributesOf(node, ["claim"], place, ["of", "side"]);
      lookUp(vocabulary.claims, "claim", claim, place);
      if (children.length === 0)
        throw new ContentError(place, "The number is empty.", "Write :number[98.0 %]{claim=…}.");
      if (side !== "claim" && side !== "control")
        throw new ContentError(place, `A claim has no side "${side}".`, "Write side=control, or leave it out.");
      return { type: "claimNumber", claim, of, side, children, ...position };
    }
    case "cite": {
      const { key } = attributesOf(node, ["key"], place);
      lookUp(vocabulary.sources, "source", key, place);
      return { type: "citation", source: key, children, ...position };
    }
    case "term": {
      const { key } = attributesOf(node, ["key"], place);
      const { term } = lookUp(vocabulary.glossary, "term", key, place);
      const shown: typeof children = children.length > 0 ? children : [{ type: "text", value: term }];
      return { type: "termReference", term: key, children: shown, ...position };
    }
    default:
      throw new ContentError(
        place,
        `There is no directive ":${node.name}" inside a line.`,
        `There are :number, :cite and :term; a plain colon before a word is written "\\:${node.name}".`,
      );
  }
}

const safeProtocols = /^(https?:\/\/|mailto:)/i;

/** A link by its file: `../physics/consistency-models.md#limits`. */
const chapterFile = /^(?<folder>(?:\.{1,2}\/)*)(?<name>[a-z0-9-]+(?:\/[a-z0-9-]+)*)\.md(?:#(?<fragment>[a-z0-9-]+))?$/;

function resolveLink(node: Extract<Nodes, { type: "link" }>, place: Place, chapterId: string): ChapterLink | undefined {
  if (safeProtocols.test(node.url) || /^#[a-z0-9-]+$/.test(node.url)) return undefined;
  const { folder, name, fragment } = chapterFile.exec(node.url)?.groups ?? {};
  if (folder === undefined || name === undefined) {
    throw new ContentError(
      place,
      `The link "${node.url}" is not allowed.`,
      "A link leads to https://…, mailto:…, #a-heading, or to a chapter by its file: ../physics/consistency-models.md.",
    );
  }
  const chapter = new URL(`${folder}${name}`, `book:///${chapterId}`).pathname.slice(1);
  const position = node.position === undefined ? {} : { position: node.position };
  return { type: "chapterLink", chapter, fragment, children: node.children, ...position };
}
