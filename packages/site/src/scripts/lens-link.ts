/** Lenses that leave something out; the engineer's is the default and stands in no link. */
const chosen: readonly string[] = ["manager", "executive"];

/**
 * The address with the lens kept in it, when it leads to a page of the book.
 *
 * @param href as the link has it
 * @param base the address of the page the link stands on
 */
export function withLens(href: string, base: string, lens: string): string {
  if (href.startsWith("#") || !URL.canParse(href, base)) return href;
  const url = new URL(href, base);
  if (url.origin !== new URL(base).origin || !url.pathname.endsWith("/")) return href;
  if (chosen.includes(lens)) url.searchParams.set("lens", lens);
  else url.searchParams.delete("lens");
  return `${url.pathname}${url.search}${url.hash}`;
}
