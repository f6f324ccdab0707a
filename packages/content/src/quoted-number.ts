import type { Claim, Evidence, SideEvidence } from "@fieldbook/lab";

/** A number of the text that a claim answers for. */
export interface QuotedNumber {
  /** As written: "14.3 hours", "four times", "5 %". */
  readonly text: string;
  readonly claim: string;
  /** The metric or parameter that is quoted; undefined for what the claim is about. */
  readonly of: string | undefined;
  readonly side: keyof Evidence["sides"];
  /** As errors name the file that it is written in: the chapter's, or the edition's. */
  readonly path: string;
  /** In that file, from 1. */
  readonly line: number;
}

interface Written {
  readonly value: number;
  /** Half a unit of the last digit that is written. */
  readonly tolerance: number;
  readonly unit: string;
}

/** What evidence or a claim says of the quantity. */
interface Found {
  readonly values: readonly number[];
  readonly interval?: { readonly low: number; readonly high: number };
  readonly unit: string;
  readonly digits: number;
}

const words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** How texts write the units of metrics and parameters; a plain number may be called "times". */
const unitsInText: Readonly<Record<string, readonly string[]>> = {
  "": ["", "times"],
  h: ["h", "hours"],
  s: ["s", "seconds"],
  "requests/s": ["requests/s", "requests a second", ""],
  "%": ["%"],
  "service times": ["service times", "times", ""],
  "/s": ["/s", "a second", ""],
};

/**
 * Holds a number of the text against the evidence of its claim: it is right when it is the figure as rounded, the closed
 * form that the figure was found to agree with, or within the figure's interval. Parameters are quoted as they are.
 *
 * @returns what is wrong with it and what the evidence says; undefined when it is right
 */
export function numberProblem(number: QuotedNumber, claim: Claim, evidence: Evidence | undefined): string | undefined {
  const written = readNumber(number.text);
  if (written === undefined) return `"${number.text}" is not read as a number with its unit`;
  const found = foundFor(number, claim, evidence);
  if (typeof found === "string") return found;
  const units = unitsInText[found.unit] ?? [found.unit];
  if (!units.includes(written.unit)) {
    return `"${number.text}" is in "${written.unit}", and what it quotes is in "${found.unit}"`;
  }
  if (fits(written, found)) return undefined;
  return `the text says "${number.text}" and the evidence of "${claim.id}" ${show(found)}`;
}

/**
 * What stands in a number's place at other parameters of its claim.
 *
 * @returns the figure with its unit; undefined when the number is right there too
 */
export function numberHere(
  number: Omit<QuotedNumber, "path" | "line">,
  claim: Claim,
  evidence: Evidence | undefined,
): string | undefined {
  const written = readNumber(number.text);
  const found = foundFor(number, claim, evidence);
  if (written === undefined || typeof found === "string" || fits(written, found)) return undefined;
  return show({ ...found, values: found.values.slice(0, 1) });
}

function foundFor(
  number: Omit<QuotedNumber, "path" | "line">,
  claim: Claim,
  evidence: Evidence | undefined,
): Found | string {
  const side = evidence?.sides[number.side];
  if (side === undefined) return `there is no evidence of "${claim.id}" to hold "${number.text}" against`;
  return number.of === undefined ? subjectOf(claim, side) : quantityOf(number.of, claim, side);
}

/** What is written is decimal and what was measured is binary: half a unit is a hair wider than itself. */
const fits = ({ value, tolerance }: Written, { values, interval }: Found): boolean =>
  values.some((one) => Math.abs(one - value) <= tolerance * (1 + 1e-9)) ||
  (interval !== undefined && interval.low <= value && value <= interval.high);

const show = ({ values, unit, digits }: Found): string =>
  values.map((one) => `${one.toFixed(digits)} ${unit}`.trim()).join(" or ");

function readNumber(text: string): Written | undefined {
  const match = /^(?<digits>\d+|\d{1,3}(?:,\d{3})+)(?:\.(?<fraction>\d+))?(?: (?<unit>.+))?$/.exec(text);
  if (match?.groups !== undefined) {
    const { digits = "", fraction = "", unit = "" } = match.groups;
    const value = Number(`${digits.replaceAll(",", "")}.${fraction}`);
    return { value, tolerance: 0.5 * 10 ** -fraction.length, unit };
  }
  const [word = "", ...rest] = text.toLowerCase().split(" ");
  const value = words.indexOf(word);
  return value < 0 ? undefined : { value, tolerance: 0.5, unit: rest.join(" ") };
}

/** The share of runs that violate the property, or the mean of the metric and the closed form that it agrees with. */
function subjectOf({ experiment }: Claim, side: SideEvidence): Found | string {
  const { expect, interval } = side;
  if ("property" in expect) {
    if (side.violated === undefined) return "the evidence does not say how many runs violate the property; renew it";
    const { low, high } = interval;
    const share = { low: 100 * low, high: 100 * high };
    return { values: [(100 * side.violated) / side.runs], interval: share, unit: "%", digits: 2 };
  }
  return metricOf(expect.metric, experiment, side);
}

function metricOf(name: string, experiment: Claim["experiment"], side: SideEvidence): Found | string {
  const spec = experiment.metrics[name]!;
  const metrics: SideEvidence["metrics"] | undefined = side.metrics;
  const kept = metrics?.[name];
  if (kept === undefined) return `the evidence does not keep the metric "${name}"; renew it`;
  const { expect } = side;
  const agreed = side.met && expect.kind === "agrees" && expect.metric === name ? [expect.value] : [];
  const interval = kept.interval === undefined ? {} : { interval: kept.interval };
  return { values: [kept.mean, ...agreed], ...interval, unit: spec.unit, digits: spec.digits + 1 };
}

function quantityOf(name: string, { id, experiment }: Claim, side: SideEvidence): Found | string {
  if (Object.hasOwn(experiment.metrics, name)) return metricOf(name, experiment, side);
  const value = side.parameters[name];
  const spec = experiment.parameters[name];
  if (typeof value !== "number" || spec === undefined) {
    const known = [...Object.keys(experiment.metrics), ...Object.keys(experiment.parameters)].join(", ");
    return `the claim "${id}" has no number "${name}"; there are ${known}`;
  }
  const digits = String(value).split(".")[1]?.length ?? 0;
  return { values: [value], unit: "unit" in spec ? spec.unit : "", digits };
}
