import { createHash } from "node:crypto";
import { chapterUrl } from "../chapter.ts";
import { dueTask } from "./calendar.ts";
import type { Address } from "./calendar.ts";
import type { DueItem } from "./due.ts";
import type { Ledger, LedgerEntry } from "./ledger.ts";

interface AtomEntry {
  /** What makes it this entry and no other. */
  readonly name: string;
  readonly title: string;
  /** From the site's root. */
  readonly url: string;
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly author: string;
  readonly text: string;
}

const marks: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" };
const xml = (text: string): string => text.replaceAll(/[<>&"]/g, (mark) => marks[mark] ?? mark);

/** A UUID made from a name (RFC 9562, version 8), so that an entry keeps its id wherever and whenever it is built. */
function uuidOf(name: string): string {
  const hex = createHash("sha256").update(`fieldbook ${name}`).digest("hex");
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A feed (RFC 4287). Without an address its links begin at the root of whatever serves it. */
function writeFeed(title: string, path: string, entries: readonly AtomEntry[], address: Address): string {
  const link = (url: string): string => xml(`${address ?? ""}${url}`);
  const updated =
    entries
      .map(({ day }) => day)
      .toSorted()
      .at(-1) ?? "1970-01-01";
  const body = entries.map(
    ({ name, title: says, url, day, author, text }) => `<entry>
<id>urn:uuid:${uuidOf(name)}</id>
<title>${xml(says)}</title>
<link href="${link(url)}"/>
<author><name>${xml(author)}</name></author>
<updated>${day}T00:00:00Z</updated>
<content type="text">${xml(text)}</content>
</entry>
`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>urn:uuid:${uuidOf(path)}</id>
<title>${xml(title)}</title>
<link rel="self" href="${link(path)}"/>
<link href="${link(path.replace(/\.atom$/, "/"))}"/>
<updated>${updated}T00:00:00Z</updated>
${body.join("")}</feed>
`;
}

/** What is due as a feed; an entry is as old as the last time its matter was looked at. */
export const dueFeed = (items: readonly DueItem[], address: Address): string =>
  writeFeed(
    "Fieldbook: what is due",
    "/due.atom",
    items.map((item) => ({
      name: `${item.kind} ${item.id} ${item.due}`,
      title: `${dueTask(item)} by ${item.due}`,
      url: item.url,
      day: item.since,
      author: item.owners.join(", "),
      text: `Last done on ${item.since}.`,
    })),
    address,
  );

/**
 * A change of ring in a few words: "trial → ready for production".
 *
 * @param nameOf what a ring is called
 */
export function moveOf(
  { from, to }: Pick<LedgerEntry, "from" | "to">,
  nameOf: (ring: LedgerEntry["to"]) => string = (ring) => ring,
): string {
  if (from === undefined) return `entered as ${nameOf(to)}`;
  return from === to ? `confirmed as ${nameOf(to)}` : `${nameOf(from)} → ${nameOf(to)}`;
}

/** The ledger as a feed, the newest decision first. */
export const changesFeed = (ledger: Ledger, titleOf: (practice: string) => string, address: Address): string =>
  writeFeed(
    "Fieldbook: what changed",
    "/changes.atom",
    ledger.toReversed().map((entry) => ({
      name: `change ${entry.date} ${entry.practice} ${entry.from ?? ""} ${entry.to}`,
      title: `${titleOf(entry.practice)}: ${moveOf(entry)}`,
      url: entry.to === "withdrawn" ? "/changes/" : chapterUrl(entry.practice),
      day: entry.date,
      author: entry.who,
      text: entry.why,
    })),
    address,
  );
