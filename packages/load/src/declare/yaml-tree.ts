import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Alias, Document, Node, Pair, YAMLMap } from "yaml";
import type { Position } from "./declaration-error.ts";

/** A value of the file, as text: what it means is for its reader to say, so that no rule of YAML guesses a type. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly text: string;
  readonly at: Position;
}

export interface NothingNode {
  readonly kind: "nothing";
  readonly at: Position;
}

export interface ListNode {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
  readonly at: Position;
}

export interface MapEntry {
  readonly key: string;
  readonly keyAt: Position;
  readonly value: YamlNode;
}

export interface MapNode {
  readonly kind: "map";
  readonly entries: readonly MapEntry[];
  readonly at: Position;
}

export type YamlNode = ScalarNode | NothingNode | ListNode | MapNode;

/** What is wrong with the YAML itself. */
export interface YamlProblem {
  readonly at: Position;
  readonly says: string;
  readonly mend: string;
}

/** Limits that no graph written by hand comes near; a file beyond them is a mistake or an attack. */
const limits = { characters: 1_000_000, nodes: 100_000, depth: 60 } as const;

export interface ParsedYaml {
  readonly tree: YamlNode;
  /** Slips that leave the tree whole: keys that stand twice. */
  readonly slips: readonly YamlProblem[];
}

/**
 * Reads YAML 1.2 with every value as text. Anchors and merge keys (`<<`) are followed; values that YAML would change
 * behind the writer's back can not arise, since nothing is converted.
 *
 * @returns the tree, or all that is wrong with the file
 */
export function parseYaml(text: string): ParsedYaml | readonly YamlProblem[] {
  const start: Position = { line: 1, column: 1 };
  if (text.length > limits.characters) {
    const says = `The file has ${String(text.length)} characters; ${String(limits.characters)} are the limit.`;
    return [{ at: start, says, mend: "Name one service graph, not a recording." }];
  }
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, schema: "failsafe" } as const;
  let document: Document.Parsed;
  try {
    document = parseDocument(text, options);
  } catch (error) {
    // The parser calls itself for each level; a file of brackets ends the stack.
    if (!(error instanceof RangeError)) throw error;
    return [{ at: start, says: "The file is nested too deeply.", mend: "Write fewer levels." }];
  }
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    return document.errors.map(({ code, message, pos }) => explainSyntax(code, message, position(pos[0])));
  }
  const builder = new TreeBuilder(document, position);
  const tree = builder.build();
  return builder.problems.length > 0 ? builder.problems : { tree, slips: builder.slips };
}

const syntax: Readonly<Record<string, readonly [says: string, mend: string]>> = {
  TAB_AS_INDENT: ["A tab stands where YAML wants spaces.", "Indent with spaces; two for each level."],
  BAD_INDENT: [
    "The indentation does not fit the lines around it.",
    "Begin the keys of one map in the same column, or close a bracket that is open.",
  ],
  BLOCK_AS_IMPLICIT_KEY: ["A second colon makes this line two keys.", 'Quote the text: "like: this".'],
  MULTIPLE_DOCS: ["A second document begins here.", "Keep one graph to a file; take away the line ---."],
  BAD_ALIAS: ["This alias has no anchor before it.", "Define it with &name above, or write the value out."],
  BAD_SCALAR_START: ["No plain text begins with this character.", "Quote the text."],
};

function explainSyntax(code: string, message: string, at: Position): YamlProblem {
  const known = syntax[code];
  if (known !== undefined) return { at, says: known[0], mend: known[1] };
  const told = message.replace(/[.:]?\s*$/, "");
  return { at, says: `This is not YAML: ${told}.`, mend: "Mend the line or quote the text." };
}

class TreeBuilder {
  readonly problems: YamlProblem[] = [];
  readonly slips: YamlProblem[] = [];
  readonly #document: Document.Parsed;
  readonly #position: (offset: number) => Position;
  #nodes = 0;
  /** Aliases that are being followed: one that comes again lies within itself. */
  readonly #following = new Set<Node>();

  constructor(document: Document.Parsed, position: (offset: number) => Position) {
    this.#document = document;
    this.#position = position;
  }

  build(): YamlNode {
    return this.#read(this.#document.contents, 0, 0);
  }

