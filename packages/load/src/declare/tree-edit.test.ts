import { describe, expect, it } from "vitest";
import type { ServiceGraph } from "../graph/declaration.ts";
import { readServiceGraph } from "./read-service-graph.ts";
import type { DeclarationEdit } from "./tree-edit.ts";

const text = `
name: Shop
duration: 10 min
sources:
  shoppers: { arrivals: poisson 120/s, calls: shop }
services:
  shop:
    instances: 2
    concurrency: 8
    steps:
      - work: 8 ms
      - call: { to: stock, timeout: 1 s }
  stock: { instances: 1, concurrency: 8, steps: [{ work: 1 ms }] }
`;

const read = (...edits: readonly DeclarationEdit[]): ServiceGraph => readServiceGraph(text, "shop.yaml", edits);
const set = (path: string, value: string): DeclarationEdit => ({ kind: "set", path, value });
const without = (path: string): DeclarationEdit => ({ kind: "without", path });

describe("a value that is set", () => {
  it("stands in place of the one in the file", () => {
    expect(read(set("services.shop.instances", "5")).services["shop"]?.instances).toBe(5);
    expect(read(set("services.shop.steps[0].work", "2 ms")).services["shop"]?.steps[0]).toEqual({
      kind: "work",
      time: { kind: "constant", value: 2_000 },
    });
  });

  it("may be of a key that was not there, and a map", () => {
    const { shop } = read(set("services.shop.queue", "{ bound: 3, order: lifo }")).services;
    expect(shop?.queue).toEqual({ bound: 3, order: { kind: "lifo" } });
  });

  it("is read like all others", () => {
    expect(() => read(set("services.shop.instances", "none"))).toThrow(
      /services\.shop\.instances: "none" is no number/,
    );
  });
});

describe("a key that is taken away", () => {
  it("is as if it had not been written", () => {
    expect(read(without("services.shop.steps[1].call.timeout")).services["shop"]?.steps[1]).toEqual({
      kind: "call",
      call: { to: "stock" },
    });
    expect(read(without("services.shop.steps[1]")).services["shop"]?.steps).toHaveLength(1);
  });
});

describe("an edit that does not fit says where and why:", () => {
  it.each([
    ["an unknown key", without("services.shop.instance"), "services.shop has no key instance. Write instances."],
    ["an unknown key on the way", set("services.shp.instances", "1"), "services has no key shp. Write shop."],
    [
      "a place that is not there",
      without("services.shop.steps[7]"),
      "services.shop.steps has 2 entries; the first is [0].",
    ],
    ["a list without its place", set("services.shop.steps.work", "1 ms"), "Say which entry: services.shop.steps[0]."],
    [
      "a key of one value",
      set("sources.shoppers.calls.timeout", "1 s"),
      'sources.shoppers.calls is one value here, "shop".',
    ],
    ["no path", set("services..shop", "1"), "is no path."],
    ["a value that is no YAML", set("name", "[1"), "The value of name is no YAML"],
  ])("%s", (_, edit, says) => {
    expect(() => read(edit)).toThrow(says);
  });
});
