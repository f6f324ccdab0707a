import { expect, it } from "vitest";
import { metricText, writeFigures } from "./metric-text.ts";

const share = { unit: "%", digits: 2 };
const hours = { unit: "h", digits: 1 };

it("writes a figure with the digits and the unit of its metric", () => {
  expect(metricText(98.0189, share)).toBe("98.02 %");
  expect(metricText(4, { unit: "", digits: 2 })).toBe("4.00");
  expect(metricText(14.27, hours)).toBe("14.3 h");
});

it("does not round what is nearly all to all, nor what is nearly nothing to nothing", () => {
  expect(metricText(99.998, share)).toBe("99.998 %");
  expect(metricText(0.0004, share)).toBe("0.0004 %");
  expect(metricText(100, share)).toBe("100.00 %");
  expect(metricText(0, share)).toBe("0.00 %");
  expect(metricText(100 - 1e-9, share)).toBe("100.000000 %");
});

it("measures less than an hour in minutes", () => {
  expect(metricText(0.0131, hours)).toBe("0.8 min");
  expect(metricText(0, hours)).toBe("0.0 h");
});

it("writes figures that belong together alike", () => {
  expect(writeFigures([99.998, 99.9979, 99.9981], share).texts).toEqual(["99.998", "99.998", "99.998"]);
  expect(writeFigures([0.9, 1.1], hours)).toEqual({ texts: ["0.9", "1.1"], unit: "h" });
});
