import { checkGraph } from "../graph/check/check-graph.ts";
import type { ServiceGraph } from "../graph/declaration.ts";
import { DeclarationError } from "./declaration-error.ts";
import { graph } from "./read-graph.ts";
import { Reading } from "./reading.ts";
import type { NamedKind } from "./reading.ts";
import type { DeclarationEdit } from "./tree-edit.ts";
import { edited } from "./tree-edit.ts";
import type { YamlNode } from "./yaml-tree.ts";
import { parseYaml } from "./yaml-tree.ts";

/**
 * A service graph from YAML. Keys are those of {@link ServiceGraph}; values carry their units. `docs/service-graph.md` is
 * the manual.
 *
 * @param fileName named in errors
 * @param edits made to the file, in order, before it is read
 * @throws DeclarationError with all that is wrong, each with its line and how to mend it
 * @throws EditError when an edit does not fit the file
 */
export function readServiceGraph(text: string, fileName: string, edits: readonly DeclarationEdit[] = []): ServiceGraph {
  const parsed = parseYaml(text);
  if (!("tree" in parsed)) {
    throw new DeclarationError(parsed.map(({ at, says, mend }) => ({ file: fileName, ...at, path: "", says, mend })));
  }
  const tree = edits.reduce(edited, parsed.tree);
  const reading = new Reading(fileName, declaredNames(tree));
  for (const { at, says, mend } of parsed.slips) reading.refuse(at, "", says, mend);
  const read = graph.read(tree, "", reading);
  if (read !== undefined && reading.problems.length === 0) {
    // What shows only when values are seen together.
    for (const { path, says, mend } of checkGraph(read)) reading.refuse(reading.positionOf(path), path, says, mend);
  }
  if (read === undefined || reading.problems.length > 0) {
    const inOrder = reading.problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
    throw new DeclarationError(inOrder);
  }
  return read;
}

const namedBy: Readonly<Record<NamedKind, string>> = {
  service: "services",
  source: "sources",
  zone: "zones",
  credential: "credentials",
};

/** The names that the file declares, known before anything refers to them. */
function declaredNames(tree: YamlNode): Readonly<Record<NamedKind, readonly string[]>> {
  const names = (kind: NamedKind): readonly string[] => {
    const entry = tree.kind === "map" ? tree.entries.find(({ key }) => key === namedBy[kind]) : undefined;
    return entry?.value.kind === "map" ? entry.value.entries.map(({ key }) => key) : [];
  };
  return { service: names("service"), source: names("source"), zone: names("zone"), credential: names("credential") };
}
