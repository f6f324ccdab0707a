import { describe, expect, it } from "vitest";
import type { SpaceTimePicture } from "../picture.ts";
import { causalRegisterExperiment, orderedRegisterExperiment } from "./local-registers.ts";
import { quorumRegisterExperiment } from "./quorum-register.ts";

/** A seed at which reads from local copies are older than real time allows, though one order explains them. */
const seed = 2;

const marked = (picture: SpaceTimePicture): string[] =>
  picture.operations.filter(({ contradicts }) => contradicts).map(({ label }) => label);

const draw = (experiment: typeof orderedRegisterExperiment, property?: string): SpaceTimePicture =>
  experiment.picture({}, seed, undefined, property) as SpaceTimePicture;

describe("the figure of a run on a register", () => {
  it("marks the first property that is violated", () => {
    const picture = draw(orderedRegisterExperiment);
    expect(marked(picture)).toEqual(["write 4", "read → null"]);
    expect(picture.says).toContain(picture.contradiction);
  });

  it("marks the property that is asked for, and nothing when that one holds", () => {
    expect(marked(draw(orderedRegisterExperiment, "linearizable"))).toEqual(["write 4", "read → null"]);
    const sequential = draw(orderedRegisterExperiment, "sequential");
    expect(marked(sequential)).toEqual([]);
    expect(sequential.contradiction).toBeUndefined();
    expect(sequential.says).toContain("One order explains all 21 operations");
  });

  it("refuses a property that the experiment does not decide", () => {
    expect(() => draw(quorumRegisterExperiment, "causal")).toThrow(
      'Experiment "quorum-register" has no property "causal".',
    );
  });
});

describe("one writer", () => {
  const writers = (oneWriter: boolean): Set<number> => {
    const picture = causalRegisterExperiment.picture({ oneWriter }, seed) as SpaceTimePicture;
    const writes = picture.operations.filter(({ label }) => label.startsWith("write"));
    return new Set(writes.map(({ lane }) => lane));
  };

  it("leaves all writing to the first client", () => {
    expect(writers(false)).toEqual(new Set([0, 1, 2]));
    expect(writers(true)).toEqual(new Set([0]));
  });
});
