import type { DrawnFault, SpaceTimePicture } from "@fieldbook/lab";
import { findSystem, systemPicture } from "@fieldbook/lab";
import { describe, expect, it } from "vitest";
import { drawSpaceTime, explainDiagram } from "./space-time.ts";
import { gutterOf } from "./space-time-view.ts";

const system = findSystem("quorum-register");
const plan = system.plan({}, 7);
const picture = systemPicture(system, system.run(plan, 7, { record: true }));
const bars = (drawn: string): readonly string[] =>
  [...drawn.matchAll(/class="st-fault (\w+)"/g)].map(([, family]) => family!);

const fault = (from: number, to: number, lanes: readonly number[] = []): DrawnFault => ({
  index: 0,
  family: "weather",
  kind: "loss",
  from,
  to,
  instant: false,
  lanes,
  label: "loss",
  says: "loss on all links",
});
const withFaults = (...faults: readonly DrawnFault[]): SpaceTimePicture => ({ ...picture, faults });

describe("faults in a space-time diagram", () => {
  it.each(["wide", "narrow"] as const)(
    "are all drawn, each in one way: as a bar, a band or a broken lane, %s",
    (size) => {
      const drawn = drawSpaceTime(picture, "run", "whole", size);
      const barred = (picture.faults ?? []).filter(
        ({ family, kind }) => family !== "cut" && kind !== "crash" && kind !== "wipe",
      );
      const expected = barred.flatMap(({ family, lanes }) => (lanes.length === 0 ? [family] : lanes.map(() => family)));
      expect(bars(drawn).toSorted()).toEqual(expected.toSorted());
      expect(new Set(expected).size).toBeGreaterThan(2);
    },
  );

  it("are told in words, all of them", () => {
    const told = explainDiagram(picture);
    expect(told.match(/<li>/g)).toHaveLength(picture.faults!.length);
    expect(explainDiagram({ ...picture, faults: [] })).not.toContain("Narrow bars");
  });

  it("that strike all stand beside each other where they overlap, and below each other where they do not", () => {
    const slots = gutterOf(withFaults(fault(0, 10), fault(5, 15), fault(10, 20), fault(30, 40))).map(
      ([, slot]) => slot,
    );
    expect(slots).toEqual([0, 1, 0, 0]);
  });

  it("of one node never cover each other while there is room, and name their place in the plan", () => {
    const node = picture.lanes.length - 1;
    const three = [fault(0, 100_000, [node]), fault(10_000, 60_000, [node]), fault(20_000, 30_000, [node])];
    const drawn = drawSpaceTime(
      withFaults(...three.map((one, index) => ({ ...one, index: index + 4 }))),
      "run",
      "whole",
      "wide",
    );
    const found = [...drawn.matchAll(/<g data-fault="(\d+)">.*?<rect class="st-fault weather" x="([\d.]+)"/g)];
    expect(found.map(([, index]) => index)).toEqual(["4", "5", "6"]);
    const places = found.map(([, , x]) => Number(x)).toSorted((one, other) => one - other);
    expect(places[1]! - places[0]!).toBeGreaterThan(5);
    expect(places[2]! - places[1]!).toBeGreaterThan(5);
  });

  it("of one node take the same place again when the one before is over", () => {
    const node = picture.lanes.length - 1;
    const drawn = drawSpaceTime(
      withFaults(fault(0, 10_000, [node]), fault(10_000, 20_000, [node])),
      "run",
      "whole",
      "wide",
    );
    const places = [...drawn.matchAll(/<rect class="st-fault weather" x="([\d.]+)"/g)].map(([, x]) => x);
    expect(places).toHaveLength(2);
    expect(new Set(places).size).toBe(1);
  });

  it("widen the figure by what they need, and not more", () => {
    const width = (of: SpaceTimePicture): number =>
      Number(/viewBox="0 0 ([\d.]+)/.exec(drawSpaceTime(of, "run", "whole", "wide"))![1]);
    expect(width(withFaults(fault(0, 10), fault(5, 15))) - width(withFaults())).toBe(16);
    expect(width(withFaults(fault(0, 10, [picture.lanes.length - 1])))).toBe(width(withFaults()));
  });
});
