import { localPerson } from "../../accounts/actor.ts";
import type { Actor } from "../../accounts/actor.ts";
import { markup } from "./html.ts";
import type { Html } from "./html.ts";

/** What every page is given. */
export interface Frame {
  readonly title: string;
  /** Addresses of the site's own style sheets, from its first page. */
  readonly styleSheets: readonly string[];
  /** Address of the Atom feed that belongs to the page. */
  readonly feed?: string | undefined;
  /** Who reads it. */
  readonly actor?: Actor | undefined;
}

/** Without accounts there is nothing to lead to. */
const whoReads = ({ id, name }: Actor): Html =>
  id === localPerson.id
    ? markup`<span class="threads-soft">as ${name}</span>`
    : markup`<a href="/account/">${name}</a>`;

/** A whole page in the site's look, without scripts. */
export const layout = ({ title, styleSheets, feed, actor }: Frame, main: Html): Html =>
  markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Fieldbook</title>
        ${styleSheets.map((address) => markup`<link rel="stylesheet" href="${address}" /> `)}
        <link rel="stylesheet" href="/threads/style.css" />
        ${feed !== undefined && markup`<link rel="alternate" type="application/atom+xml" title="Atom feed" href="${feed}" />`}
      </head>
      <body>
        <header class="threads-head">
          <a href="/">Fieldbook</a> <a href="/threads/">Discussion</a>${
            actor !== undefined && markup` <a href="/threads/news/">News</a> ${whoReads(actor)}`
          }
        </header>
        <main class="threads-main">${main}</main>
      </body>
    </html> `;

/** Takes its colours and fonts from the site's tokens. */
export const styleSheet = `body { background: var(--paper, #fff); color: var(--ink, #111);
  font-family: var(--font-interface, system-ui, sans-serif); line-height: 1.55; }
.threads-head, .threads-main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
.threads-head { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: baseline;
  border-bottom: 1px solid var(--line, #ccc); }
.threads-head a:first-child { font-weight: 600; }
.threads-main a, .threads-head a { color: var(--accent, #0b5a7d); }
.threads-main :is(p, ul, ol, pre, table, blockquote, form, .threads-row) { margin-block: 0.75rem; }
.threads-main code { overflow-wrap: anywhere; }
.threads-main h1 { margin-block: 1rem 0.25rem; font-family: var(--font-text, serif); font-size: 2rem; line-height: 1.15; }
.threads-main h2 { margin-block: 2rem 0.5rem; font-size: 1.125rem; }
.threads-main h1 + .threads-soft { margin-block-start: 0; }
.threads-soft { color: var(--ink-soft, #555); font-size: 0.875rem; }
.threads-main .threads-list { list-style: none; padding: 0; }
.threads-list li { padding: 0.75rem 0; border-bottom: 1px solid var(--line, #ccc); }
.threads-list a:first-child { font-weight: 600; }
.threads-post { border-top: 1px solid var(--line, #ccc); padding: 0.5rem 0; overflow-wrap: anywhere; }
.threads-post:target { background: var(--accent-soft, #e2eef4); box-shadow: 0 0 0 0.5rem var(--accent-soft, #e2eef4); }
.threads-post :is(h1, h2, h3, h4) { margin-block: 1rem 0.5rem; font-size: 1.0625rem; }
.threads-main :is(pre, code) { font-family: var(--font-code, ui-monospace, monospace); font-size: 0.9rem; }
.threads-post pre { overflow-x: auto; padding: 0.75rem; background: var(--paper-raised, #f6f6f6); }
.threads-post table { border-collapse: collapse; }
.threads-post :is(th, td) { padding: 0.25rem 0.75rem; border: 1px solid var(--line, #ccc); text-align: start; }
.threads-main blockquote { margin-inline: 0; padding-inline-start: 1rem; border-inline-start: 3px solid var(--line-strong, #888);
  font-family: var(--font-text, serif); }
.threads-form { display: grid; gap: 0.75rem; }
.threads-filter { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; }
.threads-form label, .threads-filter label { display: grid; gap: 0.25rem; font-size: 0.875rem; }
.threads-main textarea { min-height: 8rem; }
.threads-main :is(textarea, input, select, button) { font: inherit; padding: 0.4rem 0.6rem; color: inherit;
  background: var(--paper-raised, #f6f6f6); border: 1px solid var(--line-strong, #888); border-radius: 0.375rem; }
.threads-main button { justify-self: start; cursor: pointer; }
.threads-main :is(a, button, input, textarea, select):focus-visible { outline: 2px solid var(--accent, #0b5a7d); outline-offset: 2px; }
.threads-wrong { border-inline-start: 4px solid var(--ink, #111); padding: 0.5rem 1rem; background: var(--paper-raised, #f6f6f6); }
.threads-row { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; }
.threads-row form { margin: 0; }
.threads-post .threads-row { font-size: 0.875rem; }
.threads-version { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0.75rem; background: var(--paper-raised, #f6f6f6); }
.threads-scroll { overflow-x: auto; }
.threads-facts { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
.threads-facts th[scope="row"] { width: 40%; }
.threads-facts :is(th, td) { padding: 0.3rem 1.5rem 0.3rem 0; border-bottom: 1px solid var(--line, #ccc); text-align: start;
  vertical-align: top; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.threads-scroll .threads-facts :is(th, td) { white-space: nowrap; }
.threads-facts th { font-weight: 600; overflow-wrap: normal; }
.threads-diff ins { text-decoration: underline; text-decoration-thickness: 2px; background: var(--accent-soft, #e2eef4); }
.threads-diff del { color: var(--ink-soft, #555); }
`;
