import { describe, expect, it } from "vitest";
import { operationsExperiments } from "./index.ts";

/** Smaller than the default where that takes long. */
const small: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "two-choices": { servers: 50 },
  hedging: { load: 10 },
  "alert-quality": { days: 2 },
};

const cases = operationsExperiments.map(
  (experiment) => [experiment.id, experiment, small[experiment.id] ?? {}] as const,
);

describe("an experiment of operations", () => {
  it.each(cases)("%s is the same run for the same seed, and says what it found", (_, experiment, values) => {
    const one = experiment.run(values, 3);
    expect(experiment.run(values, 3)).toEqual(one);
    for (const value of Object.values(one.metrics)) expect(Number.isFinite(value)).toBe(true);
    for (const { says } of Object.values(one.verdicts)) expect(says).toMatch(/\d.*\.$/);
  });

  it.each(cases)("%s is drawn, beside another run as well, with words for the figure", (_, experiment, values) => {
    const alone = experiment.picture(values, 3);
    const beside = experiment.picture(values, 3, { values, name: "the same again" });
    for (const picture of [alone, beside]) expect(picture.says.length).toBeGreaterThan(20);
    expect(beside.kind).toBe(alone.kind);
  });

  it.each(cases)("%s has a parameter for each knob with a default in its range", (_, experiment) => {
    expect(experiment.run({}, 1).traceHash).toMatch(/^[0-9a-f]{16}$/);
    expect(Object.keys(experiment.parameters).length).toBeGreaterThan(1);
  });

  it("tells nothing as changed beside itself, and something beside another", () => {
    const cache = operationsExperiments.find(({ id }) => id === "cache-loss")!;
    const same = cache.picture({}, 1, { values: {}, name: "the same" });
    const other = cache.picture({}, 1, { values: { waitMs: 300 }, name: "a short queue" });
    if (same.kind !== "service" || other.kind !== "service") throw new Error("A picture of services was expected.");
    expect(same.changes?.rows).toEqual([]);
    expect(other.changes?.rows.some(({ what, better }) => what === "readers, success" && better === "control")).toBe(
      true,
    );
  });
});
