/** Reached for something that would make a run different the next time; the message names what `ctx` has instead. */
export class DeterminismError extends Error {
  override readonly name = "DeterminismError";
}

/** What a node must not touch, and what it has instead. */
const forbidden: Readonly<Record<string, string>> = {
  "Math.random": "ctx.random(bound, label)",
  Date: "ctx.now()",
  "performance.now": "ctx.monotonic()",
  setTimeout: "ctx.timer(name, delay)",
  setInterval: "ctx.timer(name, delay), started again in its handler",
  setImmediate: "ctx.timer(name, 0)",
  queueMicrotask: "ctx.timer(name, 0)",
  requestAnimationFrame: "ctx.timer(name, delay)",
  Promise: "ctx.call(dest, body, continuation, data) and a handler in `replies`",
  crypto: "ctx.random(bound, label) and ctx.checksum(data)",
  fetch: "ctx.send(dest, body) or ctx.call(dest, body, continuation, data)",
  XMLHttpRequest: "ctx.send(dest, body) or ctx.call(dest, body, continuation, data)",
  WebSocket: "ctx.send(dest, body)",
  WeakRef: "a Map in the state",
  FinalizationRegistry: "nothing: when memory is freed is not decided by the program",
  Intl: "texts compared with < and >",
};

/** The replacement that a message or a lint rule names. */
export const replacements: readonly (readonly [name: string, instead: string])[] = Object.entries(forbidden);

interface Place {
  readonly holder: object;
  readonly key: string;
  readonly trap: unknown;
}

function refuse(name: string, instead: string): never {
  throw new DeterminismError(`it used ${name}; a node has ${instead} instead`);
}

/** A stand-in that refuses to be called, constructed or looked into. */
function trapFor(name: string, instead: string): unknown {
  const stop = (): never => refuse(name, instead);
  return new Proxy(function trap() {}, { apply: stop, construct: stop, get: stop, has: stop });
}

let places: readonly Place[] | undefined;

function findPlaces(): readonly Place[] {
  return Object.entries(forbidden).flatMap(([name, instead]) => {
    const path = name.split(".");
    const key = path.pop()!;
    // oxlint-disable-next-line no-restricted-globals -- it is the host that is guarded here
    let holder: unknown = globalThis;
    for (const part of path) holder = (holder as Record<string, unknown> | undefined)?.[part];
    if (typeof holder !== "object" || holder === null || !(key in holder)) return [];
    const descriptor = Object.getOwnPropertyDescriptor(holder, key);
    if (descriptor?.configurable === false) return [];
    return [{ holder, key, trap: trapFor(name, instead) }];
  });
}

/**
 * Runs `body`, during which reaching for the time of day, chance, timers or the network throws a `DeterminismError`. It is
 * synchronous, so nothing else runs meanwhile; all is put back at the end.
 */
export function guarded<Result>(body: () => Result): Result {
  places ??= findPlaces();
  const saved: (readonly [Place, PropertyDescriptor | undefined])[] = [];
  try {
    for (const place of places) {
      saved.push([place, Object.getOwnPropertyDescriptor(place.holder, place.key)]);
      Object.defineProperty(place.holder, place.key, { value: place.trap, configurable: true, writable: true });
    }
    return body();
  } finally {
    for (const [{ holder, key }, descriptor] of saved) {
      if (descriptor === undefined) delete (holder as Record<string, unknown>)[key];
      else Object.defineProperty(holder, key, descriptor);
    }
  }
}
