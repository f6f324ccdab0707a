import { keyedRandom, milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { copiesSystem } from "./copies.fixture.ts";
import type { CounterexampleError } from "./counterexample.ts";
import { readCounterexample, replayCounterexample, writeCounterexample } from "./counterexample.ts";
import type { SystemRun } from "./define-system.ts";
import { drawPriorities, PriorityQueue } from "./priority-schedule.ts";
import { runSystem, searchSeeds } from "./run-system.ts";
import { searchWithFeedback } from "./search/feedback.ts";
import { essentialEvents } from "./shrink/essential-events.ts";
import { necessityOf } from "./shrink/necessity.ts";
import { shrink } from "./shrink/shrink.ts";
import { shrinkSmallest } from "./shrink/smallest.ts";

const firstOf = (mutant: string): SystemRun => {
  const { found } = searchSeeds(copiesSystem, { mutant }, 1, 500);
  if (found === undefined) throw new Error(`${mutant} was not found`);
  return found;
};

describe("a swarm", () => {
  it("raises no alarm on the correct system, in 300 runs", () => {
    expect(searchSeeds(copiesSystem, {}, 1, 300).found).toBeUndefined();
  });

  it.each([
    ["answers-early", "linearizable"],
    ["forgets-its-number", "numbers-rise"],
    ["never-answers", "recovers"],
  ])("finds %s by the property %s", (mutant, property) => {
    expect(firstOf(mutant).property).toBe(property);
  });

  it("draws only what the system survives, over by the end of chaos, and now and then each of it", () => {
    const drawn = Array.from({ length: 200 }, (_, seed) => copiesSystem.plan({}, seed).faults).flat();
    expect(new Set(drawn.map(({ kind }) => kind))).toEqual(new Set(copiesSystem.survives));
    expect(Math.max(...drawn.map(({ until }) => until))).toBeLessThanOrEqual(milliseconds(500));
  });

  it("never has more nodes out at once than the system survives", () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const out = copiesSystem.plan({ nodes: 5 }, seed).faults.filter(({ kind }) => kind === "pause");
      for (const { at } of out) {
        const now = out.filter((fault) => fault.at <= at && at < fault.until);
        expect(new Set(now.map((fault) => ("node" in fault ? fault.node : ""))).size).toBeLessThanOrEqual(2);
      }
    }
  });

  it("is calm when that is asked for", () => {
    expect(copiesSystem.plan({ faults: "calm" }, 7)).toMatchObject({ faults: [], calm: true });
  });

  it("tells how often a situation was reached, and otherwise how near a run came", () => {
    const marks = runSystem(copiesSystem, { faults: "calm", seed: 1 }).run.marks;
    expect(marks.get("three copies")).toEqual({ times: 0, reached: 2, of: 3 });
  });

  it("refuses what does not fit, in words", () => {
    expect(() => copiesSystem.plan({ nodes: 9 }, 1)).toThrow('"nodes" is a whole number from 2 to 5; got 9.');
    expect(() => copiesSystem.plan({ mutant: "none" }, 1)).toThrow('no mutant "none"; it has answers-early');
  });
});

describe("recovery", () => {
  it("is measured from the end of the faults", () => {
    const { run, plan } = runSystem(copiesSystem, { seed: 3 });
    expect(run.ended).toBe("settled");
    expect(run.recovered).toEqual({ reached: true, at: run.endedAt - plan.healedAt, missing: "" });
  });

  it("that is missing says who waits", () => {
    expect(firstOf("never-answers").says).toBe(
      "1.0 s after the last fault: c1 had no answer after the faults were over.",
    );
  });
});

describe("priorities", () => {
  it("deliver the link that ranks first, in order, until a change point puts it last", () => {
    const queue = new PriorityQueue<string>(keyedRandom(1), { salt: 5, changes: [2], step: 1, until: 1 });
    for (const item of ["a1", "a2", "a3"]) queue.push(1, item);
    for (const item of ["b1", "b2"]) queue.push(2, item);
    const order = Array.from({ length: 5 }, () => queue.pop());
    expect(["a1 a2 b1 b2 a3", "b1 b2 a1 a2 a3"]).toContain(order.join(" "));
    expect(queue.pop()).toBeUndefined();
  });

  it("keep the guarantee: of two links each comes first in half of all draws", () => {
    let first = 0;
    for (let seed = 0; seed < 400; seed += 1) {
      const random = keyedRandom(seed);
      const queue = new PriorityQueue<string>(
        random,
        drawPriorities(random, { depth: 1, deliveries: 10, step: 1, until: 1 }),
      );
      queue.push(1, "a");
      queue.push(2, "b");
      if (queue.pop() === "a") first += 1;
    }
    expect(first).toBeGreaterThan(150);
    expect(first).toBeLessThan(250);
  });

  it("find an order of two deliveries, one change point among k, at least as often as 1 / (c · k)", () => {
    // The bug: the third message of link 1 comes after the first of link 2, and the second comes before it.
    const [links, deliveries, seeds] = [2, 6, 3_000];
    let hits = 0;
    for (let seed = 0; seed < seeds; seed += 1) {
      const random = keyedRandom(seed);
      const schedule = drawPriorities(random, { depth: 2, deliveries, step: 1, until: 1 });
      const queue = new PriorityQueue<string>(random, schedule);
      for (let k = 1; k <= 3; k += 1) {
        queue.push(1, `a${String(k)}`);
        queue.push(2, `b${String(k)}`);
      }
      const order = Array.from({ length: 6 }, () => queue.pop()).join(" ");
      if (order.indexOf("a2") < order.indexOf("b1") && order.indexOf("b1") < order.indexOf("a3")) hits += 1;
    }
    expect(hits / seeds).toBeGreaterThan(0.8 / (links * deliveries));
  });

  it("search with feedback meets more situations than it has fruitful runs, and finds the mutant", () => {
    const search = searchWithFeedback(copiesSystem, { mutant: "answers-early" }, 1, 300);
    expect(search.found?.property).toBe("linearizable");
    const { found, situations, fruitful, runs } = searchWithFeedback(copiesSystem, {}, 1, 60);
    expect({ found, runs }).toEqual({ found: undefined, runs: 60 });
    expect(situations).toBeGreaterThan(fruitful);
    // What it found can be run again by its plan alone.
    const again = copiesSystem.run(search.found!.plan, search.found!.seed);
    expect(again.run.traceHash).toBe(search.found!.run.traceHash);
  });
});

