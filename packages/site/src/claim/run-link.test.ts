import { claims } from "@fieldbook/book";
import { expect, it } from "vitest";
import { claimData } from "./claim-data.ts";
import { linkedRun, linkTo, parseSeed } from "./run-link.ts";

const claim = claims.find(({ id }) => id === "overlapping-quorums-are-not-linearizable")!;
const data = { ...claimData(claim, undefined), seed: 11 };
const page = "http://127.0.0.1:4321/physics/consistency-models/?lens=manager#limits";

it("leads back to exactly the run it was made from, with every parameter in it and the lens kept", () => {
  const run = { side: "control", values: { ...data.sides.control, nodes: 5, loss: 0.5 }, seed: 42 } as const;
  const link = linkTo(page, data, run);
  expect(new URL(link).hash).toBe(`#claim-${claim.id}`);
  expect(new URL(link).searchParams.get("lens")).toBe("manager");
  for (const name of Object.keys(data.parameters)) expect(new URL(link).searchParams.has(name)).toBe(true);
  expect(linkedRun(link, data)).toEqual({ ...run, problems: [] });
});

it("is none for another claim, nor for a page that asks for nothing", () => {
  expect(linkedRun(page, data)).toBeUndefined();
  expect(linkedRun("http://127.0.0.1/?claim=another", data)).toBeUndefined();
});

it.each([
  ["nodes=99", 'Parameter "nodes" takes a whole number from 1 to 7; got 99. The link\'s value is left out.'],
  ["nodes=two", 'Parameter "nodes" takes a whole number from 1 to 7; got "two". The link\'s value is left out.'],
  ["colour=red", /^There is no parameter "colour"; this experiment has: nodes, .* The link's value is left out\.$/],
  ["seed=-3", 'A seed is a whole number from 0 to 4294967295; the link has "-3". Seed 11 is used.'],
  ["seed=", 'A seed is a whole number from 0 to 4294967295; the link has "". Seed 11 is used.'],
  ["side=both", 'The link\'s "side" is "both"; it takes claim or control. The claim\'s is used.'],
])("says what is wrong with %s and uses what is right", (query, problem) => {
  const run = linkedRun(`http://127.0.0.1/?claim=${claim.id}&write=3&${query}`, data)!;
  expect(run.problems).toEqual([typeof problem === "string" ? problem : expect.stringMatching(problem)]);
  expect(run).toMatchObject({ side: "claim", seed: 11, values: { ...data.sides.claim, write: 3 } });
});

it("reads whole numbers as seeds and nothing else", () => {
  expect(["0", " 7 ", "4294967295"].map(parseSeed)).toEqual([0, 7, 4_294_967_295]);
  expect(["", "-1", "1.5", "1e3", "4294967296", "x"].map(parseSeed)).toEqual(
    Array.from({ length: 6 }, () => undefined),
  );
});
