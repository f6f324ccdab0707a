import { hashPlain } from "./hash.ts";
import { rememberedHash } from "./remembered-hash.ts";

/**
 * Says of plain data that it will never change: it is frozen, all of it, and its hash is remembered. Nodes may then share
 * it, since none can change what another holds, so it is sent and kept without copies. For what is written once and passed
 * on often, such as the entries of a log.
 *
 * @returns the data itself
 * @throws TypeError for what can not be frozen: a Map, a Set, and what is not plain data
 */
export function frozen<Data extends object>(data: Data): Data {
  if (rememberedHash in data) return data;
  const hash = hashPlain(data);
  freezeParts(data);
  Object.defineProperty(data, rememberedHash, { value: hash });
  return Object.freeze(data);
}

function freezeParts(data: object): void {
  if (data instanceof Map || data instanceof Set) throw new TypeError("A Map or a Set can not be frozen.");
  for (const part of Object.values(data) as readonly unknown[]) {
    if (typeof part !== "object" || part === null || rememberedHash in part) continue;
    freezeParts(part);
    Object.freeze(part);
  }
}
