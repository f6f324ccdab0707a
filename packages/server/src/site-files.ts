import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "./content-encoding.ts";
import type { Encoding } from "./content-encoding.ts";
import { contentTypeOf, isCompressible } from "./content-types.ts";

/** A file in one of its encodings, as it is sent. */
export interface Representation {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly encoding: Encoding;
  /** Whether the same address can come in other encodings. */
  readonly varies: boolean;
  /** Changes with content and encoding; quoted, as the header has it. */
  readonly entityTag: string;
}

/** What an address stands for: a file, or a folder whose address lacks the slash at its end. */
export type Found = { readonly file: string } | { readonly folder: string };

/** Below this, compressing saves nothing that a packet would notice. */
const smallestCompressedBytes = 1_024;

/** Names that the site has. No dot at the beginning, so neither `..` nor the stamp of the build is among them. */
const segment = /^[\w@~-][\w.@~-]*$/;

/** The files of a built site. A folder may be replaced while it is served: each file is looked up anew. */
export class SiteFiles {
  readonly #folder: string;
  /** One entry a file and encoding; it is replaced when the file changes. */
  readonly #kept = new Map<string, { readonly stamp: string; readonly representation: Representation }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param path of the address, still encoded: "/operate/ducks-in-a-row/" */
  find(path: string): Found | undefined {
    const [, ...segments] = path.split("/");
    const isFolder = segments.at(-1) === "";
    if (isFolder) segments.pop();
    if (!segments.every((name) => segment.test(name))) return undefined;
    const relative = segments.join("/");
    if (isFolder) return this.#fileAt(join(relative, "index.html"));
    const file = this.#fileAt(relative);
    if (file !== undefined) return file;
    const page = this.#fileAt(join(relative, "index.html"));
    return page === undefined ? undefined : { folder: `/${relative}/` };
  }

  /** Asked at once and not by way of a thread: that takes microseconds, and a page asks twice. */
  #fileAt(relative: string): Found | undefined {
    const file = join(this.#folder, relative);
    const status = statSync(file, { throwIfNoEntry: false });
    return status?.isFile() === true ? { file } : undefined;
  }

  /** @param accepted the best encoding that the reader takes; small files and those that do not shrink come as they are */
  async read(file: string, accepted: Encoding): Promise<Representation> {
    const { mtimeMs, size } = statSync(file);
    const contentType = contentTypeOf(file);
    const varies = isCompressible(contentType) && size >= smallestCompressedBytes;
    const encoding = varies ? accepted : "identity";
    const stamp = `${String(mtimeMs)} ${String(size)}`;
    const key = `${encoding} ${file}`;
    const kept = this.#kept.get(key);
    if (kept?.stamp === stamp) return kept.representation;
    const plain = await readFile(file);
    const hash = createHash("sha256").update(plain).digest("base64url").slice(0, 22);
    const representation: Representation = {
      content: Uint8Array.from(await encode(plain, encoding)),
      contentType,
      encoding,
      varies,
      entityTag: encoding === "identity" ? `"${hash}"` : `"${hash}-${encoding}"`,
    };
    this.#kept.set(key, { stamp, representation });
    return representation;
  }
}
