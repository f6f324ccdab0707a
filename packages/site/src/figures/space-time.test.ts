import type { SpaceTimePicture } from "@fieldbook/lab";
import { quorumRegisterExperiment } from "@fieldbook/lab";
import { describe, expect, it } from "vitest";
import { staleRead } from "./small-pictures.fixture.ts";
import { hasFocus, spaceTimeView } from "./space-time-view.ts";
import { describeContradiction, drawSpaceTime } from "./space-time.ts";

const whole = (picture: SpaceTimePicture): string => drawSpaceTime(picture, "figure", "whole", "wide");
const focus = (picture: SpaceTimePicture): string => drawSpaceTime(picture, "figure", "focus", "wide");

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

/** Messages of a drawing: those drawn on their own, and the pieces of the paths that hold all others of one kind. */
function countMessages(svg: string): number {
  const paths = [...svg.matchAll(/<path class="(st-(?:quiet|told)[^"]*)" d="([^"]*)"/g)];
  const lines = paths.filter(([, className]) => !className!.includes("st-tip"));
  return lines.reduce((sum, [, , d]) => sum + count(d!, /M/g), 0);
}

describe("a space-time diagram", () => {
  it("draws every message of the run once", () => {
    expect(countMessages(whole(staleRead))).toBe(staleRead.messages.length);
    const values = { readRepair: false, loss: 5, duplicates: 5, partitions: 1, crashes: 1 };
    const run = quorumRegisterExperiment.picture(values, 3) as SpaceTimePicture;
    expect(run.messages.length).toBeGreaterThan(100);
    const hidden = countMessages(whole(run)) - run.messages.length;
    expect(hidden).toBeLessThanOrEqual(0);
    // Only where the figure says so may messages be missing.
    if (hidden < 0) expect(whole(run)).toContain("drawn shorter, without messages");
  });

  it("beside another has the same scale of time and the same part in view, though only one has a contradiction", () => {
    const { contradiction: _, ...other } = { ...staleRead, duration: 90_000, messages: staleRead.messages.slice(0, 4) };
    expect(spaceTimeView(staleRead, "focus", "wide").yOf(20_000)).not.toBe(
      spaceTimeView(other, "focus", "wide").yOf(20_000),
    );
    for (const extent of ["focus", "whole"] as const) {
      const one = spaceTimeView({ ...staleRead, alongside: other }, extent, "wide");
      const two = spaceTimeView({ ...other, alongside: staleRead }, extent, "wide");
      for (let time = 0; time <= 90_000; time += 1_000) expect(one.yOf(time)).toBe(two.yOf(time));
    }
    expect(hasFocus(other)).toBe(false);
    expect(hasFocus({ ...other, alongside: staleRead })).toBe(true);
  });

  it("ends a lost message in a cross and says why, dashes a copy, and points one still on its way nowhere", () => {
    const svg = whole(staleRead);
    expect(count(svg, /class="st-lost"/g)).toBe(1);
    expect(svg).toContain("store 2: n1 → n2, sent at 12.0 ms, lost (loss)");
    expect(count(svg, /class="st-quiet delivered duplicate"/g)).toBe(1);
    expect(count(svg, /class="st-quiet in-flight"/g)).toBe(1);
  });

  it("outlines, numbers and joins what contradicts, and nothing else", () => {
    const svg = focus(staleRead);
    expect(count(svg, /<path class="st-operation [^"]*contradicts"/g)).toBe(2);
    expect(count(svg, /class="st-badge"/g)).toBe(2);
    expect(svg).toContain(">1 before 2<");
    const calm = focus({
      ...staleRead,
      operations: staleRead.operations.map((one) => ({ ...one, contradicts: false })),
    });
    expect(calm).not.toMatch(/contradicts|st-badge|st-join/);
  });

  it("names the contradicting operations in the order of their calls beside the sentence that joins them", () => {
    const told = describeContradiction(staleRead);
    expect(told).toContain(staleRead.contradiction);
    expect([...told.matchAll(/<li>([^<]*)/g)].map(([, words]) => words)).toEqual([
      "client 1: write 2, from 10.0 to 14.0 ms",
      "client 2: read → 1, from 18.0 to 24.0 ms",
    ]);
  });

  it("leaves an unanswered operation open, and marks one that failed", () => {
    const svg = whole(staleRead);
    expect(svg).toMatch(/class="st-operation lane-0 open" d="M[\d.,]+V[\d.]+H[\d.]+V[\d.]+"/);
    expect(svg).toMatch(/class="st-operation lane-1 fail" d="[^"]*z"/);
  });

  it("shows crash, partition and clock where they are", () => {
    const svg = whole(staleRead);
    expect(svg).toContain("down from 35.0 to 80.0 ms");
    expect(svg).toContain("cut: n1 | n2, 45.0 to 70.0 ms");
    expect(svg).toContain(">42 ms ahead<");
    expect(svg).toContain(">120 ppm fast<");
    expect(focus(staleRead)).not.toContain("down from");
  });

  it("says the same in words, for those who do not see it", () => {
    const svg = whole(staleRead);
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="figure-title figure-description"/);
    expect(svg).toContain(`<desc id="figure-description">${staleRead.says}</desc>`);
  });

  it("escapes whatever names and labels hold", () => {
    const hostile = '<script>alert("1")</script>';
    const svg = whole({
      ...staleRead,
      lanes: staleRead.lanes.map((lane) => ({ ...lane, label: hostile })),
      messages: staleRead.messages.map((message) => ({ ...message, label: hostile })),
      operations: staleRead.operations.map((operation) => ({ ...operation, label: hostile })),
      states: staleRead.states.map((state) => ({ ...state, text: hostile })),
      says: hostile,
    });
    expect(svg).not.toContain("<script");
    expect(svg).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
  });

  it("places everything, also when nothing happens", () => {
    const empty: SpaceTimePicture = {
      ...staleRead,
      duration: 0,
      messages: [],
      operations: [],
      crashes: [],
      partitions: [],
      states: [],
      clocks: [],
      focus: { from: 0, to: 0 },
    };
    for (const svg of [whole(staleRead), focus(staleRead), whole(empty)])
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});
