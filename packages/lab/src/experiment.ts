import type { AnyValues, ParameterSpecs, ValuesOf } from "./parameters.ts";
import { fitParameters } from "./parameters.ts";
import type { Picture } from "./picture.ts";

/** `unknown` says which bound was reached before an answer was found. */
export interface PropertyVerdict {
  readonly verdict: "holds" | "violated" | "unknown";
  /** One sentence for people, with the numbers of this run. */
  readonly says: string;
}

/** One run, without its recording: small enough to keep for every seed of a campaign. */
export interface RunResult {
  readonly verdicts: Readonly<Record<string, PropertyVerdict>>;
  readonly metrics: Readonly<Record<string, number>>;
  /** 16 hexadecimal digits; equal for equal (experiment, parameters, seed) on every machine. */
  readonly traceHash: string;
  /** How many events were handled. */
  readonly events: number;
}

export interface PropertySpec {
  /** "Each read returns the latest completed write." */
  readonly says: string;
}

export interface MetricSpec {
  readonly label: string;
  /** "%", "requests/s", "h"; empty for a plain number. */
  readonly unit: string;
  /** Digits after the point when shown. */
  readonly digits: number;
}

/** Another run of the same seed, drawn in grey behind the one that is shown. */
export interface Against<Values> {
  readonly values: Values;
  /** What the figure calls it: "with a retry budget". */
  readonly name: string;
}

/** A system or load model, its workload, faults and checks, with typed parameters. */
export interface Experiment<Specs extends ParameterSpecs = ParameterSpecs> {
  readonly id: string;
  readonly title: string;
  /** One or two sentences: what is simulated. */
  readonly summary: string;
  /** What the model does not contain, said beside every result. */
  readonly leavesOut: string;
  readonly parameters: Specs;
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly metrics: Readonly<Record<string, MetricSpec>>;
  /** A sentence when values that are each in range do not go together ("read 3 of 2 nodes"); undefined when they do. */
  validate?(values: ValuesOf<Specs>): string | undefined;
  /**
   * One run. Pure: no clock, no chance but the seed, no I/O.
   *
   * @param wanted the properties that must be decided; others may be left out of the verdicts. All when absent.
   */
  run(values: ValuesOf<Specs>, seed: number, wanted?: readonly string[]): RunResult;
  /**
   * The same run again, recorded for the figure.
   *
   * @param against drawn in grey where the figure has room for it
   * @param property the one whose violation is marked; when absent, the first of the experiment's that is violated
   */
  picture(values: ValuesOf<Specs>, seed: number, against?: Against<ValuesOf<Specs>>, property?: string): Picture;
}

/** An experiment that takes values as links and command lines bring them; made by `defineExperiment` and nowhere else. */
export interface AnyExperiment extends Omit<Experiment, "validate" | "run" | "picture"> {
  /** @throws ParameterError */
  validate(values: AnyValues): string | undefined;
  /** @throws ParameterError or ExperimentError when the values do not fit or the seed is none */
  run(values: AnyValues, seed: number, wanted?: readonly string[]): RunResult;
  /** @throws ParameterError or ExperimentError when the values do not fit or the seed is none */
  picture(values: AnyValues, seed: number, against?: Against<AnyValues>, property?: string): Picture;
}

/** Seeds are whole numbers from 0 to 2^32 − 1. */
export const maxSeed = 0xffff_ffff;

/** A run was asked for that cannot be; the message says what is wrong and how to mend it. */
export class ExperimentError extends Error {
  override readonly name = "ExperimentError";
}

/**
 * Declares an experiment. The result accepts values that came from a link or a command line: every entry point fits
 * and validates them first.
 */
export function defineExperiment<const Specs extends ParameterSpecs>(definition: Experiment<Specs>): AnyExperiment {
  const check = (given: AnyValues, seed: number): ValuesOf<Specs> => {
    if (!Number.isInteger(seed) || seed < 0 || seed > maxSeed) {
      throw new ExperimentError(`A seed is a whole number from 0 to ${String(maxSeed)}; got ${String(seed)}.`);
    }
    return fitAll(given);
  };
  const fitAll = (given: AnyValues): ValuesOf<Specs> => {
    const values = fitParameters(definition.parameters, given);
    const problem = definition.validate?.(values);
    if (problem !== undefined) throw new ExperimentError(problem);
    return values;
  };
  return {
    ...definition,
    validate: (given: AnyValues) => definition.validate?.(fitParameters(definition.parameters, given)),
    run: (given: AnyValues, seed: number, wanted?: readonly string[]) =>
      definition.run(check(given, seed), seed, wanted),
    picture: (given: AnyValues, seed: number, against?: Against<AnyValues>, property?: string) => {
      const fitted = against === undefined ? undefined : { values: fitAll(against.values), name: against.name };
      return definition.picture(check(given, seed), seed, fitted, property);
    },
  };
}
