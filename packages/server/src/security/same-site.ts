const harmless: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a request may change something in the name of the browser's cookies: it comes from a page of our own.
 *
 * `Sec-Fetch-Site` comes first, since our pages send no referrer, and a form posted from such a page says
 * `Origin: null`; an origin that is named is held against ours as well. Browsers leave `Sec-Fetch-Site` out on plain HTTP except on localhost; there the origin decides. A
 * request with neither and without cookies comes from a program, which no page can lead astray.
 *
 * @param origin of the handbook: "https://handbook.example.org"
 */
export function isOwnRequest(request: Request, origin: string): boolean {
  if (harmless.has(request.method)) return true;
  const site = request.headers.get("Sec-Fetch-Site");
  const from = request.headers.get("Origin");
  if (site !== null) return (site === "same-origin" || site === "none") && [null, "null", origin].includes(from);
  if (from !== null) return from === origin;
  return !request.headers.has("Cookie");
}
