import { expect, test } from "vitest";
import { ServiceLedger } from "./service-ledger.ts";

/** One request that waits 10 µs and is served in 20; the tables at the end as they should be. */
function oneRequest(): ServiceLedger {
  const ledger = new ServiceLedger(100);
  ledger.moveTo(5);
  ledger.requestArrives();
  ledger.attemptSent();
  ledger.attemptEnters();
  ledger.moveTo(15);
  ledger.serviceStarts(10);
  ledger.moveTo(35);
  ledger.serviceEnds(30, 30);
  return ledger;
}

const asItShould = { succeeded: 1, failed: 0, pending: 0, waiting: 0, inService: 0, unfinishedSojourns: 0 };

test("books that balance give the totals", () => {
  expect(oneRequest().close(asItShould)).toMatchObject({ requests: 1, served: 1, waited: 10, stationArea: 30 });
});

test("a lost request is found", () => {
  const ledger = oneRequest();
  ledger.requestArrives();
  expect(() => ledger.close(asItShould)).toThrow("requests = succeeded + failed + pending: 2 ≠ 1");
});

test("a lost attempt is found", () => {
  const ledger = oneRequest();
  ledger.attemptSent();
  expect(() => ledger.close(asItShould)).toThrow("attempts = served + rejected + expired + in the station: 2 ≠ 1");
});

test("an answer counted twice is found", () => {
  expect(() => oneRequest().close({ ...asItShould, succeeded: 2, pending: -1 })).toThrow(
    "answers = requests that succeeded",
  );
});

test("a sojourn that is off by one microsecond is found", () => {
  expect(() => oneRequest().close({ ...asItShould, unfinishedSojourns: 1 })).toThrow(
    "area = sum of sojourn times: 30 ≠ 31",
  );
});
