import type { AnyFields, FieldsOf } from "./fields.ts";
import { capital, join, readFields } from "./fields.ts";
import { nearestName, suggest } from "./nearest-name.ts";
import type { Reader, Reading } from "./reading.ts";
import { describeNode } from "./reading.ts";
import type { ShortForm } from "./short-form.ts";
import { matchShort } from "./short-form.ts";
import type { MapEntry, MapNode, ScalarNode, YamlNode } from "./yaml-tree.ts";

/** One of the forms that a value may take. */
interface Variant<Shape> {
  /** One sentence for the manual. */
  readonly says: string;
  readonly fields: FieldsOf<Omit<Shape, "kind">>;
  /** The key whose value may stand behind the kind's name: `- slow: database`. */
  readonly main?: keyof Omit<Shape, "kind"> & string;
  /** Forms on one line, with a slot in angle brackets for each key: "uniform <min> to <max>". The kind comes first. */
  readonly short?: readonly string[];
  /** One that is right, for messages and for the manual. */
  readonly example: string;
}

export interface AnyVariant {
  readonly says: string;
  readonly fields: AnyFields;
  readonly main?: string;
  readonly short?: readonly string[];
  readonly example: string;
}

type VariantsOf<Union extends { readonly kind: string }> = {
  readonly [Kind in Union["kind"]]: Variant<Extract<Union, { readonly kind: Kind }>>;
};

/** A reader of a value that takes one of several forms, each with keys of its own. */
export interface KindsReader<Union> extends Reader<Union> {
  readonly name: string;
  readonly variants: Readonly<Record<string, AnyVariant>>;
}

interface KindsTerms<Union extends { readonly kind: string }> {
  /** "a distribution" */
  readonly name: string;
  readonly variants: VariantsOf<Union>;
  /** The form that a text without a kind's name is: "constant <value>" for "5 ms". */
  readonly bare?: string;
  readonly check?: (value: Union, path: string, reading: Reading) => void;
}

/**
 * A value may be written in three ways, whichever reads best:
 * `{ kind: slow, service: database, factor: 3 }`, `{ slow: database, factor: 3 }`, and for some on one line.
 */
export function kinds<Union extends { readonly kind: string }>(terms: KindsTerms<Union>): KindsReader<Union> {
  const { name, check, bare } = terms;
  const variants = terms.variants as unknown as Readonly<Record<string, AnyVariant>>;
  const chooser = new KindChooser(name, variants, bare);
  return {
    name,
    variants,
    expects: `${name} such as ${Object.values(variants)[0]?.example ?? ""}`,
    takesMap: true,
    read(node, path, reading) {
      reading.place(path, node.at);
      const chosen = chooser.choose(node, path, reading);
      if (chosen === undefined) return undefined;
      const { kind, entries } = chosen;
      const fields = variants[kind]!.fields;
      const values = readFields(`${name} of kind ${kind}`, fields, node, entries, path, reading);
      if (values === undefined) return undefined;
      const value = { kind, ...values } as unknown as Union;
      check?.(value, path, reading);
      return value;
    },
  };
}

interface Chosen {
  readonly kind: string;
  readonly entries: readonly MapEntry[];
}

class KindChooser {
  readonly #name: string;
  readonly #variants: Readonly<Record<string, AnyVariant>>;
  readonly #forms: readonly ShortForm[];

  constructor(name: string, variants: Readonly<Record<string, AnyVariant>>, bare: string | undefined) {
    this.#name = name;
    this.#variants = variants;
    const named = Object.entries(variants).flatMap(([kind, { short = [], fields }]) => {
      const needsNothing = Object.values(fields).every(({ need }) => need !== "required");
      return [...(needsNothing ? [kind] : []), ...short].map((form) => ({ kind, form }));
    });
    this.#forms =
      bare === undefined ? named : [...named, { kind: bare.split(" ")[0]!, form: bare.replace(/^\S+ /, "") }];
  }

  get #kinds(): readonly string[] {
    return Object.keys(this.#variants);
  }

