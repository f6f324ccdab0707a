import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { AnyVariant } from "./kinds.ts";
import { manualTables } from "./manual-tables.ts";
import { arrivals } from "./read-source.ts";
import { backoff, balance } from "./read-call.ts";
import { distribution } from "./read-distribution.ts";
import { graph } from "./read-graph.ts";
import { queueOrder, shedding, step } from "./read-service.ts";
import { readServiceGraph } from "./read-service-graph.ts";
import { incidentKinds } from "./read-surroundings.ts";

/** The manual and its examples: what stands there is read, and what is read stands there. */

const docs = new URL("../../../../docs/", import.meta.url);
const readDoc = (name: string): string => readFileSync(fileURLToPath(new URL(name, docs)), "utf8");
const manual = readDoc("service-graph.md");

const indent = (text: string, by: string): string => text.trimEnd().replaceAll(/^(?=.)/gm, by);

/** A graph in which every name of the manual's parts is declared. */
const around = (parts: { readonly call?: string; readonly service?: string; readonly graph?: string }): string => `
name: Around
duration: 10 min
sources:
  shoppers:
    arrivals: poisson 10/s
    keys: 100
    calls:
${indent(parts.call ?? "to: shop", "      ")}
services:
  shop:
${indent(parts.service ?? "instances: 1\nconcurrency: 1\nsteps: [{ work: 1 ms }]", "    ")}
${["database", "stock", "prices", "index"].map((name) => `  ${name}: { instances: 1, concurrency: 1, steps: [{ work: 1 ms }] }`).join("\n")}
${parts.graph ?? ""}
`;

const workAnd = (steps: string): string => `instances: 1\nconcurrency: 1\nsteps:\n${indent(steps, "  ")}`;

/** By the word behind "yaml" at the block: what it is a part of. */
const whole: Readonly<Record<string, (part: string) => string>> = {
  call: (part) => around({ call: part }),
  service: (part) => around({ service: part }),
  steps: (part) => around({ service: workAnd(part) }),
  graph: (part) => around({ graph: part }),
};

const blocks = [...manual.matchAll(/```yaml(?: (\S+))?\n(.*?)```/gs)].map(([, of = "", text = ""]) => ({ of, text }));

describe("the manual of service graphs", () => {
  it.each(blocks.map(({ of, text }, index) => [`${String(index + 1)} (${of})`, of, text] as const))(
    "shows only YAML that is read: block %s",
    (_, of, text) => {
      const written = whole[of] === undefined ? text : whole[of](text);
      expect(() => readServiceGraph(written, "block.yaml")).not.toThrow();
    },
  );

  it("begins with an example that is a file of its own", () => {
    for (const { of, text } of blocks.filter((block) => block.of.endsWith(".yaml"))) {
      expect(text).toBe(readDoc(of.replace(/^docs\//, "")));
    }
    expect(blocks[0]?.of).toBe("docs/examples/shop.yaml");
  });

  it("has a table for everything that a file may hold, made from the readers", () => {
    // Formatting pads the cells of a table.
    const plain = (text: string): string => text.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---").trim();
    expect(plain(manual.slice(manual.indexOf("### A service graph")))).toBe(plain(manualTables(graph)));
  });

  it("shows a program in TypeScript that is a file of its own, and what it prints", () => {
    const [, name = "", code] = /```ts docs\/(\S+)\n(.*?)```/s.exec(manual) ?? [];
    expect(code).toBe(readDoc(name));
    const said = execFileSync(process.execPath, [fileURLToPath(new URL(name, docs))], { encoding: "utf8" });
    expect(said).toMatch(/paged in [1-9]/);
    expect(manual).toContain(`\`\`\`\n${said}\`\`\``);
  });

  it("quotes errors as they are", () => {
    const text = readDoc("examples/shop.yaml")
      .replace("poisson 300/s", "possion 300/s")
      .replace("instances: 4", "instances: 4.5");
    const told = /## Mistakes.*?```\n(.*?)```/s.exec(manual)?.[1]?.trim().split("\n") ?? [];
    expect(told).toHaveLength(2);
    for (const line of told) expect(() => readServiceGraph(text, "shop.yaml")).toThrow(line);
  });
});

describe("the examples", () => {
  const files = readdirSync(fileURLToPath(new URL("examples/", docs))).filter((name) => name.endsWith(".yaml"));

  it.each(files)("%s is read", (name) => {
    expect(readServiceGraph(readDoc(`examples/${name}`), name).name).not.toBe("");
  });

  /** Each kind's example, in its place in a file. */
  const places: readonly (readonly [Readonly<Record<string, AnyVariant>>, (example: string) => string])[] = [
    [arrivals.variants, (example) => around({}).replace("poisson 10/s", example)],
    [distribution.variants, (example) => around({ call: `to: shop\nnetwork: ${example}` })],
    [backoff.variants, (example) => around({ call: `to: shop\nretry: { attempts: 2, backoff: ${example} }` })],
    [balance.variants, (example) => around({ call: `to: shop\nbalance: ${example}` })],
    [queueOrder.variants, (example) => around({ service: `${workAnd("- work: 1 ms")}\nqueue: { order: ${example} }` })],
    [shedding.variants, (example) => around({ service: `${workAnd("- work: 1 ms")}\nshedding: ${example}` })],
    [step.variants, (example) => around({ service: workAnd(`- ${example}`) })],
    [
      incidentKinds.variants,
      (example) =>
        around({
          graph: `zones: { eu-a: {} }\ncredentials: { token: { lifetime: 1 h, renewAt: 50 %, retryAfter: 1 s } }\nincidents: [${example}]`,
        }),
    ],
  ];
  const examples = places.flatMap(([variants, place]) =>
    Object.entries(variants).map(([kind, { example }]) => [kind, example, place(example)] as const),
  );

  it.each(examples)("of the kind %s in the tables is read: %s", (kind, _, text) => {
    expect(JSON.stringify(readServiceGraph(text, "example.yaml"))).toContain(`"kind":"${kind}"`);
  });
});
