import type { MapEntry, ScalarNode } from "./yaml-tree.ts";

/** A form on one line and the kind that it says: "uniform <min> to <max>". */
export interface ShortForm {
  readonly kind: string;
  readonly form: string;
}

const longestText = 1_000;

/**
 * Takes a text apart by a form whose slots stand in angle brackets; what fills a slot is as short as possible.
 *
 * @returns the slots as entries of a map, each where it stands in the file; undefined when the text is not of that form
 */
export function matchShort(form: string, node: ScalarNode): readonly MapEntry[] | undefined {
  // Forms are short; a long text with several slots would be tried in too many ways.
  if (node.text.length > longestText && form.split("<").length > 2) return undefined;
  const slots = [...form.matchAll(/<(\w+)>/g)].map((match) => match[1]!);
  const pattern = form
    .split(/(<\w+>)/)
    .map((part) => (part.startsWith("<") ? "(\\S.*?)" : part.replaceAll(/[^\w\s]/g, "\\$&").replaceAll(/\s+/g, "\\s+")))
    .join("");
  const found = new RegExp(`^${pattern}$`, "d").exec(node.text);
  if (found === null) return undefined;
  return slots.map((key, index) => {
    const column = node.at.column + (found.indices?.[index + 1]?.[0] ?? 0);
    const at = { ...node.at, column };
    return { key, keyAt: at, value: { kind: "scalar", text: found[index + 1]!, at } };
  });
}
