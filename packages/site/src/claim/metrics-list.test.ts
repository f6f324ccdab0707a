import { expect, it } from "vitest";
import { metricsList } from "./metrics-list.ts";

const specs = {
  answered: { label: "share of operations answered", unit: "%", digits: 1 },
  readLatency: { label: "read latency", unit: "ms", digits: 1 },
};
const words = (html: string): string => html.replaceAll(/<[^>]*>/g, "");

it("tells each metric in this run and on average, with a blank between name and figure", () => {
  const html = metricsList(specs, { answered: 96.67, readLatency: 27.84 }, { answered: 91.5 });
  expect(words(html)).toBe(
    "share of operations answered 96.7 % in this run, 91.5 % on average\nread latency 27.8 ms in this run",
  );
});

it("leaves out what was not measured, and itself when nothing was", () => {
  expect(words(metricsList(specs, {}, { readLatency: 3 }))).toBe("read latency 3.0 ms on average");
  expect(metricsList(specs, {})).toBe("");
});
