import { element, textElement } from "./svg.ts";

/** A practice on the radar. */
export interface RadarPractice {
  /** Its number in the table. */
  readonly number: number;
  readonly title: string;
  readonly url: string;
  /** From 0, the innermost. */
  readonly ring: number;
  /** From 0, clockwise from the top. */
  readonly part: number;
}

export interface RadarPlan {
  readonly rings: readonly string[];
  readonly parts: readonly string[];
  readonly practices: readonly RadarPractice[];
}

/** Where a practice is drawn, in units of the drawing, from its centre. */
export interface RadarDot {
  readonly practice: RadarPractice;
  readonly x: number;
  readonly y: number;
}

export const dotRadius = 11;
const outerRadius = 300;
const margin = 44;
/** The innermost ring gets more than its share: its circles are the shortest. */
const boundsOf = (rings: number): readonly number[] =>
  Array.from({ length: rings + 1 }, (_, index) =>
    index === 0 ? 0 : outerRadius * Math.sqrt((index + 0.6) / (rings + 0.6)),
  );

/** Spreads the practices of one ring and one part over as many circles as it takes to keep them apart. */
function spread(
  practices: readonly RadarPractice[],
  from: number,
  to: number,
  start: number,
  angle: number,
): RadarDot[] {
  const step = 2 * dotRadius + 5;
  const inner = Math.max(from + dotRadius + 3, from === 0 ? 34 : 0);
  const outer = to - dotRadius - 3;
  const dots: RadarDot[] = [];
  let rest = practices;
  // From the outside in, since the outer circles are longer; the last circle takes what is left.
  for (
    let radius = rest.length * step > angle * ((inner + outer) / 2) - step ? outer : (inner + outer) / 2;
    rest.length > 0;
  ) {
    const room = Math.max(1, Math.floor((angle * radius - step) / step) + 1);
    const isLast = radius - step < inner;
    const here = isLast ? rest : rest.slice(0, room);
    for (const [index, practice] of here.entries()) {
      const at = start + (angle * (index + 0.5)) / here.length - Math.PI / 2;
      dots.push({ practice, x: radius * Math.cos(at), y: radius * Math.sin(at) });
    }
    rest = rest.slice(here.length);
    radius -= step;
  }
  return dots;
}

/** Where each practice lies: its part is the sector, its ring the band. */
export function placeOnRadar({ rings, parts, practices }: RadarPlan): readonly RadarDot[] {
  const bounds = boundsOf(rings.length);
  const angle = (2 * Math.PI) / Math.max(1, parts.length);
  return parts.flatMap((_, part) =>
    rings.flatMap((_ring, ring) => {
      const here = practices.filter((practice) => practice.part === part && practice.ring === ring);
      return spread(here, bounds[ring] ?? 0, bounds[ring + 1] ?? outerRadius, part * angle, angle);
    }),
  );
}

function drawDot({ practice: { number, title, url, ring }, x, y }: RadarDot, rings: readonly string[]): string {
  const says = `${title}: ${rings[ring] ?? ""}`;
  const shape =
    ring === rings.length - 1
      ? element("rect", { x: x - dotRadius, y: y - dotRadius, width: 2 * dotRadius, height: 2 * dotRadius })
      : element("circle", { cx: x, cy: y, r: dotRadius });
  const label = textElement("text", { x, y: y + 4 }, String(number));
  return element(
    "a",
    { href: url, class: `radar-dot radar-ring-${String(ring)}` },
    textElement("title", {}, says) + shape + label,
  );
}

/** All practices on one drawing: parts as sectors, rings as bands, what may be relied on in the middle. */
export function drawRadar(plan: RadarPlan): string {
  const { rings, parts } = plan;
  const bounds = boundsOf(rings.length);
  const bands = bounds.slice(1).map((r) => element("circle", { class: "radar-band", cx: 0, cy: 0, r }));
  const angle = (2 * Math.PI) / Math.max(1, parts.length);
  const spokes = parts.map((_, index) => {
    const at = index * angle - Math.PI / 2;
    const [x2, y2] = [outerRadius * Math.cos(at), outerRadius * Math.sin(at)];
    return element("line", { class: "radar-spoke", x1: 0, y1: 0, x2, y2 });
  });
  const names = rings.map((ring, index) =>
    textElement("text", { class: "radar-ring-name", x: 0, y: -((bounds[index + 1] ?? 0) - 15) }, ring),
  );
  const titles = parts.map((part, index) => {
    const at = (index + 0.5) * angle - Math.PI / 2;
    const [x, y] = [(outerRadius + 14) * Math.cos(at), (outerRadius + 14) * Math.sin(at)];
    // Above or below the circle, where a word has room to both sides.
    const anchor = Math.abs(Math.cos(at)) < 0.35 ? "middle" : x > 0 ? "start" : "end";
    return textElement("text", { class: "radar-part", x, y: y + 5, "text-anchor": anchor }, part);
  });
  const size = outerRadius + margin;
  const side = 130;
  return element(
    "svg",
    {
      class: "radar",
      viewBox: `${String(-size - side)} ${String(-size)} ${String(2 * (size + side))} ${String(2 * size)}`,
      role: "group",
      "aria-label": "All practices by part and ring; the table below says the same.",
    },
    [...bands, ...spokes, ...names, ...titles, ...placeOnRadar(plan).map((dot) => drawDot(dot, rings))].join("\n"),
  );
}
