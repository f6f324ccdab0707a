import { markup } from "./html.ts";
import type { Html } from "./html.ts";

/** What every page is given. */
export interface Frame {
  readonly title: string;
  /** Addresses of the site's own style sheets, from its first page. */
  readonly styleSheets: readonly string[];
  /** Address of the Atom feed that belongs to the page. */
  readonly feed?: string | undefined;
  readonly personName?: string | undefined;
}

/** A whole page in the site's look, without scripts. */
export const layout = ({ title, styleSheets, feed, personName }: Frame, main: Html): Html =>
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
            personName !== undefined && markup` <span class="threads-soft">as ${personName}</span>`
          }
        </header>
        <main class="threads-main">${main}</main>
      </body>
    </html> `;

/** Takes its colours from the site's tokens. */
export const styleSheet = `.threads-head, .threads-main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
.threads-head { display: flex; gap: 1.5rem; border-bottom: 1px solid var(--line, #ccc); }
body { background: var(--paper, #fff); color: var(--ink, #111); font-family: var(--font-interface, system-ui, sans-serif); }
.threads-main a, .threads-head a { color: var(--accent, #0b5a7d); }
.threads-soft { color: var(--ink-soft, #555); font-size: 0.875rem; }
.threads-main h1 { font-family: var(--font-text, serif); line-height: 1.15; }
.threads-list { list-style: none; padding: 0; }
.threads-list li { padding: 0.75rem 0; border-bottom: 1px solid var(--line, #ccc); }
.threads-post { border-bottom: 1px solid var(--line, #ccc); padding: 0.75rem 0; overflow-wrap: anywhere; }
.threads-post pre { overflow-x: auto; padding: 0.5rem; background: var(--paper-raised, #f6f6f6); }
.threads-post blockquote { margin-inline: 0; padding-inline-start: 1rem; border-inline-start: 3px solid var(--line, #ccc); }
.threads-form { display: grid; gap: 0.75rem; margin: 1rem 0; }
.threads-filter { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; margin: 1rem 0; }
.threads-form label, .threads-filter label { display: grid; gap: 0.25rem; font-size: 0.875rem; }
.threads-main textarea { min-height: 10rem; }
.threads-main textarea, .threads-main input, .threads-main select, .threads-main button {
  font: inherit; padding: 0.4rem 0.6rem; color: inherit; background: var(--paper-raised, #f6f6f6);
  border: 1px solid var(--line-strong, #888); border-radius: 0.375rem; }
.threads-main button { justify-self: start; cursor: pointer; }
.threads-wrong { border-inline-start: 4px solid var(--ink, #111); padding: 0.5rem 1rem; background: var(--paper-raised, #f6f6f6); }
.threads-row { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; }
`;
