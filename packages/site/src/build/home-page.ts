import { chapterUrl } from "@fieldbook/content";
import type { Chapter, Part } from "@fieldbook/content";
import { escapeHtml } from "./html.ts";
import type { Page } from "./page.ts";
import { bookTitle } from "./site-book.ts";
import type { SiteBook } from "./site-book.ts";

const opening = `
<p>Fieldbook is a handbook of distributed systems and of running them. What it asserts, it shows: under each claim
stands an experiment that runs in this page. You guess first, run it, turn a knob, take the mechanism away, and see
what breaks as a handful of events.</p>
<p>Each chapter can be read at three depths, as an engineer, a manager or an executive. They differ in length and rest
on the same runs.</p>`;

const howToRead = `
<h2 id="how-to-read-a-claim">How to read a claim</h2>
<ol>
<li><strong>The sentence</strong> is what is tested. Beside it stands when, over how many runs and by which engine
version it was last proved.</li>
<li><strong>Guess</strong> before you run it. A wrong guess is what one remembers.</li>
<li><strong>Run</strong> it. The verdict is <em>holds</em>, <em>violated</em> or <em>unknown</em>, with the bound
within which it was looked for. A share that was sampled has its interval.</li>
<li><strong>Look at the figure.</strong> It is one run, drawn event by event. The events that contradict each other
are outlined.</li>
<li><strong>Turn a knob</strong> or choose another seed. The same parameters and seed give the same run on every
machine, so the link beside it shows others exactly what you saw.</li>
<li><strong>Take the mechanism away.</strong> This is the control: the same experiment with the opposite outcome.
Without it the run would prove little.</li>
<li><strong>Read what it leaves out.</strong> A model is not your system.</li>
</ol>
<p>Without JavaScript each claim shows one run and its sentence.</p>`;

function chapterEntry(chapter: Chapter): string {
  return `<li class="chapter-entry">
<a href="${chapterUrl(chapter.id)}">${escapeHtml(chapter.title)}</a>
<span class="chapter-entry-subtitle">${escapeHtml(chapter.subtitle)}</span>
<p>${escapeHtml(chapter.summary)}</p>
</li>`;
}

function partEntry(part: Part): string {
  return `<section class="part-entry" aria-labelledby="part-${part.id}">
<h3 id="part-${part.id}">${escapeHtml(part.title)}</h3>
<p class="part-entry-summary">${escapeHtml(part.summary)}</p>
<ul>${part.chapters.map(chapterEntry).join("\n")}</ul>
</section>`;
}

const editionLine = ({ edition }: SiteBook): string =>
  edition === undefined
    ? ""
    : `\n<p>This is ${escapeHtml(edition.edition.title)}, an edition of it: <a href="/edition/">what it changes, and why</a>.</p>`;

export function homePage(book: SiteBook): Page {
  const parts = book.parts.filter((part) => part.chapters.length > 0);
  return {
    id: "index",
    title: bookTitle(book),
    description: "A handbook of distributed systems whose claims run in the page.",
    html: `${opening}${editionLine(book)}\n<h2 id="chapters">The chapters</h2>\n${parts.map(partEntry).join("\n")}\n${howToRead}`,
    headings: [],
    contents: false,
  };
}