  choose(node: YamlNode, path: string, reading: Reading): Chosen | undefined {
    if (node.kind === "scalar") return this.#fromText(node, path, reading);
    if (node.kind === "map") return this.#fromMap(node, path, reading);
    const mend = `Write for instance ${this.#example()}.`;
    return reading.refuse(node.at, path, `Expected ${this.#name}; got ${describeNode(node)}.`, mend);
  }

  #example(): string {
    return Object.values(this.#variants)[0]?.example ?? "";
  }

  #fromText(node: ScalarNode, path: string, reading: Reading): Chosen | undefined {
    const first = node.text.split(/\s/)[0]!;
    const isKind = Object.hasOwn(this.#variants, first);
    for (const { kind, form } of this.#forms) {
      // "constant …" is never the bare form of another kind.
      if (isKind && first !== kind) continue;
      const entries = matchShort(form, node);
      if (entries !== undefined) return { kind, entries };
    }
    if (isKind) {
      const { example } = this.#variants[first]!;
      return reading.refuse(
        node.at,
        path,
        `"${node.text}" does not say all of ${first}.`,
        `Write for instance ${example}.`,
      );
    }
    const two = node.text.split(/\s+/).slice(0, 2).join("-");
    const near = nearestName(first, this.#kinds) ?? nearestName(two, this.#kinds);
    const mend =
      near === undefined ? suggest(first, this.#kinds) : `Write for instance ${this.#variants[near]!.example}.`;
    return reading.refuse(node.at, path, `"${node.text}" is not ${this.#name}.`, mend);
  }

  #fromMap(node: MapNode, path: string, reading: Reading): Chosen | undefined {
    const named = node.entries.find(({ key }) => key === "kind");
    if (named !== undefined) {
      const { value } = named;
      const kind = value.kind === "scalar" ? value.text : "";
      const entries = node.entries.filter((entry) => entry !== named);
      if (Object.hasOwn(this.#variants, kind)) return { kind, entries };
      const says = `${capital(this.#name)} has no kind ${describeNode(value)}.`;
      return reading.refuse(value.at, join(path, "kind"), says, suggest(kind, this.#kinds));
    }
    const [entry, ...others] = node.entries.filter(({ key }) => Object.hasOwn(this.#variants, key));
    if (entry === undefined) return this.#refuseUnnamed(node, path, reading);
    if (others.length > 0) {
      const says = `This is of two kinds, ${entry.key} and ${others[0]!.key}.`;
      return reading.refuse(others[0]!.keyAt, path, says, "Make two entries of it, or keep one.");
    }
    const rest = node.entries.filter((other) => other !== entry);
    return { kind: entry.key, entries: [...this.#behind(entry), ...rest] };
  }

  /** What stands behind the kind's name: its main key, or all its keys. */
  #behind({ key: kind, keyAt, value }: MapEntry): readonly MapEntry[] {
    const { main, fields } = this.#variants[kind]!;
    const mainTakesMap = main !== undefined && fields[main]?.reader.takesMap === true;
    if (value.kind === "map" && (!mainTakesMap || hasOnlyKeysOf(value, fields))) return value.entries;
    if (main === undefined) return value.kind === "nothing" ? [] : [{ key: kind, keyAt, value }];
    return [{ key: main, keyAt, value }];
  }

  #refuseUnnamed(node: MapNode, path: string, reading: Reading): undefined {
    for (const { key, keyAt } of node.entries) {
      const near = nearestName(key, this.#kinds);
      if (near === undefined) continue;
      return reading.refuse(keyAt, path, `${capital(this.#name)} has no kind "${key}".`, `Write ${near}.`);
    }
    const mend = `Add one of ${this.#kinds.join(", ")}; for instance ${this.#example()}.`;
    return reading.refuse(node.at, path, `${capital(this.#name)} has to say of what kind it is.`, mend);
  }
}

const hasOnlyKeysOf = (node: MapNode, fields: AnyFields): boolean =>
  node.entries.length > 0 && node.entries.every(({ key }) => Object.hasOwn(fields, key));
