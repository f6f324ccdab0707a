import type { Microseconds } from "@fieldbook/kernel";
import type { NamedKind, Reader } from "./reading.ts";
import { describeNode } from "./reading.ts";

/** What a text means, or why it means nothing here and what to write instead. */
type Read<Value> = { readonly value: Value } | { readonly says: string; readonly mend: string };

const wrong = (says: string, mend: string): Read<never> => ({ says, mend });

/** A reader of a single value from its text. */
function scalar<Value>(expects: string, interpret: (text: string) => Read<Value>): Reader<Value> {
  return {
    expects,
    read(node, path, reading) {
      reading.place(path, node.at);
      if (node.kind !== "scalar") {
        return reading.refuse(node.at, path, `Expected ${expects}; got ${describeNode(node)}.`, "Write one value.");
      }
      const result = interpret(node.text);
      if ("value" in result) return result.value;
      return reading.refuse(node.at, path, result.says, result.mend);
    },
  };
}

const numeral = /^[+-]?\d+(?:\.\d+)?$/;

/** A decimal number as a person writes it; the traps of YAML and of other notations are named. */
function readNumber(text: string): Read<number> {
  const quoted = `"${text}"`;
  if (/^[+-]?\d+,\d+$/.test(text))
    return wrong(`${quoted} has a comma.`, `Write ${text.replace(",", ".")}, or the digits without a mark.`);
  if (/^[+-]?0\d/.test(text)) {
    return wrong(
      `${quoted} begins with 0: some readers of YAML take that as octal.`,
      `Write ${text.replace(/0+(?=\d)/, "")}.`,
    );
  }
  if (/^[+-]?[\d.]+e[+-]?\d+$/i.test(text)) return wrong(`${quoted} has an exponent.`, "Write the digits out.");
  if (/^0[xob]/i.test(text)) return wrong(`${quoted} is not decimal.`, "Write it in decimal digits.");
  if (/^\d{1,3}([_ '’]\d{3})+$/.test(text)) {
    return wrong(`${quoted} groups its digits.`, `Write ${text.replaceAll(/\D/g, "")}.`);
  }
  if (!numeral.test(text)) return wrong(`${quoted} is no number.`, "Write digits, with a point before decimals.");
  return { value: Number(text) };
}

const bound = (value: number): string => String(value);

/** A number from `min` to `max`, both included, without a unit. */
export function number(min: number, max: number): Reader<number> {
  const expects = `a number from ${bound(min)} to ${bound(max)}`;
  return scalar<number>(expects, (text) => {
    const read = readNumber(text);
    if (!("value" in read) || (read.value >= min && read.value <= max)) return read;
    return wrong(`${text} is out of range; expected ${expects}.`, "Write a number within the range.");
  });
}

/** A whole number from `min` to `max`, both included. */
export function count(min: number, max = 1_000_000): Reader<number> {
  const expects = `a whole number from ${bound(min)} to ${bound(max)}`;
  return scalar<number>(expects, (text) => {
    const read = readNumber(text);
    if (!("value" in read)) return read;
    if (!Number.isInteger(read.value))
      return wrong(
        `${text} is no whole number; expected ${expects}.`,
        `Write ${String(Math.max(min, Math.round(read.value)))}.`,
      );
    if (read.value >= min && read.value <= max) return read;
    return wrong(`${text} is out of range; expected ${expects}.`, "Write a number within the range.");
  });
}

/** Splits "250 ms" and "40/s" into number and unit. */
function splitUnit(text: string): readonly [figure: string, unit: string] {
  const found = /^([+-]?[\d.,_]+(?:e[+-]?\d+)?)\s*(.*)$/i.exec(text);
  return found === null ? [text, ""] : [found[1] ?? "", (found[2] ?? "").trim()];
}

const units: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  ms: 1_000,
  s: 1_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/** Other ways in which people write the units. */
const otherUnits: ReadonlyMap<string, string> = new Map(
  Object.entries({
    min: ["m", "mins", "minute", "minutes"],
    s: ["S", "sec", "secs", "second", "seconds"],
    ms: ["MS", "msec", "millis", "millisecond", "milliseconds"],
    us: ["μs", "usec", "micros", "microsecond", "microseconds"],
    h: ["H", "hr", "hrs", "hour", "hours"],
    d: ["D", "day", "days"],
  }).flatMap(([unit, others]) => others.map((other) => [other, unit] as const)),
);

/** Ten years; whole microseconds up to here are exact. */
const longest = 3_650 * 86_400_000_000;

function readDuration(text: string): Read<Microseconds> {
  const [figure, unit] = splitUnit(text);
  const read = readNumber(figure);
  if (!("value" in read)) {
    return numeral.test(figure) || unit !== "" || /^[+-]?[\d.]/.test(text)
      ? read
      : wrong(`"${text}" is no duration.`, "Write a number and a unit: 250 ms, 1.5 s, 30 min, 8 h, 90 d.");
  }
  if (unit === "" && read.value === 0) return read;
  if (unit === "") return wrong(`"${text}" has no unit.`, `Write ${figure} ms, ${figure} s or ${figure} min.`);
  const factor = units[unit];
  if (factor === undefined) {
    const meant = otherUnits.get(unit);
    const mend = meant === undefined ? "The units are us, ms, s, min, h and d." : `Write ${figure} ${meant}.`;
    return wrong(`"${unit}" is no unit of time here.`, mend);
  }
  return wholeMicroseconds(text, read.value * factor);
}

function wholeMicroseconds(text: string, value: number): Read<Microseconds> {
  if (value < 0) return wrong(`"${text}" is negative; time runs forward.`, `Write ${text.slice(1)}.`);
  const whole = Math.round(value);
  // Decimals such as 1.1 s are off by less than this in binary.
  if (Math.abs(value - whole) > 1e-6 * Math.max(1, value / 1e9)) {
    return wrong(`"${text}" is no whole number of microseconds.`, "Leave out what is below a microsecond.");
  }
  if (whole > longest) return wrong(`"${text}" is longer than ten years.`, "Write at most 3650 d.");
  return { value: whole };
}

/** A duration in whole microseconds from `min` on, written with its unit. */
export function duration(min: 0 | 1 = 0): Reader<Microseconds> {
  const expects = min === 0 ? "a duration such as 250 ms" : "a duration above 0 such as 250 ms";
  return scalar(expects, (text) => {
    const read = readDuration(text);
    if (!("value" in read) || read.value >= min) return read;
    return wrong(`"${text}" is nothing; expected ${expects}.`, "Write a duration above 0.");
  });
}

const perSecond: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3_600, d: 86_400 };

/** A rate per second, above 0 unless `zero` is allowed, written as 40/s, 2400/min or 5000/h. */
export function rate(zero = false): Reader<number> {
  const expects = zero ? "a rate such as 40/s" : "a rate above 0 such as 40/s";
  return scalar<number>(expects, (text) => {
    const [figure, unit] = splitUnit(text);
    const read = readNumber(figure);
    if (!("value" in read)) return read;
    if (unit === "") return wrong(`"${text}" has no unit; expected ${expects}.`, `Write ${figure}/s.`);
    const seconds = perSecond[unit.replace(/^(\/|per)\s*/, "")];
    if (seconds === undefined || !/^(\/|per )/.test(unit)) {
      return wrong(
        `"${unit}" is no unit of a rate; expected ${expects}.`,
        `Write ${figure}/s, ${figure}/min, ${figure}/h or ${figure}/d.`,
      );
    }
    const value = read.value / seconds;
    if (value < 0) return wrong(`"${text}" is negative.`, `Write ${text.slice(1)}.`);
    if (value === 0 && !zero) return wrong(`"${text}" is nothing; expected ${expects}.`, "Write a rate above 0.");
    return value <= 1e9 ? { value } : wrong(`"${text}" is above a thousand million a second.`, "Write a smaller rate.");
  });
}

/** A share from 0 to 1, written as 2 % or 0.02. */
export function share(above: "from 0" | "above 0" = "from 0"): Reader<number> {
  const expects = above === "from 0" ? "a share from 0 % to 100 %" : "a share above 0 % up to 100 %";
  return scalar<number>(expects, (text) => {
    const [figure, unit] = splitUnit(text);
    const read = readNumber(figure);
    if (!("value" in read)) return read;
    if (unit !== "" && unit !== "%") return wrong(`"${unit}" is no unit of a share.`, `Write ${figure} %.`);
    const value = unit === "%" ? percent(figure) : read.value;
    if (value < 0) return wrong(`${text} is negative; expected ${expects}.`, "Write 0 % or more.");
    if (value === 0 && above === "above 0")
      return wrong(`${text} is nothing; expected ${expects}.`, "Write more than 0 %.");
    if (value <= 1) return { value };
    const isPercent = unit === "" && value <= 100;
    const mend = isPercent
      ? `Write ${figure} % if you mean so many in a hundred, else 1 or less.`
      : "Write at most 100 %.";
    return wrong(`${text} is more than the whole; expected ${expects}.`, mend);
  });
}

/** 99.9 % as the number that 0.999 is: dividing by 100 may miss it by a bit. */
const percent = (figure: string): number => Number(`${figure}e-2`);

/** A plain word, true or false. */
export const truth: Reader<boolean> = scalar<boolean>("true or false", (text) => {
  if (text === "true") return { value: true };
  if (text === "false") return { value: false };
  const meant = /^(yes|on|y|true)$/i.test(text) ? "true" : /^(no|off|n|false)$/i.test(text) ? "false" : undefined;
  const mend = meant === undefined ? "Write true or false." : `Write ${meant}.`;
  return wrong(`"${text}" is a word, not true or false.`, mend);
});

/** A sentence; not empty. */
export const text = (most: number): Reader<string> =>
  scalar<string>("a text", (written) => {
    if (written === "") return wrong("The text is empty.", "Write a word or take the key away.");
    if (written.length <= most) return { value: written };
    return wrong(`The text has ${String(written.length)} characters; ${String(most)} are the limit.`, "Shorten it.");
  });

/** One of a few words. */
export const word = <const Word extends string>(words: readonly Word[]): Reader<Word> =>
  scalar<Word>(words.join(" or "), (written) => {
    const known = words.find((candidate) => candidate === written);
    if (known !== undefined) return { value: known };
    return wrong(`"${written}" is not known here.`, `Write ${words.join(" or ")}.`);
  });

/** The name of something that the file declares. */
export function nameOf(...kinds: readonly NamedKind[]): Reader<string> {
  const expects = `the name of a ${kinds.join(" or ")}`;
  return {
    expects,
    read(node, path, reading) {
      reading.place(path, node.at);
      if (node.kind !== "scalar") {
        return reading.refuse(node.at, path, `Expected ${expects}; got ${describeNode(node)}.`, "Write one name.");
      }
      return reading.isDeclared(node.text, kinds, node.at, path) ? node.text : undefined;
    },
  };
}
