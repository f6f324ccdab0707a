import { zipSync } from "fflate";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";

/** There is no built site to pack. */
export class OfflineError extends Error {
  override readonly name = "OfflineError";
}

const attribute = /\b(href|src|action)="(\/[^"]*)"/g;

/** An address from the site's root as one from a page, so that the page opens from a folder. */
function relativeTo(page: string, address: string): string {
  const [, path = "", rest = ""] = /^([^?#]*)(.*)$/.exec(address) ?? [];
  const file = path.endsWith("/") ? `${path}index.html` : path;
  return `${posix.relative(posix.dirname(`/${page}`), file)}${rest}`;
}

/**
 * The built site as one archive. Opened from a folder its pages are read without scripts, which browsers do not run from
 * files; any server of static files runs all of it.
 *
 * @param folder of the built site
 * @throws OfflineError when there is none
 */
export function offlineZip(folder: string): Uint8Array {
  if (!existsSync(join(folder, "index.html"))) {
    throw new OfflineError(`There is no built handbook in ${folder}: build it with npm run build -w packages/site.`);
  }
  const files: Record<string, [Uint8Array, { level: 9 }]> = {};
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => statSync(join(folder, path)).isFile())
    .toSorted();
  for (const path of paths) {
    const content = readFileSync(join(folder, path));
    const bytes = path.endsWith(".html") ? Buffer.from(withRelative(path, content.toString("utf8"))) : content;
    files[`fieldbook/${path}`] = [bytes, { level: 9 }];
  }
  return zipSync(files, { mtime: new Date(1980, 0, 1) });
}

const withRelative = (page: string, html: string): string =>
  html.replaceAll(attribute, (_, name: string, address: string) => `${name}="${relativeTo(page, address)}"`);
