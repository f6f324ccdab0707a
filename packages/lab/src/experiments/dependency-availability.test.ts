import { expect, test } from "vitest";
import type { AnyValues } from "../parameters.ts";
import type { OutagesPicture } from "../picture.ts";
import { dependencyAvailability } from "./dependency-availability.ts";

function picture(values: AnyValues, against?: { values: AnyValues; name: string }): OutagesPicture {
  const drawn = dependencyAvailability.picture(values, 1, against);
  if (drawn.kind !== "outages") throw new Error(`Outages were expected; got ${drawn.kind}.`);
  return drawn;
}

test("hours down a month are 720 times the unavailability", () => {
  const { metrics } = dependencyAvailability.run({}, 1);
  expect(metrics["hoursDown"]).toBeCloseTo((720 * (100 - metrics["availability"]!)) / 100, 9);
  expect(metrics["hoursDegraded"]).toBe(0);
});

test("a perfect store, soft dependencies and a second copy each keep the service up longer, under the same failures", () => {
  const up = (values: AnyValues): number => dependencyAvailability.run(values, 1).metrics["availability"]!;
  expect(up({ perfectStore: true })).toBeGreaterThan(up({}));
  expect(up({ soft: 10 })).toBeGreaterThan(up({ perfectStore: true }));
  expect(up({ copies: 2 })).toBeGreaterThan(up({ copies: 2, commonCause: 20 }));
  expect(up({ soft: 20 })).toBe(100);
});

test("more soft dependencies than there are is refused in words", () => {
  expect(() => dependencyAvailability.run({ dependencies: 5, soft: 6 }, 1)).toThrow(
    "at most as many can be soft; soft is 6",
  );
});

test("the picture has a row for each dependency and the service under them, down when a hard one is", () => {
  const { rows, duration, unit, says } = picture({ soft: 2 });
  expect([duration, unit]).toEqual([720, "h"]);
  expect(rows.map((row) => row.role)).toEqual([
    "store",
    ...Array.from({ length: 17 }, () => "hard"),
    "soft",
    "soft",
    "service",
  ]);
  const service = rows.at(-1)!;
  const hard = rows.filter((row) => row.role === "hard" || row.role === "store").flatMap((row) => row.down);
  expect(hard.length).toBeGreaterThan(0);
  for (const { from, to } of hard) {
    expect(service.down.some((outage) => outage.from <= from && to <= outage.to)).toBe(true);
  }
  expect(says).toContain(`the service is up ${service.up} of the time`);
});

test("of a hundred dependencies the store and the worst are drawn, the others counted in words; what it is held against comes last", () => {
  const against = { values: { dependencies: 100, soft: 99 }, name: "with fallbacks" };
  const { rows, says } = picture({ dependencies: 100, perfectStore: true }, against);
  expect(rows.length).toBe(22);
  expect(rows[0]).toMatchObject({ label: "store", down: [], up: "100.00 %" });
  expect(rows.slice(-2).map((row) => row.label)).toEqual(["the service", "with fallbacks"]);
  expect(says).toContain("80 dependencies with the least time down are not drawn.");
  expect(says).toMatch(/ With fallbacks: over 10 years it is up 99\.\d\d % of the time/);
});

test("a service that is nearly always up is not said to be up always, and minutes down are no 0.0 h", () => {
  const { says } = picture({ copies: 2, commonCause: 0 });
  expect(says).toMatch(/it is up 99\.99\d+ % of the time: \d\.\d min down a month/);
});
