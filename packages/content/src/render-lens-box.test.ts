import { expect, it } from "vitest";
import { renderLensBox } from "./render-lens-box.ts";
import { fixtureOptions, parseFixture } from "./small-book.fixture.ts";

it("a box on another page leads back into its chapter, number by number", () => {
  const html = renderLensBox(parseFixture(), "manager", fixtureOptions);
  expect(html).toContain('<a class="claim-number" href="/operate/series/#twenty">98.0\u00A0%</a>');
  expect(html.match(/checklist-item/g)).toHaveLength(2);
  expect(html).not.toContain('href="#');
});
