import type { Run } from "@fieldbook/engine";
import { findSystem } from "@fieldbook/systems";
import { describe, expect, it } from "vitest";
import { compareRuns } from "./compare-runs.ts";

const seed = 7;
const raft = findSystem("raft");
const calm = raft.plan({ faults: "calm" }, seed);
const run = (plan = calm): Run => raft.run(plan, seed, { record: true }).run;

describe("two runs side by side", () => {
  it("have no difference when they are the same", () => {
    expect(compareRuns(run(), run())).toBeUndefined();
  });

  it("differ where a fault begins, and nowhere before", () => {
    const at = 400_000;
    const crashed = run({ ...calm, faults: [{ kind: "crash", at, until: 600_000, node: "n1" }] });
    const difference = compareRuns(run(), crashed)!;
    expect(difference.at).toBe(at);
    expect(difference.other).toBe("n1 crashes");
    expect(difference.same).toBe(run().trace.filter(({ time }) => time < at).length);
  });

  it("differ the same way whichever stands first", () => {
    const crashed = run({ ...calm, faults: [{ kind: "crash", at: 400_000, until: 600_000, node: "n1" }] });
    const there = compareRuns(run(), crashed)!;
    const back = compareRuns(crashed, run())!;
    expect([back.same, back.at, back.other, back.one]).toEqual([there.same, there.at, there.one, there.other]);
  });

  it("say of one that ends first that it is over", () => {
    const whole = run();
    const cut = { ...whole, trace: whole.trace.slice(0, 20) };
    const difference = compareRuns(cut, whole)!;
    expect(difference.same).toBe(20);
    expect(difference.one).toBeUndefined();
    expect(difference.other).toBeDefined();
    expect(difference.at).toBe(whole.trace[20]!.time);
  });

  it("differ in what nodes hold or clients are answered, where they do the same at the same times", () => {
    const whole = run();
    const last = whole.history.findLastIndex(({ outcome }) => outcome === "ok");
    const told = whole.history.with(last, { ...whole.history[last]!, output: "other" });
    const answered = compareRuns(whole, { ...whole, history: told, traceHash: "0" })!;
    expect(answered.other).toMatch(/^client \d is answered "other" to /);
    expect(answered.at).toBe(whole.history[last]!.returnedAt);
    const states = whole.states.with(0, { ...whole.states[0]!, text: "nothing" });
    expect(compareRuns(whole, { ...whole, states, traceHash: "0" })!.other).toBe("n1 holds nothing");
    expect(compareRuns(whole, { ...whole, traceHash: "0" })!.other).toBe("they say another");
  });

  it("name who sends what to whom", () => {
    const first = run().trace.findIndex(({ label, a, b }) => label !== "" && a !== b);
    const whole = run();
    const cut = { ...whole, trace: whole.trace.slice(0, first) };
    expect(compareRuns(whole, cut)!.one).toMatch(/^[nc]\d sends \S+ to [nc]\d$/);
  });
});
