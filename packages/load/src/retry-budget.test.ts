import { expect, test } from "vitest";
import { RetryBudget } from "./retry-budget.ts";

test("it starts full; each first attempt earns a tenth of a retry at 10 %", () => {
  const budget = new RetryBudget({ percent: 10, burst: 2 });
  expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
  for (let attempt = 0; attempt < 9; attempt += 1) budget.earn();
  expect(budget.tokens).toBe(0.9);
  expect(budget.spend()).toBe(false);
  budget.earn();
  expect(budget.tokens).toBe(1);
  expect([budget.spend(), budget.spend()]).toEqual([true, false]);
});

test("the bucket holds no more than its burst", () => {
  const budget = new RetryBudget({ percent: 50, burst: 1 });
  for (let attempt = 0; attempt < 1_000; attempt += 1) budget.earn();
  expect(budget.tokens).toBe(1);
});

test("over n first attempts it lets through at most burst + percent · n, exactly", () => {
  const budget = new RetryBudget({ percent: 7, burst: 3 });
  let retries = 0;
  while (budget.spend()) retries += 1;
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    budget.earn();
    while (budget.spend()) retries += 1;
  }
  expect(retries).toBe(3 + 70);
});

test("a budget of 0 % with no burst lets nothing through", () => {
  const budget = new RetryBudget({ percent: 0, burst: 0 });
  budget.earn();
  expect(budget.spend()).toBe(false);
});

test("terms are whole numbers", () => {
  expect(() => new RetryBudget({ percent: 0.1, burst: 1 })).toThrow("percent is a whole number, 0 or more; got 0.1");
  expect(() => new RetryBudget({ percent: 10, burst: -1 })).toThrow("burst is a whole number, 0 or more; got -1");
});
