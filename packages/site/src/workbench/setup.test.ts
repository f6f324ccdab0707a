import { describe, expect, it } from "vitest";
import type { Setup } from "./setup.ts";
import { defaultSetup, readSetup, writeSetup } from "./setup.ts";

const sizes = {
  nodes: { default: 5, min: 3, max: 7 },
  clients: 3,
  operations: 20,
  mutants: ["vote-not-durable", "stale-read"],
};
const setup: Setup = {
  ...defaultSetup("raft", sizes),
  mutant: "stale-read",
  seed: 42,
  faults: [{ kind: "crash", at: 1_000, until: 2_000, node: "n1" }],
  beside: "correct",
};
const link = (change: object): string => `#${writeSetup({ ...setup, ...change })}`;

describe("a link to a run", () => {
  it("brings back all that was set", () => {
    expect(readSetup(link({}), "raft", sizes)).toEqual(setup);
    expect(readSetup(`#${writeSetup(defaultSetup("raft", sizes))}`, "raft", sizes)).toEqual(
      defaultSetup("raft", sizes),
    );
  });

  it("is none where the address has none", () => {
    expect(readSetup("", "raft", sizes)).toBeUndefined();
    expect(readSetup("#properties", "raft", sizes)).toBeUndefined();
  });

  it("has letters only that an address bears", () => {
    expect(link({})).toMatch(/^#run=[\w-]+$/);
  });

  it.each([
    [{ nodes: 9 }, "The link's nodes: a whole number from 3 to 7 is needed; got 9."],
    [{ seed: -1 }, "The link's seed"],
    [{ mutant: "nobody" }, "The link's mutant: one of vote-not-durable, stale-read"],
    [{ weather: "rain" }, "The link's weather: one of swarm, calm"],
    [{ faults: [{ kind: "crash" }] }, "The link's faults"],
    [{ system: "swim" }, 'The link is of the system "swim"; this page is of "raft".'],
  ])("that has %j is refused by name", (change, says) => {
    expect(() => readSetup(link(change), "raft", sizes)).toThrow(says);
  });

  it("that was cut off says so", () => {
    expect(() => readSetup(link({}).slice(0, 30), "raft", sizes)).toThrow("The link is not whole");
  });
});
