import { describe, expect, it } from "vitest";
import { longestBody } from "./thread.ts";
import { PostRenderer, renderPost } from "./render-post.ts";

describe("a post", () => {
  it("is Markdown", () => {
    expect(renderPost("A *word*, `code` and **more**.")).toBe(
      "<p>A <em>word</em>, <code>code</code> and <strong>more</strong>.</p>",
    );
    expect(renderPost("# Title")).toBe("<h3>Title</h3>");
    expect(renderPost("| a |\n| - |\n| 1 |")).toContain("<td>1</td>");
    expect(renderPost("```ts\nlet a;\n```")).toContain('<code class="language-ts">');
    expect(renderPost("- [x] done")).toContain('<input type="checkbox" checked disabled>');
  });

  it("marks its links as those of a reader", () => {
    expect(renderPost("[a](https://example.org)")).toBe(
      '<p><a href="https://example.org" rel="nofollow ugc noopener">a</a></p>',
    );
    expect(renderPost("[a](/operate/queues/)")).toContain('href="/operate/queues/"');
  });

  it("shows raw HTML as text, and a picture as a link", () => {
    expect(renderPost("<b>bold</b>")).toBe("<p>&#x3C;b>bold&#x3C;/b></p>");
    expect(renderPost("![alt](https://example.org/a.png)")).toContain('<a href="https://example.org/a.png"');
    expect(renderPost("![alt](https://example.org/a.png)")).not.toContain("<img");
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "[a](vbscript:x)",
    "[a](//evil.example)",
    "[a](</\\evil.example>)",
    "[a](relative)",
    "![a](javascript:alert(1))",
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1)\n\n[a]",
    '[a](https://x.org "\\" onmouseover=\\"alert(1)")',
    "<svg><script>alert(1)</script></svg>",
    "<style>*{display:none}</style>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '```" onclick=alert(1)\nx\n```',
    "text[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<math><mtext></p><script>alert(1)</script>",
  ])("runs nothing of %j", (body) => {
    const html = renderPost(body);
    // Every tag that is left: its name, and its attributes with their values.
    for (const [, name = "", rest = ""] of html.matchAll(/<([a-z0-9]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>/gi)) {
      expect(["a", "code", "h3", "h4", "li", "ol", "p", "pre", "sup", "br"]).toContain(name);
      for (const [, attribute = "", value = ""] of rest.matchAll(/([a-z-]+)="([^"]*)"/gi)) {
        expect(["href", "rel", "class", "title"]).toContain(attribute);
        if (attribute === "href") expect(value).toMatch(/^(https?:\/\/|\/(?![/\\])|#)/);
      }
    }
    expect(html).not.toMatch(/<(script|img|svg|style|iframe|math|section)/i);
    expect(html).not.toMatch(/\sid=/);
  });

  it.each([
    ">",
    "[",
    "*",
    "- ",
    "(",
    "`",
    "![",
    "<",
    "_a",
    "|-",
    "&",
    "1. ",
    "[a](",
    "~~",
    "\\",
    "- 1. > ",
    "- ".repeat(19) + "x\n",
    "1. ".repeat(19) + "x\n",
    "> ".repeat(19) + "\n",
    "|a",
    "*a",
    "[^1]",
    "<a ",
    "a@b.c ",
  ])("of nothing but %j is rendered, and ends", (piece) => {
    const body = piece.repeat(Math.floor(longestBody / piece.length));
    expect(renderPost(body).length).toBeGreaterThan(0);
  });

  it("is rendered once a version", () => {
    const renderer = new PostRenderer();
    const post = { id: "a", version: 1, body: "one" };
    expect(renderer.render(post)).toBe("<p>one</p>");
    expect(renderer.render({ ...post, body: "never looked at" })).toBe("<p>one</p>");
    expect(renderer.render({ ...post, version: 2, body: "two" })).toBe("<p>two</p>");
  });
});
