import { criteria, dueItems, entryCriteria, rings, sourceCheckDays } from "@fieldbook/content";
import type { DueItem, Ring } from "@fieldbook/content";
import { escapeHtml } from "./html.ts";
import type { Page } from "./page.ts";
import { ringName } from "./site-book.ts";
import type { SiteBook } from "./site-book.ts";

const row = ({ due, since, title, url, owners }: DueItem): string =>
  `<tr><td><time datetime="${due}" data-review-due>${due}</time></td><td><a href="${url}">${escapeHtml(title)}</a></td>` +
  `<td>${escapeHtml(owners.join(", "))}</td><td><time datetime="${since}">${since}</time></td></tr>`;

const table = (caption: string, what: string, items: readonly DueItem[]): string => `
<div class="table-frame" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr><th>Due by</th><th>${what}</th><th>Who</th><th>Last done</th></tr></thead>
<tbody>${items.map(row).join("\n")}</tbody>
</table></div>`;

const ringRule =
  (book: SiteBook) =>
  (ring: Ring): string => {
    const asked = entryCriteria[ring].map((id) => `<li>${escapeHtml(criteria[id].says)}</li>`);
    const list =
      asked.length === 0 ? "<p>Nothing but the reason, which the ledger has.</p>" : `<ul>${asked.join("")}</ul>`;
    return `<h3><span class="ring" data-ring="${ring}">${escapeHtml(ringName(book, ring))}</span></h3>\n${list}`;
  };

/** What people have to look at, and by when; the same as a calendar, a feed and data. */
export function duePage(book: SiteBook): Page {
  const items = dueItems(book);
  const of = (kind: DueItem["kind"]): readonly DueItem[] => items.filter((item) => item.kind === kind);
  const html = `
<p>Advice ages, and so do sources. Each chapter is read again by its owner within the time that stands at its head, and
each source is looked up again within ${String(sourceCheckDays)} days. Subscribe to this as a <a href="/due.ics">calendar</a> or a
<a href="/due.atom">feed</a>, or read it as <a href="/due.json">data</a>. Being overdue changes no ring: a person decides
that, and the <a href="/changes/">ledger</a> says who and why.</p>
<h2 id="reviews">Reviews</h2>
${table("Reviews", "Chapter", of("review"))}
<h2 id="sources-to-look-up">Sources to look up</h2>
${table("Sources to look up", "Source", of("source"))}
<h2 id="rings">What each ring asks for</h2>
<p>A machine checks this: <code>fieldbook doctor</code>.</p>
${rings.map(ringRule(book)).join("\n")}`;
  return {
    id: "due",
    title: "What is due",
    description: "Which chapters have to be reviewed and which sources looked up, and by when.",
    html,
    headings: [
      { depth: 2, slug: "reviews", text: "Reviews" },
      { depth: 2, slug: "sources-to-look-up", text: "Sources to look up" },
      { depth: 2, slug: "rings", text: "What each ring asks for" },
    ],
    contents: true,
    feed: { title: "What is due", url: "/due.atom" },
  };
}
