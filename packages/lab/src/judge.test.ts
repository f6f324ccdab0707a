import { describe, expect, it } from "vitest";
import { runChunk } from "./campaign.ts";
import { agrees, differs, holds, violated } from "./claim.ts";
import { coin } from "./coin.fixture.ts";
import { count, describeMetric, judge } from "./judge.ts";

const tally = (values: object, seeds: number) => runChunk(coin, { ...values }, 1, seeds);

describe("holds", () => {
  const never = tally({ heads: 0 }, 200);
  it("is met when every run holds", () => {
    expect(judge(coin, holds("tails", { seeds: 200 }), never)).toMatchObject({
      met: true,
      says: "held in all 200 runs (violated in at most 1.9 % of all, 95 % confidence)",
      shownSeed: 1,
    });
  });
  it("is not met by one violated run, nor by one unknown", () => {
    expect(judge(coin, holds("tails", { seeds: 200 }), tally({ heads: 1 }, 200)).met).toBe(false);
    const unsure = judge(coin, holds("tails", { seeds: 200 }), tally({ heads: 0, unsure: true }, 200));
    expect(unsure).toMatchObject({ met: false, shownSeed: 10 });
    expect(unsure.says).toContain("held in 180 of 200 runs");
    expect(unsure.says).toContain("unknown in 20");
  });
  it("can not be met on fewer runs than it names", () => {
    expect(() => judge(coin, holds("tails", { seeds: 201 }), never)).toThrow(/over seeds 1 to 201/);
  });
});

describe("violated", () => {
  it("is met by as many runs as it asks for, and says how many with an interval", () => {
    const found = tally({ heads: 50 }, 1_000);
    const { violated: times } = found.properties["tails"]!;
    expect(judge(coin, violated("tails", { seeds: 1_000, atLeast: times }), found).met).toBe(true);
    expect(judge(coin, violated("tails", { seeds: 1_000, atLeast: times + 1 }), found).met).toBe(false);
    expect(judge(coin, violated("tails", { seeds: 1_000 }), found).says).toMatch(
      /^violated in \d+ of 1,000 runs \(4\d\.\d % to 5\d\.\d %\)$/,
    );
  });
  it("is not met when nothing is violated", () => {
    expect(judge(coin, violated("tails", { seeds: 100 }), tally({ heads: 0 }, 100)).met).toBe(false);
  });
});

describe("agrees and differs", () => {
  const found = tally({}, 1_000);
  const form = (value: number) => ({ value, formula: "100 + 20/2", seeds: 1_000 });
  it("agrees with the true mean, within an interval that is narrow enough", () => {
    const judgement = judge(coin, agrees("height", { ...form(110), within: 0.6 }), found);
    expect(judgement.met).toBe(true);
    expect(judgement.says).toMatch(/^mean height 1\d\d\.\d cm \(.* 1,000 runs\); 100 \+ 20\/2 gives 110\.0 cm$/);
  });
  it("does not agree with another figure, nor when too little was looked at", () => {
    expect(judge(coin, agrees("height", { ...form(111), within: 0.6 }), found).met).toBe(false);
    expect(judge(coin, agrees("height", { ...form(110), within: 0.1 }), found).met).toBe(false);
  });
  it("differs from another figure by the margin it names, and not from the true one", () => {
    expect(judge(coin, differs("height", { ...form(115), by: 3 }), found).met).toBe(true);
    expect(judge(coin, differs("height", { ...form(115), by: 6 }), found).met).toBe(false);
    expect(judge(coin, differs("height", { ...form(110), by: 0 }), found).met).toBe(false);
  });
});

it("says when a metric was measured too rarely for an interval, or never", () => {
  const found = tally({}, 12);
  expect(describeMetric(coin.metrics, found, "height")).toMatch(
    /^mean height 1\d\d\.\d cm \(12 runs, too few for an interval\)$/,
  );
  expect(describeMetric(coin.metrics, { ...found, metrics: {} }, "height")).toBe("no run measured the height");
});

it("writes counts with separators", () => {
  expect([7, 999, 1_000, 1_234_567].map(count)).toEqual(["7", "999", "1,000", "1,234,567"]);
});

it("does not say all of what is nearly all", () => {
  const found = { ...tally({}, 40), metrics: { up: { count: 40, mean: 99.998, squares: 0.000_01 } } };
  expect(describeMetric({ up: { label: "time up", unit: "%", digits: 2 } }, found, "up")).toBe(
    "mean time up 99.998 % (99.998 to 99.998 %, 99 % confidence, 40 runs)",
  );
});
