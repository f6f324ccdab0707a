import { claims } from "@fieldbook/book";
import { describe, expect, it } from "vitest";
import { againstOf } from "./against.ts";
import { claimData } from "./claim-data.ts";

const data = claimData(
  claims.find(({ id }) => id === "dip-with-naive-retries")!,
  undefined,
);

describe("what a run is held against", () => {
  it("is the other side, named after what it is", () => {
    expect(againstOf(data, "claim", data.sides.claim)).toEqual({
      values: data.sides.control,
      name: "with a retry budget",
    });
    expect(againstOf(data, "control", data.sides.control)).toEqual({
      values: data.sides.claim,
      name: "every failure tried again",
    });
  });

  it("is that under the reader's own knobs", () => {
    const turned = { ...data.sides.claim, offered: 20, budget: 50 };
    expect(againstOf(data, "claim", turned).values).toEqual({ ...turned, policy: "budget" });
  });
});

it("every claim whose figure has a second line names the lines of both sides", () => {
  const nameless = claims
    .filter(({ experiment, parameters }) => experiment.picture(parameters, 1).kind !== "space-time")
    .filter(({ inFigure, control }) => inFigure === undefined || control.inFigure === undefined);
  expect(nameless.map(({ id }) => id)).toEqual([]);
});
