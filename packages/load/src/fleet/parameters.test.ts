import { expect, test } from "vitest";
import { fleetParameters, fleetSources } from "./parameters.ts";
import { tr369Defaults } from "./reconnect-policy.ts";

test("every figure names a source, and every source is used", () => {
  const used = new Set<string>(Object.values(fleetParameters).map(({ source }) => source));
  expect([...used].sort()).toEqual(Object.keys(fleetSources).sort());
});

test("the default policy of TR-369 is made of its published defaults", () => {
  expect(tr369Defaults).toEqual({
    kind: "tr-369",
    minimumWait: fleetParameters.retryMinimumWait.value * 1_000_000,
    multiplier: fleetParameters.retryMultiplier.value,
  });
});
