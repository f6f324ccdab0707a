import { renderClaim } from "@fieldbook/site/static";
import type { SiteBook } from "@fieldbook/site/static";
import { toHtml } from "hast-util-to-html";
import { paperStyles } from "./styles.ts";
import { contentOf, make, standAlone } from "./tree.ts";

/**
 * Each claim as a page of its own that needs nothing else: its sentence, both verdicts, the figure, every parameter, the
 * seed, the engine and the day.
 *
 * @returns the pages by their file names
 */
export function claimFigures(book: SiteBook): ReadonlyMap<string, string> {
  const styles = paperStyles();
  return new Map(
    [...book.claims.values()].map((claim) => {
      const tree = standAlone(renderClaim(claim.id, book), {
        prefix: "",
        sink: 0,
        addressOf: () => undefined,
      });
      const head = make("head", {}, [
        make("meta", { charSet: "utf-8" }, []),
        make("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }, []),
        make("title", {}, [claim.says]),
        make("style", {}, [styles]),
      ]);
      const html = make("html", { lang: "en" }, [head, make("body", {}, [make("main", {}, contentOf(tree))])]);
      return [`${claim.id}.html`, `<!doctype html>\n${toHtml(html)}\n`] as const;
    }),
  );
}
