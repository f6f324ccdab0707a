import type { Hono } from "hono";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "./app.ts";

const chapter = `<!doctype html><title>Chapter</title>${"<p>one and the same line</p>".repeat(200)}`;

let scratch = "";
let app: Hono;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "fieldbook-server-"));
  const site = join(scratch, "site");
  mkdirSync(join(site, "operate/ducks"), { recursive: true });
  mkdirSync(join(site, "_astro"));
  writeFileSync(join(scratch, "secret.txt"), "secret");
  writeFileSync(join(site, ".built-from"), "secret");
  writeFileSync(join(site, "index.html"), "<!doctype html><title>Home</title>");
  writeFileSync(join(site, "404.html"), "<!doctype html><title>Not here</title>");
  writeFileSync(join(site, "operate/ducks/index.html"), chapter);
  writeFileSync(join(site, "_astro/page.a1b2c3.js"), "export {};");
  writeFileSync(join(site, "index.pf_meta"), Buffer.alloc(4_096));
  app = createApp(site);
});

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const get = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  app.request(path, { headers });

const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

describe("a page", () => {
  test("is found at the address of its folder", async () => {
    const response = await get("/operate/ducks/");
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    expect(await response.text()).toBe(chapter);
  });

  test("without the slash at its end leads there, with what follows the question mark", async () => {
    const response = await get("/operate/ducks?lens=manager");
    expect(response.status).toBe(308);
    expect(response.headers.get("Location")).toBe("/operate/ducks/?lens=manager");
  });

  test("answers HEAD with its headers alone", async () => {
    const response = await app.request("/", { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });

  test("that does not exist is answered with the page for it", async () => {
    for (const path of ["/nowhere/", "/nowhere", "/operate/", "/_astro/gone.js"]) {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.text()).toContain("Not here");
      expect(response.headers.get("Cache-Control")).toBe("no-store");
    }
  });

  test("is only read", async () => {
    const response = await app.request("/", { method: "POST" });
    expect(response.status).toBe(405);
    expect(response.headers.get("Allow")).toBe("GET, HEAD");
  });
});

describe("nothing outside the site is handed out", () => {
  const paths = [
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/operate/..%2f..%2fsecret.txt",
    "/operate/ducks/%2e%2e/%2e%2e/%2e%2e/secret.txt",
    "/..%5csecret.txt",
    "//secret.txt",
    "/.built-from",
    "/%2ebuilt-from",
    "/index.html%00.js",
    "/%E0%A4%A",
  ];

  test.each(paths)("%s", async (path) => {
    const response = await app.request(new Request(`http://localhost${path}`));
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain("secret");
  });

  test("and no redirect leads to another host", async () => {
    const response = await app.request(new Request("http://localhost//example.org/operate/ducks"));
    expect(response.status).toBe(404);
  });
});

describe("caching", () => {
  test("a file with a hash in its name is kept for ever, a page is asked for each time", async () => {
    expect((await get("/_astro/page.a1b2c3.js")).headers.get("Cache-Control")).toBe(
      "public, max-age=31536000, immutable",
    );
    expect((await get("/")).headers.get("Cache-Control")).toBe("no-cache");
  });

  test("what has not changed is not sent again", async () => {
    const entityTag = (await get("/")).headers.get("ETag") ?? "";
    expect(entityTag).toMatch(/^"[\w-]+"$/);
    for (const header of [entityTag, `W/${entityTag}`, `"other", ${entityTag}`, "*"]) {
      const response = await get("/", { "If-None-Match": header });
      expect(response.status).toBe(304);
      expect(await response.text()).toBe("");
    }
    expect((await get("/", { "If-None-Match": '"other"' })).status).toBe(200);
  });

  test("what has changed is sent, though the server still runs", async () => {
    const file = join(scratch, "site", "changing.txt");
    writeFileSync(file, "before");
    const before = await get("/changing.txt");
    expect(await before.text()).toBe("before");
    writeFileSync(file, "afterwards");
    const after = await get("/changing.txt", { "If-None-Match": before.headers.get("ETag") ?? "" });
    expect(await after.text()).toBe("afterwards");
  });
});

describe("compression", () => {
  const path = "/operate/ducks/";

  test("takes Brotli before gzip, and what is asked for", async () => {
    const brotli = await get(path, { "Accept-Encoding": "gzip, deflate, br" });
    expect(brotli.headers.get("Content-Encoding")).toBe("br");
    expect(brotli.headers.get("Vary")).toBe("Accept-Encoding");
    expect(brotliDecompressSync(await bytesOf(brotli)).toString()).toBe(chapter);
    const gzip = await get(path, { "Accept-Encoding": "br;q=0, gzip" });
    expect(gzip.headers.get("Content-Encoding")).toBe("gzip");
    expect(gunzipSync(await bytesOf(gzip)).toString()).toBe(chapter);
    expect((await get(path)).headers.get("Content-Encoding")).toBeNull();
  });

  test("gives each encoding its own entity tag", async () => {
    const encodings = ["br", "gzip", "identity"];
    const answers = await Promise.all(encodings.map((encoding) => get(path, { "Accept-Encoding": encoding })));
    expect(new Set(answers.map((response) => response.headers.get("ETag"))).size).toBe(3);
  });

  test("leaves alone what is small or compressed already", async () => {
    for (const small of ["/", "/index.pf_meta"]) {
      const response = await get(small, { "Accept-Encoding": "br" });
      expect(response.headers.get("Content-Encoding")).toBeNull();
      expect(response.headers.get("Vary")).toBeNull();
    }
    expect((await get("/index.pf_meta")).headers.get("Content-Type")).toBe("application/octet-stream");
  });
});

test("every answer forbids inline scripts, framing and guessing of types", async () => {
  for (const path of ["/", "/operate/ducks", "/nowhere/", "/_astro/page.a1b2c3.js"]) {
    const { headers } = await get(path);
    const policy = headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("worker-src 'self'");
    expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval'(;|$)/);
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
  }
});
