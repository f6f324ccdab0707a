import { describe, expect, it } from "vitest";
import { DeclarationError } from "./declaration-error.ts";
import { readServiceGraph } from "./read-service-graph.ts";

const shop = `
name: Shop
duration: 10 min
sources:
  shoppers:
    arrivals: poisson 120/s
    calls: shop
services:
  shop:
    instances: 2
    concurrency: 8
    steps:
      - work: exponential 8 ms
      - call: database
  database:
    instances: 1
    concurrency: 16
    steps: [{ work: 4 ms }]
`;

/** The file with one text in place of another, which must be there. */
function changed(from: string, to: string): string {
  expect(shop).toContain(from);
  return shop.replace(from, to);
}

/** What is wrong with a file, a line for each, without the file's name. */
function problemsOf(text: string): string[] {
  try {
    readServiceGraph(text, "shop.yaml");
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(DeclarationError);
    return (error as DeclarationError).problems.map(
      ({ line, column, path, says, mend }) => `${line}:${column} ${path}: ${says} ${mend}`,
    );
  }
}

describe("a service graph in YAML", () => {
  it("is the declaration of the engine, with units turned to microseconds, rates and shares", () => {
    const graph = readServiceGraph(shop, "shop.yaml");
    expect(graph).toEqual({
      name: "Shop",
      duration: 600_000_000,
      sources: { shoppers: { arrivals: { kind: "poisson", rate: 120 }, calls: { to: "shop" } } },
      services: {
        shop: {
          instances: 2,
          concurrency: 8,
          steps: [
            { kind: "work", time: { kind: "exponential", mean: 8_000 } },
            { kind: "call", call: { to: "database" } },
          ],
        },
        database: {
          instances: 1,
          concurrency: 16,
          steps: [{ kind: "work", time: { kind: "constant", value: 4_000 } }],
        },
      },
    });
  });

  it("says the same in the long form, in the form with the kind as key and on one line", () => {
    const long = changed(
      "- work: exponential 8 ms\n      - call: database",
      `- kind: work
        time: { kind: exponential, mean: 8 ms }
      - kind: call
        call: { to: database }`,
    );
    const keyed = changed("work: exponential 8 ms", "work: { exponential: { mean: 8 ms } }");
    expect(readServiceGraph(long, "")).toEqual(readServiceGraph(shop, ""));
    expect(readServiceGraph(keyed, "")).toEqual(readServiceGraph(shop, ""));
  });

  it("follows anchors and merges maps, the map's own keys first", () => {
    const text = shop
      .replace("  shop:\n    instances: 2\n    concurrency: 8", "  shop: &usual\n    instances: 2\n    concurrency: 8")
      .replace("  database:\n    instances: 1\n", "  database:\n    <<: *usual\n    instances: 1\n");
    const { services } = readServiceGraph(text.replace("    concurrency: 16\n", ""), "shop.yaml");
    expect(services["database"]).toMatchObject({ instances: 1, concurrency: 8 });
    expect(services["database"]?.steps).toHaveLength(1);
  });

  it("takes the end of an incident as a length, and a moment as its own end", () => {
    const text = `${shop}incidents:
  - { slow: database, factor: 5, at: 2 min, for: 30 s }
  - { cache-flush: database, at: 3 min }
`;
    expect(readServiceGraph(text, "shop.yaml").incidents).toEqual([
      { kind: "slow", service: "database", factor: 5, at: 120_000_000, until: 150_000_000 },
      { kind: "cache-flush", service: "database", at: 180_000_000, until: 180_000_000 },
    ]);
  });

  it("names the file, the line and the column in its message", () => {
    const text = changed("poisson 120/s", "poisson 120");
    expect(() => readServiceGraph(text, "shop.yaml")).toThrow(
      'shop.yaml:6:23: sources.shoppers.arrivals.rate: "120" has no unit; expected a rate above 0 such as 40/s. Write 120/s.',
    );
  });

  it("finds all that is wrong, not the first only, in the order of the file", () => {
    const text = shop
      .replace("duration: 10 min", "duration: 10")
      .replace("calls: shop", "calls: shpo")
      .replace("instances: 2", "instances: 2\n    instances: 3")
      .replace("concurrency: 16", "concurency: 16");
    expect(problemsOf(text)).toEqual([
      '3:11 duration: "10" has no unit. Write 10 ms, 10 s or 10 min.',
      '7:12 sources.shoppers.calls.to: There is no service "shpo". Write shop.',
      "11:5 : The key instances stands here twice; line 10 has it already. Keep one of the two.",
      "18:5 services.database.concurency: A service has no key concurency. Write concurrency.",
    ]);
  });
});

