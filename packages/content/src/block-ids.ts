/** A heading's text as part of an address: "Limits & bounds" becomes "limits-bounds". */
export function slugOf(text: string): string {
  const slug = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return slug === "" ? "section" : slug;
}

/** Hands out ids of one page; the second block that wants an id gets `-2` behind it. */
export class BlockIds {
  readonly #taken = new Set<string>();

  take(wanted: string): string {
    let id = wanted;
    for (let count = 2; this.#taken.has(id); count += 1) id = `${wanted}-${String(count)}`;
    this.#taken.add(id);
    return id;
  }
}
