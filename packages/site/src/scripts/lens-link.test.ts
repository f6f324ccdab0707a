import { expect, test } from "vitest";
import { withLens } from "./lens-link.ts";

const base = "http://127.0.0.1:4321/operate/ducks-in-a-row/?lens=manager&seed=3#limits";

test("a link to a page of the book keeps the lens", () => {
  expect(withLens("/physics/reads/#limits", base, "manager")).toBe("/physics/reads/?lens=manager#limits");
  expect(withLens("../reads/?seed=4", base, "executive")).toBe("/operate/reads/?seed=4&lens=executive");
  expect(withLens("/?lens=manager", base, "executive")).toBe("/?lens=executive");
});

test("the engineer's lens stands in no link", () => {
  expect(withLens("/physics/reads/?lens=manager", base, "engineer")).toBe("/physics/reads/");
});

test("links within the page, to files and to other places stay as they are", () => {
  for (const href of ["#limits", "/favicon.svg", "https://example.org/a/", "mailto:ann@example.org", "http://["]) {
    expect(withLens(href, base, "manager")).toBe(href);
  }
});