describe("a mistake is refused with its place and its mend:", () => {
  it.each([
    ["a negative time", "10 min", "-10 min", '3:11 duration: "-10 min" is negative; time runs forward. Write 10 min.'],
    ["a time of a part of a microsecond", "4 ms", "1.5 us", "is no whole number of microseconds"],
    ["a time of eleven years", "10 min", "4015 d", "is longer than ten years"],
    ["a unit of another style", "10 min", "10 minutes", '"minutes" is no unit of time here. Write 10 min.'],
    ["a word for a time", "10 min", "long", '"long" is no duration.'],
    ["a decimal comma", "10 min", "1,5 h", '"1,5" has a comma. Write 1.5'],
    ["a number that begins with 0", "instances: 2", "instances: 010", "Write 10."],
    ["a hexadecimal number", "instances: 2", "instances: 0x10", "is not decimal"],
    ["digits in groups", "instances: 2", "instances: 1_000", "Write 1000."],
    ["an exponent", "instances: 2", "instances: 1e3", "has an exponent"],
    ["a part of an instance", "instances: 2", "instances: 2.4", "2.4 is no whole number"],
    ["no instance", "instances: 2", "instances: 0", "0 is out of range; expected a whole number from 1 to 100000."],
    ["a share above one", "instances: 2", "errorShare: 5\n    instances: 2", "Write 5 % if you mean"],
    ["a share above 100 %", "instances: 2", "errorShare: 101 %\n    instances: 2", "Write at most 100 %."],
    ["a negative share", "instances: 2", "errorShare: -1 %\n    instances: 2", "is negative"],
    ["yes for true", "instances: 2", "holdsServer: yes\n    instances: 2", "Write true."],
    ["off for false", "instances: 2", "holdsServer: off\n    instances: 2", "Write false."],
    ["a rate without its unit", "120/s", "120", "Write 120/s."],
    ["a rate by a month", "120/s", "120/month", "Write 120/s, 120/min, 120/h or 120/d."],
    ["an unknown arrival process", "poisson 120/s", "possion 120/s", "Write for instance poisson 40/s."],
    ["an unknown policy", "instances: 2", "queue: { order: lifoo }\n    instances: 2", "Write for instance lifo."],
    ["half of a distribution", "exponential 8 ms", "uniform 5 ms", "Write for instance uniform 5 ms to 10 ms."],
    ["a step of no kind", "- work: exponential 8 ms", "- time: 8 ms", "A step has to say of what kind it is."],
    ["a step of two kinds", "- call: database", "- call: database\n        work: 1 ms", "of two kinds, call and work"],
    ["an unknown kind", "- work: exponential 8 ms", "- { kind: wrk, time: 8 ms }", "Write work."],
    ["a service that is not there", "- call: database", "- call: datbase", "Write database."],
    ["a key of another style", "instances: 2", "holds-server: false\n    instances: 2", "Write holdsServer."],
    ["a missing key", "    instances: 2\n", "", "A service needs the key instances: how many copies run."],
    ["nothing behind a key", "poisson 120/s", "", "Expected an arrival process; got nothing."],
    ["a list for a map", "calls: shop", "calls: [shop]", "Expected a call, a map; got a list."],
    ["an empty list", "[{ work: 4 ms }]", "[]", "The list has 0 values; it needs 1 or more."],
    ["a name with a space", "  database:", "  data base:", '"data base" is no name.'],
    ["a name that every object has", "  database:", "  constructor:", '"constructor" is a reserved name.'],
    ["a key that every object has", "instances: 2", "toString: 1\n    instances: 2", "A service has no key toString."],
    ["a comma in braces", "calls: shop", "calls: { to: shop, timeout: 1,5 s }", "write decimals with a point"],
    ["a tab", "    calls: shop", "\tcalls: shop", "A tab stands where YAML wants spaces."],
    ["two colons", "name: Shop", "name: Shop: new", "A second colon makes this line two keys."],
    ["an open bracket", "[{ work: 4 ms }]", "[{ work: 4 ms }", "close a bracket that is open"],
    ["an alias of nothing", "calls: shop", "calls: *shop", "no anchor"],
    ["a tag", "calls: shop", "calls: !secret shop", "The tag !secret has no meaning here."],
    ["a second document", "services:", "---\nservices:", "A second document begins here."],
  ])("%s", (_, from, to, says) => {
    expect(problemsOf(changed(from, to)).join("\n")).toContain(says);
  });

  it("what the file should be at all", () => {
    expect(problemsOf("")).toEqual([expect.stringContaining("Expected a service graph, a map; got nothing.")]);
    expect(problemsOf("- name: Shop")).toEqual([expect.stringContaining("got a list")]);
  });

  it("an end of an incident that is said twice, or not at all", () => {
    const twice = `${shop}incidents: [{ slow: shop, factor: 2, at: 1 s, for: 1 s, until: 2 s }]\n`;
    const never = `${shop}incidents: [{ slow: shop, factor: 2, at: 1 s }]\n`;
    expect(problemsOf(twice)).toEqual([expect.stringContaining("The end is said twice, by until and by for.")]);
    expect(problemsOf(never)).toEqual([expect.stringContaining("needs the key until")]);
  });
});

describe("a file that is an attack ends in an error, and soon:", () => {
  it("anchors within anchors", () => {
    const levels = ["a: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 12; level += 1) {
      const alias = `*a${String(level - 1)}`;
      levels.push(`a${String(level)}: &a${String(level)} [${Array.from({ length: 9 }, () => alias).join(", ")}]`);
    }
    expect(problemsOf(levels.join("\n")).join("")).toContain("more than 100000 values");
  });

  it("an anchor within itself", () => {
    expect(problemsOf("name: &a [*a]").join("")).toContain("lies within itself");
  });

  it("brackets without end", () => {
    expect(problemsOf("[".repeat(50_000)).length).toBeGreaterThan(0);
    expect(problemsOf(`${"[".repeat(300)}${"]".repeat(300)}`).join("")).toContain("nested too deeply");
  });

  it("a very long file", () => {
    expect(problemsOf(" ".repeat(1_000_001)).join("")).toContain("1000000 are the limit");
  });

  it("a text that fits a short form in many ways", () => {
    const text = `uniform ${"1 ms to ".repeat(20_000)}`;
    expect(problemsOf(changed("exponential 8 ms", text)).length).toBe(1);
  });
});
