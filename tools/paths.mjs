import * as path from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** @param {string[]} parts of a path below the project's folder */
export const inRoot = (...parts) => path.join(root, ...parts);

/** The Node that the lock file pins. Present once the dependencies are installed. */
export const pinnedNode = inRoot("node_modules", ".bin", "node");

/** @param {string} name of a command that a dependency brings */
export const commandOf = (name) => inRoot("node_modules", ".bin", name);
