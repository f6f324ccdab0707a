import { suggest } from "../../declare/nearest-name.ts";
import type { ServiceGraph } from "../declaration.ts";
import type { DurationDistribution } from "../durations/duration-distribution.ts";
import type { GraphProblem } from "./graph-error.ts";

const shown = (value: unknown): string => (typeof value === "string" ? `"${value}"` : String(value));

/** A duration in the largest unit that shows it whole: 1500 is "1500 us", 15000 is "15 ms". */
function inUnits(microseconds: number): string {
  if (microseconds % 1_000 !== 0) return `${String(microseconds)} us`;
  if (microseconds % 1_000_000 !== 0) return `${String(microseconds / 1_000)} ms`;
  return `${String(microseconds / 1_000_000)} s`;
}

/** What may be named in a graph. */
export type Named = "services" | "sources" | "zones" | "credentials";

const one: Readonly<Record<Named, string>> = {
  services: "service",
  sources: "source",
  zones: "zone",
  credentials: "credential",
};

/** A graph that is looked through; what is wrong is noted with its place and how to mend it. */
export class Checking {
  readonly problems: GraphProblem[] = [];
  readonly graph: ServiceGraph;

  constructor(graph: ServiceGraph) {
    this.graph = graph;
  }

  refuse(path: string, says: string, mend: string): void {
    this.problems.push({ path, says, mend });
  }

  /** µs, whole; nothing is said of what is absent. */
  duration(path: string, value: number | undefined, above?: "above 0"): void {
    if (value === undefined) return;
    if (Number.isSafeInteger(value) && value >= (above === undefined ? 0 : 1)) return;
    const least = above === undefined ? "0 or more" : "above 0";
    this.refuse(path, `A duration is a whole number of µs, ${least}; got ${shown(value)}.`, "Write such a number.");
  }

  count(path: string, value: number | undefined, least = 1): void {
    if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
    const mend = `Write ${String(least)} or more.`;
    this.refuse(path, `Expected a whole number, ${String(least)} or more; got ${shown(value)}.`, mend);
  }

  share(path: string, value: number | undefined, above?: "above 0"): void {
    if (value === undefined || (value >= 0 && value <= 1 && (above === undefined || value > 0))) return;
    const says = `A share is from 0 to 1${above === undefined ? "" : ", above 0"}; got ${shown(value)}.`;
    this.refuse(path, says, "Write 0.02 for 2 %.");
  }

  positive(path: string, value: number | undefined, orZero?: "or 0"): void {
    if (value === undefined || (Number.isFinite(value) && (value > 0 || (orZero !== undefined && value === 0)))) return;
    this.refuse(
      path,
      `Expected a number above 0${orZero === undefined ? "" : ", or 0"}; got ${shown(value)}.`,
      "Raise it.",
    );
  }

  /** Whether the kind is known; else nothing more can be said of the value. */
  kind(path: string, value: { readonly kind: string }, kinds: readonly string[]): boolean {
    if (kinds.includes(value.kind)) return true;
    this.refuse(`${path}.kind`, `${shown(value.kind)} is not known here.`, suggest(value.kind, kinds));
    return false;
  }

  name(path: string, name: string, ...kinds: readonly Named[]): void {
    const known = kinds.flatMap((kind) => Object.keys(this.graph[kind] ?? {}));
    if (known.includes(name)) return;
    const what = kinds.map((kind) => one[kind]).join(" or ");
    this.refuse(path, `There is no ${what} "${name}".`, suggest(name, known));
  }

  ascending(path: string, values: readonly number[], above: number): void {
    let last = above;
    values.forEach((value, index) => {
      if (value <= last) {
        const says = `${shown(value)} does not come after ${shown(last)}; values ascend.`;
        this.refuse(`${path}[${String(index)}]`, says, "Put them in order, each once.");
      }
      last = value;
    });
  }

  notEmpty(path: string, values: readonly unknown[], what: string): void {
    if (values.length === 0) this.refuse(path, `There is no ${what}.`, `Add one.`);
  }

  sharesOfAll(path: string, shares: readonly number[]): void {
    shares.forEach((value, index) => this.share(`${path}[${String(index)}]`, value));
    const sum = shares.reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) <= 1e-9) return;
    this.refuse(path, `Shares sum to 1; these to ${String(Math.round(sum * 1e9) / 1e9)}.`, "Change one of them.");
  }

  distribution(path: string, distribution: DurationDistribution | undefined): void {
    if (distribution === undefined) return;
    const kinds = [
      "constant",
      "uniform",
      "exponential",
      "erlang",
      "hyperexponential",
      "log-normal",
      "pareto",
      "weibull",
      "empirical",
    ];
    if (!this.kind(path, distribution, kinds)) return;
    switch (distribution.kind) {
      case "constant":
        return this.duration(`${path}.value`, distribution.value);
      case "uniform":
        this.duration(`${path}.min`, distribution.min);
        this.duration(`${path}.max`, distribution.max);
        return this.#notBelow(`${path}.max`, distribution.max, "min", distribution.min);
      case "exponential":
        return this.duration(`${path}.mean`, distribution.mean, "above 0");
      case "erlang":
        this.duration(`${path}.mean`, distribution.mean, "above 0");
        return this.count(`${path}.stages`, distribution.stages);
      case "hyperexponential":
        distribution.means.forEach((mean, index) => this.duration(`${path}.means[${String(index)}]`, mean, "above 0"));
        this.sharesOfAll(`${path}.shares`, distribution.shares);
        if (distribution.means.length === distribution.shares.length) return;
        return this.refuse(`${path}.shares`, "There are not as many shares as means.", "Give each mean its share.");
      case "log-normal":
        this.duration(`${path}.median`, distribution.median, "above 0");
        this.duration(`${path}.p99`, distribution.p99, "above 0");
        return this.#notBelow(`${path}.p99`, distribution.p99, "median", distribution.median);
      case "pareto":
        this.duration(`${path}.min`, distribution.min, "above 0");
        this.duration(`${path}.max`, distribution.max, "above 0");
        this.positive(`${path}.shape`, distribution.shape);
        return this.#notBelow(`${path}.max`, distribution.max ?? Infinity, "min", distribution.min);
      case "weibull":
        this.duration(`${path}.scale`, distribution.scale, "above 0");
        return this.positive(`${path}.shape`, distribution.shape);
      case "empirical":
        this.notEmpty(`${path}.values`, distribution.values, "value");
        return distribution.values.forEach((value, index) => this.duration(`${path}.values[${String(index)}]`, value));
    }
  }

  /** Of durations. */
  #notBelow(path: string, value: number, what: string, least: number): void {
    if (value >= least) return;
    const says = `${inUnits(value)} is below the ${what}, ${inUnits(least)}.`;
    this.refuse(path, says, "Exchange the two, or raise it.");
  }
}