  #at(node: { readonly range?: readonly number[] | null | undefined } | null, otherwise: number): Position {
    return this.#position(node?.range?.[0] ?? otherwise);
  }

  #refuse(at: Position, says: string, mend: string): NothingNode {
    // Millions of copies of one anchor would say the same a million times.
    if (!this.problems.some((problem) => problem.says === says)) this.problems.push({ at, says, mend });
    return { kind: "nothing", at };
  }

  #read(node: Node | null, offset: number, depth: number): YamlNode {
    const at = this.#at(node, offset);
    this.#nodes += 1;
    if (this.#nodes > limits.nodes) {
      const says = `The file has more than ${String(limits.nodes)} values, its aliases followed.`;
      return this.#refuse(at, says, "Use fewer anchors within anchors.");
    }
    if (depth > limits.depth) return this.#refuse(at, "The file is nested too deeply.", "Write fewer levels.");
    if (node === null) return { kind: "nothing", at };
    if (isAlias(node)) return this.#follow(node, at, depth);
    if (node.tag !== undefined && !node.tag.startsWith("tag:yaml.org,2002:")) {
      return this.#refuse(at, `The tag ${node.tag} has no meaning here.`, "Take the tag away.");
    }
    if (isMap(node)) return { kind: "map", entries: this.#entries(node as YAMLMap<Node, Node | null>, depth), at };
    if (isSeq(node)) {
      const items = (node.items as (Node | null)[]).map((item) => this.#read(item, node.range?.[0] ?? 0, depth + 1));
      return { kind: "list", items, at };
    }
    return readScalar(node, at);
  }

  #follow(alias: Alias, at: Position, depth: number): YamlNode {
    const target = alias.resolve(this.#document);
    if (target === undefined) return this.#refuse(at, `There is no anchor &${alias.source}.`, "Write the value out.");
    if (this.#following.has(target)) {
      return this.#refuse(at, `The anchor &${alias.source} lies within itself.`, "Write the value out.");
    }
    this.#following.add(target);
    const node = this.#read(target, 0, depth + 1);
    this.#following.delete(target);
    return node;
  }

  #entries(map: YAMLMap<Node, Node | null>, depth: number): MapEntry[] {
    const entries = new Map<string, MapEntry>();
    const merged: MapEntry[] = [];
    for (const pair of map.items) {
      const entry = this.#entry(pair, depth);
      if (entry === undefined) continue;
      if (entry.key === "<<") {
        merged.push(...this.#merged(entry));
        continue;
      }
      const first = entries.get(entry.key);
      if (first !== undefined) {
        const says = `The key ${entry.key} stands here twice; line ${String(first.keyAt.line)} has it already.`;
        this.slips.push({ at: entry.keyAt, says, mend: "Keep one of the two." });
      }
      entries.set(entry.key, first ?? entry);
    }
    // What the map says itself goes before what it merges; of two merged values the first counts (YAML merge key type).
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    return [...entries.values()];
  }

  #entry({ key, value }: Pair<Node, Node | null>, depth: number): MapEntry | undefined {
    const keyAt = this.#at(key, 0);
    if (!isScalar(key)) {
      this.#refuse(keyAt, "A key is a word; here it is a list or a map.", "Quote a key that begins with a bracket.");
      return undefined;
    }
    const read = readScalar(key, keyAt);
    if (read.kind === "nothing") {
      this.#refuse(keyAt, "The key is empty.", "Write a name before the colon.");
      return undefined;
    }
    return { key: read.text, keyAt, value: this.#read(value, key.range?.[1] ?? 0, depth + 1) };
  }

  #merged({ value, keyAt }: MapEntry): readonly MapEntry[] {
    if (value.kind === "map") return value.entries;
    if (value.kind === "list" && value.items.every((item) => item.kind === "map")) {
      return value.items.flatMap((item) => (item.kind === "map" ? item.entries : []));
    }
    this.#refuse(keyAt, "<< merges maps, and this is none.", "Name an anchor of a map: <<: *name.");
    return [];
  }
}

function readScalar(node: Node, at: Position): ScalarNode | NothingNode {
  const { value, type } = node as { readonly value?: unknown; readonly type?: string };
  const text = typeof value === "string" ? value.trim() : "";
  const isPlain = type === undefined || type === "PLAIN";
  if (isPlain && (text === "" || text === "~" || text === "null")) return { kind: "nothing", at };
  // A quoted text begins behind its quote: columns within it are counted from there.
  return { kind: "scalar", text, at: isPlain ? at : { line: at.line, column: at.column + 1 } };
}
