import { deflateRawSync } from "node:zlib";
import type { Fault } from "@fieldbook/lab";
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
const link = async (change: object): Promise<string> => `#${await writeSetup({ ...setup, ...change })}`;
const read = async (fragment: string): Promise<Setup | undefined> => readSetup(fragment, "raft", sizes);

describe("a link to a run", () => {
  it("brings back all that was set", async () => {
    expect(await read(await link({}))).toEqual(setup);
    const plain = defaultSetup("raft", sizes);
    expect(await read(`#${await writeSetup(plain)}`)).toEqual(plain);
  });

  it("is none where the address has none", async () => {
    expect(await read("")).toBeUndefined();
    expect(await read("#properties")).toBeUndefined();
  });

  it("has letters only that an address bears", async () => {
    expect(await link({})).toMatch(/^#packed=[\w-]+$/);
    expect(await writeSetup(defaultSetup("raft", sizes))).toMatch(/^run=[\w-]+$/);
  });

  it("stays short with many faults", async () => {
    const crash = (at: number): Fault => ({ kind: "crash", at: at * 997, until: at * 1_009 + 9_999, node: "n2" });
    const faults = Array.from({ length: 40 }, (_, at) => crash(at));
    expect(JSON.stringify(faults).length).toBeGreaterThan(2_000);
    expect((await link({ faults })).length).toBeLessThan(1_200);
    expect((await read(await link({ faults })))?.faults).toEqual(faults);
  });

  it.each([
    [{ nodes: 9 }, "The link's nodes: a whole number from 3 to 7 is needed; got 9."],
    [{ seed: -1 }, "The link's seed"],
    [{ mutant: "nobody" }, "The link's mutant: one of vote-not-durable, stale-read"],
    [{ weather: "rain" }, "The link's weather: one of swarm, calm"],
    [{ faults: [{ kind: "crash" }] }, "The link's faults"],
    [{ faults: [{ kind: "flood", at: 1, until: 2 }] }, "The link's faults"],
    [{ system: "swim" }, 'The link is of the system "swim"; this page is of "raft".'],
  ])("that has %j is refused by name", async (change, says) => {
    await expect(link(change).then(read)).rejects.toThrow(says);
  });

  it("that was cut off says so, packed or not", async () => {
    const plain = `#${await writeSetup(defaultSetup("raft", sizes))}`;
    for (const whole of [await link({}), plain]) {
      await expect(read(whole.slice(0, 30))).rejects.toThrow("The link is not whole");
    }
  });

  it("that would unpack to more than a link can hold is not followed", async () => {
    const faults = [{ kind: "crash", at: 1, until: 2, node: "n".repeat(900_000) }];
    const long = await link({ faults });
    expect((await read(long))?.faults).toEqual(faults);
    const packed = deflateRawSync(`"${"n".repeat(2_000_000)}"`);
    await expect(read(`#packed=${packed.toString("base64url")}`)).rejects.toThrow("The link is not whole");
  });
});
