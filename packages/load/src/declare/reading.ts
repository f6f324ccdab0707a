import type { DeclarationProblem, Position } from "./declaration-error.ts";
import { suggest } from "./nearest-name.ts";
import type { YamlNode } from "./yaml-tree.ts";

/** What a name may stand for; each kind has names of its own. */
export type NamedKind = "service" | "source" | "zone" | "credential";

/** Turns a value of the file into what the engine takes. */
export interface Reader<Value> {
  /** What the value looks like, for messages and for the manual: "a duration such as 250 ms". */
  readonly expects: string;
  /** What the manual calls it, where it has a section on it: "a call". */
  readonly name?: string;
  /** What it is made of, for the manual: "a list, each" and the reader of an item. */
  readonly parts?: { readonly before: string; readonly item: Reader<unknown> };
  /** Whether a map is read as one value. */
  readonly takesMap?: true;
  /** @returns undefined when a problem was noted */
  read(node: YamlNode, path: string, reading: Reading): Value | undefined;
}

/** One file being read: what is wrong with it, and where each value stands. */
export class Reading {
  readonly problems: DeclarationProblem[] = [];
  readonly #file: string;
  readonly #names: Readonly<Record<NamedKind, readonly string[]>>;
  readonly #positions = new Map<string, Position>();

  constructor(file: string, names: Readonly<Record<NamedKind, readonly string[]>>) {
    this.#file = file;
    this.#names = names;
  }

  /** Notes a problem. A value that is merged into many places is wrong once. */
  refuse(at: Position, path: string, says: string, mend: string): undefined {
    const { line, column } = at;
    const isKnown = this.problems.some(
      (problem) => problem.line === line && problem.column === column && problem.says === says,
    );
    if (!isKnown) this.problems.push({ file: this.#file, ...at, path, says, mend });
    return undefined;
  }

  /** Remembers where the value of a path stands, for problems that show when all is read. */
  place(path: string, at: Position): void {
    if (!this.#positions.has(path)) this.#positions.set(path, at);
  }

  /** Where a path stands, or the nearest one around it that is written down. */
  positionOf(path: string): Position {
    for (let part = path; part !== ""; part = part.replace(/(\.[^.[\]]*|\[\d*\]|^[^.[\]]*)$/, "")) {
      const at = this.#positions.get(part);
      if (at !== undefined) return at;
    }
    return this.#positions.get("") ?? { line: 1, column: 1 };
  }

  /** The names that are declared of a kind. */
  namesOf(kind: NamedKind): readonly string[] {
    return this.#names[kind];
  }

  /** Notes that a name of one of the kinds is not declared; true when it is. */
  isDeclared(name: string, kinds: readonly NamedKind[], at: Position, path: string): boolean {
    const known = kinds.flatMap((kind) => this.#names[kind]);
    if (known.includes(name)) return true;
    this.refuse(at, path, `There is no ${kinds.join(" or ")} "${name}".`, suggest(name, known));
    return false;
  }
}

/** How a value is called that is not what was expected. */
export function describeNode(node: YamlNode): string {
  switch (node.kind) {
    case "nothing":
      return "nothing";
    case "list":
      return "a list";
    case "map":
      return "a map";
    case "scalar":
      return node.text.length > 60 ? `"${node.text.slice(0, 57)}…"` : `"${node.text}"`;
  }
}
