import { describe, expect, it } from "vitest";
import { drawCurve } from "./curve.ts";
import { layersOf, wayPoint } from "./graph-layers.ts";
import { drawHeatMap } from "./heat-map.ts";
import { drawServiceGraph } from "./service-graph.ts";
import { knee, shop, spread } from "./service-pictures.fixture.ts";
import { dip } from "./small-pictures.fixture.ts";
import { tellTime } from "./time-cursor.ts";

describe("layers of a service graph", () => {
  it("stand in the order of calls, by the longest way", () => {
    expect(layersOf(shop.services, shop.calls)).toEqual([
      ["web"],
      ["api"],
      ["cart", wayPoint({ from: "api", to: "store", label: "", soft: false }, 2), "ads"],
      ["store"],
    ]);
  });

  it("bear a circle, which soft calls may close", () => {
    const back = { from: "store", to: "api", label: "", soft: true };
    expect(layersOf(shop.services, [...shop.calls, back])).toEqual(layersOf(shop.services, shop.calls));
  });

  it("are put in an order that crosses less", () => {
    const service = (id: string) => ({ id, label: id, role: "service" as const, facts: [], health: "well" as const });
    const call = (from: string, to: string) => ({ from, to, label: "", soft: false });
    const layers = layersOf(["a", "b", "c", "d"].map(service), [call("a", "d"), call("b", "c")]);
    const crosses =
      layers[0]!.indexOf("a") < layers[0]!.indexOf("b") !== layers[1]!.indexOf("d") < layers[1]!.indexOf("c");
    expect(crosses).toBe(false);
  });
});

describe("figures of services", () => {
  it.each(["wide", "narrow"] as const)("say in a word who is not well, %s", (size) => {
    const drawn = drawServiceGraph(shop, "shop", size);
    expect(drawn).toContain(">failing</text>");
    expect(drawn).toContain(">strained</text>");
    expect(drawn.match(/class="sg-call soft"/g)).toHaveLength(1);
    for (const { label } of shop.services) expect(drawn).toContain(`>${label}</text>`);
  });

  it("refuse a call to nobody", () => {
    const lost = { ...shop, calls: [{ from: "web", to: "nobody", label: "", soft: false }] };
    expect(() => drawServiceGraph(lost, "lost", "wide")).toThrow('There is no service "web" or "nobody".');
  });

  it("shade a heat map by how many requests a cell has", () => {
    const drawn = drawHeatMap(spread, "spread", "wide");
    expect(drawn.match(/class="hm-5"/g)!.length).toBeGreaterThan(1);
    const cells = spread.counts.flat().filter((requests) => requests > 0);
    expect(drawn.match(/class="hm-\d"/g)).toHaveLength(cells.length);
  });

  it("draw intervals of measured points only", () => {
    const drawn = drawCurve(knee, "knee", "wide");
    expect(drawn.match(/class="cu-interval run"/g)).toHaveLength(3);
    expect(drawn.match(/class="cu-point/g)).toHaveLength(3);
  });
});

describe("the cursor", () => {
  it("tells what every line stands at", () => {
    expect(tellTime([dip, spread], 2.5)).toBe(
      "2.5 s: control 80 requests/s, offered 80 requests/s, goodput 80 requests/s, queue 0 requests, p50 20 ms, p99 140 ms",
    );
  });

  it("tells nothing where nothing was measured", () => {
    expect(tellTime([{ ...spread, lines: [] }], 2)).toBe("2 s: nothing was measured");
  });
});
