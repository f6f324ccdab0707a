import type { DrawnCall, DrawnService, ServiceGraphPicture } from "@fieldbook/lab";
import { layersOf, wayPoint } from "./graph-layers.ts";
import { element, place, svgImage, textElement } from "./svg.ts";
import type { FigureSize } from "./svg.ts";

interface Layout {
  readonly width: number;
  readonly box: number;
  /** Between two layers, along the way of the calls. */
  readonly gap: number;
  /** Layers stand beside each other where there is room, below each other on a phone. */
  readonly across: boolean;
}

const layouts: Readonly<Record<FigureSize, Layout>> = {
  wide: { width: 640, box: 128, gap: 64, across: true },
  narrow: { width: 316, box: 124, gap: 44, across: false },
};

const edge = 6;
const between = 18;
const titleHeight = 20;
const factHeight = 14;
const barHeight = 6;
/** Room for a call that passes a layer. */
const passHeight = 16;

interface Place {
  /** Absent where a call only passes. */
  readonly service: DrawnService | undefined;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Boxes for who sends and who serves, arrows for calls, a bar for how busy each is, and a word where one is not well. */
export function drawServiceGraph(picture: ServiceGraphPicture, id: string, size: FigureSize): string {
  const layout = layouts[size];
  const layers = layersOf(picture.services, picture.calls);
  const places = layout.across ? placeAcross(picture, layers, layout) : placeDown(picture, layers, layout);
  const width = Math.max(layout.width, ...[...places.values()].map(({ x, width: taken }) => x + taken + edge));
  const height = Math.max(...[...places.values()].map(({ y, height: taken }) => y + taken + edge));
  const arrows = picture.calls.map((call) => drawCall(call, layers, places, layout));
  const boxes = [...places.values()].map(drawBox);
  return svgImage(
    {
      width,
      height,
      id,
      className: "figure-service-graph",
      title: "Who calls whom",
      description: picture.says,
    },
    arrows.join("") + boxes.join(""),
  );
}

function heightOf(service: DrawnService | undefined): number {
  if (service === undefined) return passHeight;
  const lines = service.facts.length + (service.health === "well" ? 0 : 1);
  return titleHeight + factHeight * lines + (service.utilisation === undefined ? 0 : barHeight + 6) + 8;
}

type Places = ReadonlyMap<string, Place>;

function placeAcross(picture: ServiceGraphPicture, layers: readonly string[][], layout: Layout): Places {
  const byId = new Map(picture.services.map((service) => [service.id, service]));
  const columns = layers.map((layer) => layer.map((id) => byId.get(id)!));
  const heights = columns.map((column) => column.reduce((sum, service) => sum + heightOf(service) + between, -between));
  const tallest = Math.max(...heights);
  const gap = Math.max(
    layout.gap,
    (layout.width - 2 * edge - layers.length * layout.box) / Math.max(1, layers.length - 1),
  );
  const places = new Map<string, Place>();
  for (const [index, layer] of layers.entries()) {
    let y = edge + (tallest - heights[index]!) / 2;
    for (const id of layer) {
      const service = byId.get(id);
      const height = heightOf(service);
      places.set(id, { service, x: edge + index * (layout.box + gap), y, width: layout.box, height });
      y += height + between;
    }
  }
  return places;
}

function placeDown(picture: ServiceGraphPicture, layers: readonly string[][], layout: Layout): Places {
  const byId = new Map(picture.services.map((service) => [service.id, service]));
  const places = new Map<string, Place>();
  let y = edge;
  for (const layer of layers) {
    const room = layout.width - 2 * edge;
    const boxes = layer.filter((id) => byId.has(id)).length;
    const passes = (layer.length - boxes) * passHeight + between * (layer.length - 1);
    const width = Math.min(layout.box, (room - passes) / Math.max(1, boxes));
    const tallest = Math.max(...layer.map((id) => heightOf(byId.get(id))));
    let x = edge + (room - boxes * width - passes) / 2;
    for (const id of layer) {
      const service = byId.get(id);
      const taken = service === undefined ? passHeight : width;
      places.set(id, { service, x, y, width: taken, height: service === undefined ? tallest : heightOf(service) });
      x += taken + between;
    }
    y += tallest + layout.gap;
  }
  return places;
}

/** A shape of its own beside each word, drawn: not every font has the signs. */
const healthShapes: Readonly<Record<DrawnService["health"], string>> = {
  well: "",
  strained: "M0,0 l4.5,-8 l4.5,8 z",
  failing: "M0,-8 l8,8 m0,-8 l-8,8",
};

function drawBox({ service, x, y, width, height }: Place): string {
  if (service === undefined) return "";
  const { label, role, facts, utilisation, health } = service;
  const frame = element("rect", {
    class: `sg-box ${role} ${health}`,
    x,
    y,
    width,
    height,
    rx: role === "source" ? 14 : 3,
  });
  const inside = x + 8;
  const name = textElement("text", { class: "sg-name", x: inside, y: y + 16 }, label);
  const words = health === "well" ? facts : [...facts, health];
  const lines = words.map((fact, index) => {
    const isHealth = index === facts.length;
    const baseline = y + titleHeight + factHeight * (index + 1) - 3;
    if (!isHealth) return textElement("text", { class: "sg-fact", x: inside, y: baseline }, fact);
    const shape = {
      class: `sg-shape ${health}`,
      d: healthShapes[health],
      transform: `translate(${place(inside)} ${place(baseline)})`,
    };
    return (
      element("path", shape) + textElement("text", { class: `sg-health ${health}`, x: inside + 14, y: baseline }, fact)
    );
  });
  if (utilisation === undefined) return frame + name + lines.join("");
  const bar = { x: inside, y: y + height - barHeight - 6, width: width - 16, height: barHeight };
  const busy = Math.min(1, Math.max(0, utilisation));
  const meter =
    element("rect", { class: "sg-room", ...bar }) +
    element("rect", { class: "sg-busy", ...bar, width: bar.width * busy });
  return frame + name + lines.join("") + meter;
}

/** From the caller through its way points to what it calls, with a head at the end and its label on the first part. */
function drawCall(call: DrawnCall, layers: readonly (readonly string[])[], places: Places, layout: Layout): string {
  const stops = [call.from, ...layers.flatMap((_, layer) => wayPoint(call, layer)), call.to].flatMap((id) => {
    const found = places.get(id);
    return found === undefined ? [] : [found];
  });
  if (!places.has(call.from) || !places.has(call.to)) {
    throw new RangeError(`There is no service "${call.from}" or "${call.to}".`);
  }
  const { across } = layout;
  const sideOf = ({ x, y, width, height }: Place, far: boolean): Point =>
    across ? { x: far ? x + width : x, y: y + height / 2 } : { x: x + width / 2, y: far ? y + height : y };
  const parts = stops.slice(1).map((stop, index) => {
    const far = sideOf(stop, true);
    const through = stop.service === undefined ? `L${place(far.x)},${place(far.y)}` : "";
    return curveTo(sideOf(stops[index]!, true), sideOf(stop, false), across) + through;
  });
  const start = sideOf(stops[0]!, true);
  const next = sideOf(stops[1]!, false);
  const end = sideOf(stops.at(-1)!, false);
  const line = element("path", { class: call.soft ? "sg-call soft" : "sg-call", d: parts.join("") });
  const head = `M${place(end.x)},${place(end.y)} ${across ? "l-7,-4 v8 z" : "l-4,-7 h8 z"}`;
  const label = textElement(
    "text",
    { class: "sg-label st-middle", x: (start.x + next.x) / 2, y: (start.y + next.y) / 2 + (across ? -5 : 3) },
    call.label,
  );
  return element("g", {}, line + element("path", { class: "sg-head", d: head }) + label);
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function curveTo(from: Point, to: Point, across: boolean): string {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const one = across ? { x: middle.x, y: from.y } : { x: from.x, y: middle.y };
  const other = across ? { x: middle.x, y: to.y } : { x: to.x, y: middle.y };
  const write = ({ x, y }: Point): string => `${place(x)},${place(y)}`;
  return `M${write(from)}C${write(one)} ${write(other)} ${write(to)}`;
}
