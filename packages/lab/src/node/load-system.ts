import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { System } from "@fieldbook/engine";
import { findSystem } from "@fieldbook/systems";

/** A file has no system to run; the message says what it has. */
export class LoadError extends Error {
  override readonly name = "LoadError";
}

/**
 * A system by its id ("raft"), or from a file of one's own: "./my-system.ts", or "./my-system.ts#mySystem" where the file
 * exports several.
 *
 * @throws UnknownSystemError for an id that does not exist
 * @throws LoadError for a file that is not there, can not be read or exports no such system
 */
export async function loadSystem(name: string): Promise<System> {
  if (!/[./\\]/.test(name)) return findSystem(name);
  const [path = "", wanted] = name.split("#");
  const file = resolve(path);
  if (!existsSync(file))
    throw new LoadError(`There is no file ${path}. Give the path of a file that exports a system.`);
  let module: Record<string, unknown>;
  try {
    module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LoadError(`${path} can not be loaded: ${why}`, { cause: error });
  }
  const found = Object.entries(module).filter(([, item]) => isSystem(item));
  const names = found.map(([id]) => id).join(", ");
  if (found.length === 0) {
    throw new LoadError(`${path} exports no system. Export one: export const mine = defineSystem({ … });`);
  }
  if (wanted === undefined && found.length > 1) {
    throw new LoadError(`${path} exports several systems: ${names}. Name one: ${path}#${found[0]![0]}`);
  }
  const system = wanted === undefined ? found[0]![1] : module[wanted];
  if (!isSystem(system)) throw new LoadError(`${path} exports no system "${wanted!}"; it exports ${names}.`);
  return system;
}

function isSystem(item: unknown): item is System {
  if (typeof item !== "object" || item === null) return false;
  const { id, plan, run } = item as Partial<System>;
  return typeof id === "string" && typeof plan === "function" && typeof run === "function";
}
