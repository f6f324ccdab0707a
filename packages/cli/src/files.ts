import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "./terminal.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder; name one file",
  EACCES: "its permissions do not allow it",
  ENOSPC: "the disk is full",
};

function why(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

/** @throws UserError naming the file and the mend */
export function readTextFile(path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UserError(`Can not read ${path}: ${why(error)}.`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${path} is not in UTF-8: save it in that encoding.`);
  }
}

/**
 * Writes a file beside and renames it, so that no reader ever sees half of it.
 *
 * @throws UserError when it is there already and `force` is not given, or when it can not be written
 */
export function writeFile(path: string, content: string | Uint8Array, force: boolean): void {
  refuseToOverwrite(path, force);
  const unfinished = `${path}.new`;
  try {
    writeFileSync(unfinished, content);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new UserError(`Can not write ${path}: ${why(error)}.`);
  }
}

/**
 * Asked before the work begins that a file is for.
 *
 * @throws UserError when the file is there already and may not be written over, or could never be written
 */
export function refuseToOverwrite(path: string, force: boolean): void {
  if (path.trim() === "") throw new UserError("The name of the file to write is empty.");
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) throw new UserError(`There is no folder ${folder}: make it, or name another file.`);
  if (force || !existsSync(path)) return;
  throw new UserError(`${path} is there already. Give --force to write over it, or another name.`);
}
