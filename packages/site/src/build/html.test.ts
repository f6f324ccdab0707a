import { expect, test } from "vitest";
import { escapeHtml } from "./html.ts";

test("text can not become markup", () => {
  expect(escapeHtml('<b title="a">R&D</b>')).toBe("&lt;b title=&quot;a&quot;&gt;R&amp;D&lt;/b&gt;");
});
