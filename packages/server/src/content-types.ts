import { extname } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".atom": "application/atom+xml; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".ics": "text/calendar; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".xml": "application/xml; charset=utf-8",
};

/** What a file holds, by its name; what is not known is handed over as bytes. */
export const contentTypeOf = (file: string): string => types[extname(file)] ?? "application/octet-stream";

/** Whether compressing pays: text does, pictures and the parts of the search index are small already. */
export const isCompressible = (contentType: string): boolean =>
  /^(text\/|application\/(json|xml|atom|wasm|manifest)|image\/svg)/.test(contentType);
