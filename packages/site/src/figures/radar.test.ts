import { expect, it } from "vitest";
import { dotRadius, drawRadar, placeOnRadar } from "./radar.ts";
import type { RadarPlan } from "./radar.ts";

const rings = ["ready for production", "trial", "assess", "hold"];

/** So many practices in each ring of each part. */
function planOf(parts: number, each: number): RadarPlan {
  const practices = Array.from({ length: parts * rings.length * each }, (_, index) => ({
    number: index + 1,
    title: `Practice <${String(index + 1)}>`,
    url: `/part/${String(index + 1)}/`,
    ring: index % rings.length,
    part: Math.floor(index / (rings.length * each)),
  }));
  return { rings, parts: Array.from({ length: parts }, (_, index) => `Part ${String(index)}`), practices };
}

it.each([
  [1, 9],
  [3, 4],
  [7, 3],
])("with %i parts and %i practices in each of their rings, none lies on another", (parts, each) => {
  const dots = placeOnRadar(planOf(parts, each));
  expect(dots).toHaveLength(parts * rings.length * each);
  for (const [index, one] of dots.entries()) {
    for (const other of dots.slice(index + 1)) {
      const apart = Math.hypot(one.x - other.x, one.y - other.y);
      expect(apart, `${one.practice.title} and ${other.practice.title}`).toBeGreaterThan(2 * dotRadius);
    }
  }
});

it("what may be relied on lies nearer the middle than what may not", () => {
  const dots = placeOnRadar(planOf(3, 4));
  const distances = (ring: number): number[] =>
    dots.filter(({ practice }) => practice.ring === ring).map(({ x, y }) => Math.hypot(x, y));
  for (const ring of [0, 1, 2]) {
    expect(Math.max(...distances(ring))).toBeLessThan(Math.min(...distances(ring + 1)));
  }
});

it("each practice is a link with its name and ring for those who do not see the drawing", () => {
  const svg = drawRadar(planOf(1, 1));
  expect(svg).toContain("<title>Practice &lt;1&gt;: ready for production</title>");
  expect(svg.match(/<a href="\/part\//g)).toHaveLength(4);
});