describe("shrinking", () => {
  it("leaves a story of a write that was answered early and a read that missed it", () => {
    const small = shrinkSmallest(copiesSystem, { mutant: "answers-early" }, firstOf("answers-early"));
    expect(small.result.property).toBe("linearizable");
    expect(small.result.run.history.map(({ f }) => f).toSorted()).toEqual(["read", "write"]);
    expect(small.result.plan.nodes).toBe(2);
    expect(small.result.plan.faults.length).toBeLessThanOrEqual(1);
    expect(small.events).toBeLessThanOrEqual(4);
    expect(small.replays).toBeLessThanOrEqual(2_000);
  });

  it.each(["answers-early", "forgets-its-number", "never-answers"])("keeps the kind of failure of %s", (mutant) => {
    const failing = firstOf(mutant);
    const small = shrink(copiesSystem, failing);
    expect(small.result.property).toBe(failing.property);
    expect(small.events).toBeLessThanOrEqual(
      essentialEvents(copiesSystem.run(failing.plan, failing.seed, { causes: true }).run).length,
    );
    const again = copiesSystem.run(small.result.plan, small.result.seed);
    expect(again.run.traceHash).toBe(small.result.run.traceHash);
  });

  it("keeps to its budget, and says when it was used up", () => {
    const small = shrink(copiesSystem, firstOf("answers-early"), { budget: 5 });
    expect(small).toMatchObject({ replays: 5, complete: false });
  });

  it("refuses a run that does not fail", () => {
    expect(() => shrink(copiesSystem, runSystem(copiesSystem, { seed: 1 }))).toThrow("Only a run that violates");
  });

  it("says of each part that is left whether the failure needs it", () => {
    const { result } = shrinkSmallest(copiesSystem, { mutant: "forgets-its-number" }, firstOf("forgets-its-number"));
    const parts = necessityOf(copiesSystem, result);
    const needed = parts.filter((part) => part.needed);
    expect(needed.length).toBeGreaterThan(0);
    for (const { without } of needed) expect(without).not.toBe("violated");
  });
});

describe("a counterexample on file", () => {
  const small = shrink(copiesSystem, firstOf("answers-early"));
  const written = JSON.stringify(writeCounterexample(copiesSystem, small.result, "code 1"));

  it("replays hash for hash", () => {
    const replay = replayCounterexample(copiesSystem, readCounterexample(written), "code 1");
    expect(replay.match).toBe("same");
    expect(replay.says).toContain("The same run, event for event. The code is the one it was found with.");
  });

  it("of another code says so, and whether it still fails", () => {
    const read = readCounterexample(written);
    const elsewhere = replayCounterexample(copiesSystem, read, "code 2");
    expect(elsewhere.says).toContain("The code has changed since it was found. It still violates");
    const { mutant: _mutant, ...plan } = read.plan;
    const mended = replayCounterexample(copiesSystem, { ...read, plan }, "code 2");
    expect(mended.says).toBe(
      'Another run than when it was found. The code has changed since it was found. It no longer violates "linearizable".',
    );
  });

  it.each<readonly [string, (file: Record<string, unknown>) => unknown, string]>([
    ["another format", (file) => ({ ...file, format: "x" }), '"format" is "x"'],
    ["no seed", (file) => ({ ...file, seed: undefined }), '"seed" must be a whole number, 0 or more; it is missing.'],
    ["a plan that is a list", (file) => ({ ...file, plan: [] }), '"plan" must be an object; it is [].'],
    [
      "a message from nowhere",
      (file) => ({
        ...file,
        plan: { ...(file["plan"] as object), messages: [{ from: "x", to: "n1", k: 0, arrives: [] }] },
      }),
      '"plan.messages[0].from" must be a node or client ("n1", "c2"); it is "x".',
    ],
  ])("with %s is refused by name", (_, change, says) => {
    const text = JSON.stringify(change(JSON.parse(written) as Record<string, unknown>));
    expect(() => readCounterexample(text)).toThrow(says);
  });

  it("that is cut off is refused", () => {
    expect(() => readCounterexample(written.slice(0, 40))).toThrow(/^It is not JSON/);
    const error: Pick<CounterexampleError, "name"> = { name: "CounterexampleError" };
    expect(() => readCounterexample("{")).toThrow(expect.objectContaining(error));
  });
});
