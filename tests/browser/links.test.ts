import { fromHtml } from "hast-util-from-html";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { visit } from "unist-util-visit";
import { expect, it } from "vitest";
import { siteFolder } from "../../tools/site.mjs";
import { whyNoChromium } from "./chromium.ts";
import { useSite } from "./site-visits.ts";

const site = useSite();

interface BuiltPage {
  readonly ids: readonly string[];
  readonly links: readonly string[];
}

/** What a document holds, its templates too: scripts copy from them. */
function readPage(html: string): BuiltPage {
  const ids: string[] = [];
  const links: string[] = [];
  visit(fromHtml(html), "element", ({ tagName, properties }) => {
    const { id, href, src } = properties;
    if (typeof id === "string") ids.push(id);
    if (typeof href === "string" && ["a", "link", "area"].includes(tagName)) links.push(href);
    if (typeof src === "string") links.push(src);
  });
  return { ids, links };
}

const pathOf = (file: string): string => `/${file}`.replace(/index\.html$/, "");

function builtPages(): ReadonlyMap<string, BuiltPage> {
  const files = globSync("**/*.html", { cwd: siteFolder }).filter((file) => !file.startsWith("pagefind/"));
  return new Map(files.map((file) => [pathOf(file), readPage(readFileSync(join(siteFolder, file), "utf8"))]));
}

const isBuiltFile = (path: string): boolean => {
  const file = join(siteFolder, path);
  return existsSync(file) && statSync(file).isFile();
};

it.skipIf(whyNoChromium !== undefined)("no built page has a link that leads nowhere, or an id twice", async () => {
  const pages = builtPages();
  expect(pages.size).toBeGreaterThan(40);
  const lost: string[] = [];
  const linked = new Set(["/", "/404.html"]);
  const atServer = new Map<string, boolean>();
  for (const [path, { ids, links }] of pages) {
    for (const [index, id] of ids.entries())
      if (ids.indexOf(id) !== index) lost.push(`${path} has the id "${id}" twice`);
    for (const href of links) {
      const { origin, pathname, hash, search } = new URL(href, `http://here${path}`);
      if (origin !== "http://here") continue;
      const to = pages.get(pathname);
      linked.add(pathname);
      const id = decodeURIComponent(hash.slice(1));
      if (to !== undefined) {
        if (id !== "" && id !== "_top" && !to.ids.includes(id))
          lost.push(`${path} leads to ${href}, which has no such place`);
      } else if (!isBuiltFile(pathname)) {
        if (!atServer.has(pathname)) atServer.set(pathname, (await fetch(site.url + pathname + search)).ok);
        if (atServer.get(pathname) !== true) lost.push(`${path} leads to ${href}, which is not there`);
      }
    }
  }
  expect(lost).toEqual([]);
  expect([...pages.keys()].filter((path) => !linked.has(path))).toEqual([]);
});
