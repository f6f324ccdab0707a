import type { AstroIntegration } from "astro";
import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What is kept is what a reader opens; source maps, feeds and what programs read stay where they are. */
const isKept = (file: string): boolean => /\.(html|css|js|mjs|woff2|svg|json|pf_[a-z]+|pagefind|wasm)$/.test(file);

/**
 * The service worker that keeps the handbook on the reader's device: after the first visit it opens without a network. A
 * page is asked for at the server first, so that nobody reads an old one while there is a newer; what a server marks as
 * private, as a team's does, is not kept at all.
 */
function workerText(version: string, files: readonly string[]): string {
  return `const version = ${JSON.stringify(version)};
const files = ${JSON.stringify(files)};
const name = "fieldbook-" + version;
const patienceMs = 4000;

const mayKeep = (response) =>
  response.ok && response.type === "basic" && !/private|no-store/.test(response.headers.get("Cache-Control") ?? "");

async function keepAll() {
  const cache = await caches.open(name);
  for (const file of files) {
    if (await cache.match(file)) continue;
    const response = await fetch(file, { cache: "no-cache" }).catch(() => undefined);
    if (response === undefined) return;
    if (!mayKeep(response)) return;
    await cache.put(file, response);
  }
  for (const other of await caches.keys()) {
    if (other.startsWith("fieldbook-") && other !== name) await caches.delete(other);
  }
}

async function fromNetwork(request) {
  const response = await fetch(request, { signal: AbortSignal.timeout(patienceMs) });
  if (mayKeep(response)) await (await caches.open(name)).put(request.url.split("#")[0], response.clone());
  return response;
}

async function answer(request) {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (kept !== undefined && new URL(request.url).pathname.startsWith("/_astro/")) return kept;
  try {
    return await fromNetwork(request);
  } catch (error) {
    const missing = request.mode === "navigate" ? await caches.match("/404.html") : undefined;
    const found = kept ?? missing;
    if (found !== undefined) return found;
    throw error;
  }
}

const own = new Set(files);

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(keepAll()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (own.has(pathname) || own.has(pathname + "/")) event.respondWith(answer(request));
});
`;
}

/** Writes `offline.js` once all else is built. */
export const offlineWorker = (): AstroIntegration => ({
  name: "fieldbook-offline-worker",
  hooks: {
    "astro:build:done": ({ dir }) => {
      const root = fileURLToPath(dir);
      const found = globSync("**/*", { cwd: root })
        .filter((file) => isKept(file) && file !== "offline.js" && statSync(`${root}/${file}`).isFile())
        .toSorted();
      const hash = createHash("sha256");
      for (const file of found) hash.update(`${file}\0`).update(readFileSync(`${root}/${file}`));
      const addresses = found.map((file) => `/${file.replaceAll("\\", "/").replace(/(^|\/)index\.html$/, "$1")}`);
      writeFileSync(new URL("offline.js", dir), workerText(hash.digest("hex").slice(0, 12), addresses));
    },
  },
});
