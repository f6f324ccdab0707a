import { chapterUrl, rings } from "@fieldbook/content";
import { drawRadar } from "../figures/radar.ts";
import type { RadarPlan } from "../figures/radar.ts";
import { escapeHtml } from "./html.ts";
import type { Page } from "./page.ts";
import { ringName } from "./site-book.ts";
import type { SiteBook } from "./site-book.ts";

function radarPlan(book: Pick<SiteBook, "parts" | "edition">): RadarPlan {
  const parts = book.parts.filter((part) => part.chapters.length > 0);
  const practices = parts.flatMap(({ chapters }, part) =>
    chapters.map(({ id, title, ring }) => ({ title, url: chapterUrl(id), ring: rings.indexOf(ring), part })),
  );
  return {
    rings: rings.map((ring) => ringName(book, ring)),
    parts: parts.map(({ title }) => title),
    practices: practices.map((practice, index) => ({ number: index + 1, ...practice })),
  };
}

function tableOf({ rings: names, parts, practices }: RadarPlan): string {
  const cell = (part: number, ring: number): string =>
    practices
      .filter((practice) => practice.part === part && practice.ring === ring)
      .map(
        ({ number, url, title }) => `<li><span>${String(number)}</span> <a href="${url}">${escapeHtml(title)}</a></li>`,
      )
      .join("");
  const rows = parts.map((part, index) => {
    const cells = rings
      .map((_, ring) => cell(index, ring))
      .map((list, ring) =>
        list === ""
          ? `<td class="radar-none">–</td>`
          : `<td data-ring-name="${escapeHtml(names[ring] ?? "")}"><ul>${list}</ul></td>`,
      );
    return `<tr><th scope="row">${escapeHtml(part)}</th>${cells.join("")}</tr>`;
  });
  const heads = rings.map(
    (ring, index) =>
      `<th scope="col"><span class="ring" data-ring="${ring}">${escapeHtml(names[index] ?? ring)}</span></th>`,
  );
  return `<div class="table-frame radar-table" tabindex="0" role="region" aria-label="All practices by part and ring"><table>
<thead><tr><td></td>${heads.join("")}</tr></thead>
<tbody>${rows.join("\n")}</tbody>
</table></div>`;
}

/** The drawing and the table that says the same. */
export function radarHtml(book: Pick<SiteBook, "parts" | "edition">): string {
  const plan = radarPlan(book);
  return `<figure class="radar-figure">${drawRadar(plan)}</figure>\n${tableOf(plan)}`;
}

/** All practices by part and ring, on one sheet. */
export const radarPage = (book: SiteBook): Page => ({
  id: "radar",
  title: "Radar",
  description: "All practices by part and ring, on one page.",
  html: `<p class="radar-opening">Each chapter is a practice. The nearer the middle, the further it may be relied on;
<a href="/due/#rings">what each ring asks for</a> is checked by a machine, and <a href="/changes/">each change</a> has a
name and a reason.</p>
${radarHtml(book)}`,
  headings: [],
  contents: false,
});
