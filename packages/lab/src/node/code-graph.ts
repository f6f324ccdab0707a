import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** An import or a re-export: from where, and which names; undefined stands for all of them. */
interface Reference {
  readonly from: string;
  readonly names: readonly string[] | undefined;
}

interface Module {
  readonly text: string;
  readonly imports: readonly Reference[];
  /** Names that it hands on from elsewhere, by the name under which it does. */
  readonly handsOn: ReadonlyMap<string, { readonly from: string; readonly name: string }>;
  /** Modules of which it hands on everything. */
  readonly handsOnAll: readonly string[];
  /** Whether it does nothing but hand on. */
  readonly isDoor: boolean;
}

const statement = /^(?:import|export)\s+(?!type\b)(?:([^"';]*?)\s*from\s*)?"([^"]+)";/gm;

/** "{ a, type B, c as d }" → [["a", "a"], ["c", "d"]]; undefined for "* as x" and for what has no braces. */
function namesOf(clause: string | undefined): readonly (readonly [name: string, alias: string])[] | undefined {
  const inside = /\{([^}]*)\}/.exec(clause ?? "")?.[1];
  if (inside === undefined) return undefined;
  return inside
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith("type "))
    .map((name) => {
      const [own = "", alias = own] = name.split(/\s+as\s+/);
      return [own, alias] as const;
    });
}

function readModule(path: string): Module {
  const text = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
  const imports: Reference[] = [];
  const handsOn = new Map<string, { from: string; name: string }>();
  const handsOnAll: string[] = [];
  let rest = text;
  for (const [whole, clause, from = ""] of text.matchAll(statement)) {
    const names = namesOf(clause);
    rest = rest.replace(whole, "");
    if (whole.startsWith("import")) imports.push({ from, names: names?.map(([name]) => name) });
    else if (names === undefined) handsOnAll.push(from);
    else for (const [name, alias] of names) handsOn.set(alias, { from, name });
  }
  const code = rest
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/^export type\b[^;]*;/gm, "");
  return { text, imports, handsOn, handsOnAll, isDoor: basename(path) === "index.ts" && code.trim() === "" };
}

/**
 * Which modules a module's code can reach. An `index.ts` that only hands on is looked through: who imports one name of a
 * package does not depend on the rest of it. Types are not followed, since they decide nothing.
 */
export class CodeGraph {
  readonly #packages: string;
  readonly #modules = new Map<string, Module>();

  /** @param packages the folder of the packages */
  constructor(packages: string) {
    this.#packages = packages;
  }

  /** The paths of all modules that are reached from these, these included, sorted. */
  reach(from: readonly string[]): readonly string[] {
    const reached = new Set<string>();
    const waiting = [...from];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      const { imports, handsOn, handsOnAll } = this.#module(path);
      for (const { from: specifier, names } of imports) waiting.push(...this.#targets(path, specifier, names));
      for (const { from: specifier, name } of handsOn.values()) waiting.push(...this.#targets(path, specifier, [name]));
      for (const specifier of handsOnAll) waiting.push(...this.#targets(path, specifier, undefined));
    }
    return [...reached].sort();
  }

  text(path: string): string {
    return this.#module(path).text;
  }

  #module(path: string): Module {
    const known = this.#modules.get(path) ?? readModule(path);
    this.#modules.set(path, known);
    return known;
  }

  /** Where names come from in the end; nothing for what is no module of ours. */
  #targets(importer: string, specifier: string, names: readonly string[] | undefined): readonly string[] {
    const path = this.#resolve(importer, specifier);
    if (path === undefined) return [];
    const { isDoor, handsOn, handsOnAll } = this.#module(path);
    // All of it is wanted, or it does something of its own: then it counts whole.
    if (!isDoor || names === undefined) return [path];
    return names.flatMap((name) => {
      const found = handsOn.get(name);
      if (found !== undefined) return this.#targets(path, found.from, [found.name]);
      return handsOnAll.flatMap((from) => this.#targets(path, from, [name]));
    });
  }

  #resolve(importer: string, specifier: string): string | undefined {
    if (specifier.startsWith(".")) return join(dirname(importer), specifier);
    const name = /^@fieldbook\/([a-z]+)$/.exec(specifier)?.[1];
    const path = name === undefined ? undefined : join(this.#packages, name, "src", "index.ts");
    return path !== undefined && existsSync(path) ? path : undefined;
  }
}
