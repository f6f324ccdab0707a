import { inRoot } from "./paths.mjs";

/** The program that serves the handbook. */
export const serverProgram = inRoot("packages", "server", "src", "main.ts");

/**
 * Keeps the server small. It holds some 30 MB that live; left to itself the engine lets garbage grow to ten times that
 * before it looks. Whoever has a very large discussion gives more: a later --max-old-space-size in NODE_OPTIONS does not
 * win over these, so it is changed where the server is started.
 */
export const serverFlags = ["--max-semi-space-size=8", "--max-old-space-size=256"];

/** Where compiled code is kept for the next start, which then needs no compiler for TypeScript: 20 MB less, and sooner. */
const compileCache = inRoot("node_modules", ".cache", "fieldbook-compiled");

/**
 * What the server's program finds in its environment unless it says otherwise. One arena of glibc's allocator in place of one
 * for each thread is 40 MB less, and as fast: the work is on one thread.
 */
export const serverEnvironment = { NODE_COMPILE_CACHE: compileCache, MALLOC_ARENA_MAX: "1" };
