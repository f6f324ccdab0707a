import type { System } from "@fieldbook/engine";

/** Every system with its mutants, in the order in which lists show them. */
export const systems: readonly System[] = [];

/** A system that does not exist was asked for; the message lists those that do. */
export class UnknownSystemError extends Error {
  override readonly name = "UnknownSystemError";
}

/** @throws UnknownSystemError that lists the ids there are */
export function findSystem(id: string): System {
  const found = systems.find((system) => system.id === id);
  if (found !== undefined) return found;
  throw new UnknownSystemError(`There is no system "${id}"; there are: ${systems.map((system) => system.id).join(", ")}.`);
}
