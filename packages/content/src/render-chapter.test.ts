import { describe, expect, test } from "vitest";
import { editedChapter, fixtureOptions, parseFixture } from "./small-book.fixture.ts";
import { renderChapter } from "./render-chapter.ts";
import type { RenderedChapter } from "./render-chapter.ts";

const render = (text?: string): RenderedChapter =>
  renderChapter(parseFixture(text), {
    glossary: fixtureOptions.glossary,
    renderClaim: (id) => `<fieldbook-claim>${id}</fieldbook-claim>`,
  });

describe("the HTML of a chapter", () => {
  const { html, headings } = render();

  test("has the claim where the text has it", () => {
    expect(html).toContain('<div id="twenty" class="claim-place"><fieldbook-claim>twenty</fieldbook-claim></div>');
  });

  test("leads from a number to its claim, from a citation to its source, from a word to the glossary", () => {
    expect(html).toContain('<a class="claim-number" href="#twenty">98.0\u00A0%</a>');
    expect(html).toContain(
      '<a class="citation" href="#source-treynor-2017">(<span class="citation-name">Treynor et al. 2017</span>, §3)</a>',
    );
    expect(html).toContain(
      '<a class="term" href="/glossary/#availability" data-definition="The share of the time in which a service answers.">',
    );
    expect(html).toContain('<a href="/physics/reads/#limits">reads</a>');
  });

  test("names the boxes and marks what a lens leaves out", () => {
    expect(html).toContain('<section id="for-manager" class="lens-box" aria-labelledby="for-manager-title"');
    expect(html).toContain('<p id="for-manager-title" class="lens-box-title">For the manager</p>');
    expect(html).toContain('data-lenses="engineer manager"');
    expect(html).toMatch(/<blockquote id="b-[0-9a-f]{12}" data-lenses="engineer">/);
    expect(html).toContain('<section id="for-executive" class="lens-box" aria-labelledby="for-executive-title">');
  });

  test("writes a checklist without form controls, tables and code that the keyboard can scroll", () => {
    expect(html).toContain('<li class="checklist-item">Each has an owner.</li>');
    expect(html).not.toContain("<input");
    expect(html).toMatch(/<div id="b-[0-9a-f]{12}" class="table-frame" tabindex="0" role="region" aria-label="Table"/);
    expect(html).toMatch(/<pre id="[^"]+" tabindex="0" data-lenses="engineer"><code class="language-ts">/);
  });

  test("ends with the sources and when they were checked", () => {
    expect(html).toContain(
      '<li id="source-treynor-2017">Ben Treynor, Mike Dahlin, Vivek Rau and Betsy Beyer. ' +
        '<a href="https://queue.acm.org/detail.cfm?id=3096459"><cite>The Calculus of Service Availability</cite></a>. ' +
        'ACM Queue 15(2), 2017. <span class="source-checked">Checked on <time datetime="2026-11-23">2026-11-23</time>.</span></li>',
    );
  });

  test("comes with its headings, the generated list included", () => {
    expect(headings).toEqual([
      { depth: 2, slug: "multiply", text: "Multiply" },
      { depth: 3, slug: "by-hand", text: "By hand" },
      { depth: 2, slug: "limits", text: "Limits" },
      { depth: 2, slug: "sources", text: "Sources" },
    ]);
    expect(html).toContain('href="#by-hand" aria-label="Link to the section “By hand”"');
  });

  test("has no id twice", () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("what looks like markup in code or in a link's address stays text", () => {
  const { html } = render(
    editedChapter("const up = 0.999 ** 20;", "</code><script>alert(1)</script>").replace(
      "https://example.org/",
      'https://example.org/"onclick="x',
    ),
  );
  expect(html).not.toContain("<script>");
  expect(html).toContain("&#x3C;script>");
  expect(html).not.toMatch(/"onclick="/);
});
