import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { drawSizes } from "./draw-picture.ts";
import { dip, month, staleRead } from "./small-pictures.fixture.ts";
import { drawSpaceTime } from "./space-time.ts";

/** A picture changes only on purpose: with this variable set, what is drawn becomes what is expected. */
const update = process.env["UPDATE_PICTURES"] === "1";

it.each([
  ["stale-read", drawSpaceTime(staleRead, "figure", "focus", "wide")],
  ["stale-read-whole", drawSpaceTime(staleRead, "figure", "whole", "narrow")],
  ["dip", drawSizes(dip, "figure")],
  ["month", drawSizes(month, "figure")],
])("%s is drawn as in testdata", (name, drawn) => {
  const file = new URL(`testdata/${name}.svg`, import.meta.url);
  const lines = `${drawn.replaceAll("><", ">\n<")}\n`;
  if (update) writeFileSync(file, lines);
  expect(existsSync(file), "run with UPDATE_PICTURES=1 to draw it").toBe(true);
  expect(lines).toBe(readFileSync(file, "utf8"));
});
