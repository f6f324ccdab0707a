import { seconds } from "@fieldbook/kernel";
import { expect, test } from "vitest";
import { FleetModelError } from "./check-fleet-model.ts";
import { longOutage, smallFleet } from "./fleet.fixture.ts";
import type { FleetModel } from "./fleet-model.ts";
import { simulateFleet } from "./simulate-fleet.ts";

const problems = (model: FleetModel): string[] => {
  try {
    simulateFleet(model, 1);
  } catch (error) {
    if (error instanceof FleetModelError) return error.problems.map(({ place }) => place);
    throw error;
  }
  return [];
};

test("a good model has no problem", () => {
  expect(problems(longOutage)).toEqual([]);
});

test("every problem is named at once, with place and mend", () => {
  const model: FleetModel = {
    ...smallFleet,
    devices: 0,
    faults: [
      { kind: "outage", from: seconds(9), to: seconds(9) },
      { kind: "power", from: seconds(1), to: seconds(2), share: 1.5 },
      { kind: "outage", from: 0, to: seconds(1), region: 1 },
      { kind: "issuer", from: 0, to: seconds(1) },
    ],
  };
  expect(problems(model)).toEqual(["devices", "faults[0].to", "faults[1].share", "faults[2].region", "faults[3]"]);
  expect(() => simulateFleet(model, 1)).toThrow("faults[0].to: a fault ends after it begins; make it later than from");
  expect(() => simulateFleet(model, 1)).toThrow("there is no issuer without credentials; declare credentials");
});

test("times that are no whole number, waits too short and waves too large are refused", () => {
  const { device } = smallFleet;
  expect(problems({ ...smallFleet, duration: 0.5 })).toEqual(["duration"]);
  expect(problems({ ...smallFleet, duration: NaN })).toEqual(["duration"]);
  const none = { kind: "range", min: 0, max: 0 } as const;
  expect(problems({ ...smallFleet, device: { ...device, retry: none } })).toEqual(["device.retry.max"]);
  const shrinking = { kind: "full-jitter", base: seconds(9), cap: seconds(1) } as const;
  expect(problems({ ...smallFleet, device: { ...device, retry: shrinking } })).toEqual(["device.retry.base and cap"]);
  const rollout = {
    kind: "firmware",
    at: 0,
    waves: [1_000, 1_001],
    waveWithin: 0,
    applyTime: [0, 0],
    defect: 0,
    healthAfter: 0,
    soak: 0,
    onHalt: "stop",
  } as const;
  expect(problems({ ...smallFleet, rollout })).toEqual(["rollout.waves"]);
});
