import type { Position } from "./declaration-error.ts";
import { suggest } from "./nearest-name.ts";
import type { MapEntry, YamlNode } from "./yaml-tree.ts";
import { parseYaml } from "./yaml-tree.ts";

/** A change to a file before it is read: a value set, or a key taken away. Paths are as the file is written. */
export type DeclarationEdit =
  | { readonly kind: "set"; readonly path: string; readonly value: string }
  | { readonly kind: "without"; readonly path: string };

/** A change that does not fit the file; the message names the place and the mend. */
export class EditError extends Error {
  override readonly name = "EditError";
}

/**
 * The tree with the change made. `services.shop.steps[1].call.timeout` names a place; a key that is not there yet may
 * be set when the map that it belongs to is.
 *
 * @throws EditError
 */
export function edited(tree: YamlNode, edit: DeclarationEdit): YamlNode {
  const steps = readPath(edit.path);
  if (edit.kind === "without") return change(tree, steps, 0, edit, undefined);
  const value = parseYaml(edit.value);
  if (!("tree" in value)) {
    const problem = value[0]!;
    throw new EditError(`The value of ${edit.path} is no YAML: ${problem.says} ${problem.mend}`);
  }
  return change(tree, steps, 0, edit, setFor(value.tree, edit.path));
}

/** The tree of a value that was set, whose places are none of the file. */
function setFor<Tree extends YamlNode>(node: Tree, path: string): Tree {
  const at = { ...node.at, setAt: path };
  if (node.kind === "list") return { ...node, at, items: node.items.map((item) => setFor(item, path)) };
  if (node.kind !== "map") return { ...node, at };
  const entries = node.entries.map(({ key, keyAt, value }) => ({
    key,
    keyAt: { ...keyAt, setAt: path },
    value: setFor(value, path),
  }));
  return { ...node, at, entries };
}

type PathStep = string | number;

/** "steps[1].call" → "steps", 1, "call" */
function readPath(path: string): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (const part of path.split(".")) {
    const found = /^([^[\]]+)((?:\[\d+\])*)$/.exec(part);
    if (found === null) {
      throw new EditError(
        `"${path}" is no path. Write keys with points and places in brackets: services.shop.steps[0].`,
      );
    }
    steps.push(found[1]!, ...[...found[2]!.matchAll(/\d+/g)].map(([digits]) => Number(digits)));
  }
  return steps;
}

function change(
  node: YamlNode,
  steps: readonly PathStep[],
  depth: number,
  edit: DeclarationEdit,
  value: YamlNode | undefined,
): YamlNode {
  const step = steps[depth]!;
  const isLast = depth === steps.length - 1;
  const where = depth === 0 ? "the file" : writePath(steps.slice(0, depth));
  if (node.kind === "list" && typeof step === "number") {
    const item = node.items[step];
    if (item === undefined) {
      throw new EditError(`${edit.path}: ${where} has ${String(node.items.length)} entries; the first is [0].`);
    }
    const next = isLast ? value : change(item, steps, depth + 1, edit, value);
    return {
      ...node,
      items: node.items.flatMap((other) => (other === item ? (next === undefined ? [] : [next]) : [other])),
    };
  }
  if (node.kind === "map" && typeof step === "string") {
    const entry = node.entries.find(({ key }) => key === step);
    const known = node.entries.map(({ key }) => key);
    if (entry === undefined && (!isLast || value === undefined)) {
      throw new EditError(`${edit.path}: ${where} has no key ${step}. ${suggest(step, known)}`);
    }
    const next = isLast ? value : change(entry!.value, steps, depth + 1, edit, value);
    return { ...node, entries: withEntry(node.entries, entry, step, next, node.at) };
  }
  if (node.kind === "scalar") {
    const example = `${where}={ …: ${node.text}, ${String(step)}: … }`;
    throw new EditError(`${edit.path}: ${where} is one value here, "${node.text}". Set it as a map: ${example}.`);
  }
  const mend = node.kind === "list" ? `Say which entry: ${where}[0].` : `Name one of its keys.`;
  throw new EditError(`${edit.path}: ${where} is ${node.kind === "list" ? "a list" : "a map"}. ${mend}`);
}

function withEntry(
  entries: readonly MapEntry[],
  entry: MapEntry | undefined,
  key: string,
  value: YamlNode | undefined,
  at: Position,
): readonly MapEntry[] {
  if (entry === undefined) return value === undefined ? entries : [...entries, { key, keyAt: at, value }];
  return entries.flatMap((other) => {
    if (other !== entry) return [other];
    return value === undefined ? [] : [{ ...other, value }];
  });
}

const writePath = (steps: readonly PathStep[]): string =>
  steps
    .map((step, index) => (typeof step === "number" ? `[${String(step)}]` : index === 0 ? step : `.${step}`))
    .join("");
