/**
 * Parameters of an experiment: typed knobs, each with unit, range and default. One declaration serves the
 * page (the knob), the command line (`--param`), the link (`?nodes=3`) and the error that each of them shows.
 */

/** A whole or real number between `min` and `max`, both allowed. */
export interface NumberParameter {
  readonly kind: "integer" | "number";
  readonly label: string;
  /** What one step of the number means: "ms", "%", "requests/s"; empty for a plain count. */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** The knob's step; defaults to 1. It guides the page and is no constraint on the value. */
  readonly step?: number;
  readonly default: number;
  /** One sentence: what turning it does. */
  readonly help: string;
}

/** On or off. */
export interface FlagParameter {
  readonly kind: "flag";
  readonly label: string;
  readonly default: boolean;
  readonly help: string;
}

/** One of a few named options. */
export interface ChoiceParameter<Option extends string = string> {
  readonly kind: "choice";
  readonly label: string;
  readonly options: readonly { readonly value: Option; readonly label: string }[];
  readonly default: NoInfer<Option>;
  readonly help: string;
}

export type Parameter = NumberParameter | FlagParameter | ChoiceParameter;
export type ParameterSpecs = Readonly<Record<string, Parameter>>;
export type ParameterValue = number | boolean | string;

/** The values that a set of specs describes: number, boolean or one of the options. */
export type ValuesOf<Specs extends ParameterSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends NumberParameter
    ? number
    : Specs[Name] extends FlagParameter
      ? boolean
      : Specs[Name] extends ChoiceParameter<infer Option>
        ? Option
        : never;
};

/** Values whose specs are not known statically, as links and command lines bring them. */
export type AnyValues = Readonly<Record<string, ParameterValue>>;

/** A value that does not fit its parameter; `message` names the parameter, what was expected and what came. */
export class ParameterError extends Error {
  override readonly name = "ParameterError";
  readonly parameter: string;
  constructor(parameter: string, message: string) {
    super(message);
    this.parameter = parameter;
  }
}

/** `nodes: a whole number from 1 to 7` – the sentence that help and errors share. */
export function describeRange(spec: Parameter): string {
  if (spec.kind === "flag") return "on or off";
  if (spec.kind === "choice") return `one of ${spec.options.map((option) => option.value).join(", ")}`;
  const unit = spec.unit === "" ? "" : ` ${spec.unit}`;
  const what = spec.kind === "integer" ? "a whole number" : "a number";
  return `${what} from ${String(spec.min)} to ${String(spec.max)}${unit}`;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function fitNumber(name: string, spec: NumberParameter, raw: ParameterValue): number {
  const text = typeof raw === "string" ? raw.trim() : raw;
  const value = typeof text === "string" && decimal.test(text) ? Number(text) : text;
  const refuse = (came: string): ParameterError =>
    new ParameterError(name, `Parameter "${name}" takes ${describeRange(spec)}; got ${came}.`);
  if (typeof value !== "number" || !Number.isFinite(value))
    throw refuse(typeof raw === "string" ? JSON.stringify(raw) : String(raw));
  if (spec.kind === "integer" && !Number.isInteger(value)) throw refuse(String(raw));
  if (value < spec.min || value > spec.max) throw refuse(String(raw));
  return value;
}

const flagWords: Readonly<Record<string, boolean>> = { on: true, true: true, off: false, false: false };

function fitOne(name: string, spec: Parameter, raw: ParameterValue): ParameterValue {
  if (spec.kind === "flag") {
    const value = typeof raw === "string" ? flagWords[raw.trim().toLowerCase()] : raw;
    if (typeof value === "boolean") return value;
  } else if (spec.kind === "choice") {
    if (spec.options.some((option) => option.value === raw)) return raw;
  } else {
    return fitNumber(name, spec, raw);
  }
  throw new ParameterError(name, `Parameter "${name}" takes ${describeRange(spec)}; got ${JSON.stringify(raw)}.`);
}

/**
 * Full values from given ones: text is read as a link or a command line writes it, what is absent takes its default.
 *
 * @throws ParameterError for a name that is not a parameter, a wrong type or a value out of range.
 */
export function fitParameters<Specs extends ParameterSpecs>(
  specs: Specs,
  given: Readonly<Record<string, ParameterValue>>,
): ValuesOf<Specs> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      const known = Object.keys(specs).join(", ");
      throw new ParameterError(name, `There is no parameter "${name}"; this experiment has: ${known}.`);
    }
  }
  const values: Record<string, ParameterValue> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const raw = Object.hasOwn(given, name) ? given[name] : undefined;
    values[name] = raw === undefined ? spec.default : fitOne(name, spec, raw);
  }
  return values as ValuesOf<Specs>;
}

/** The value as links and command lines write it; `fitParameters` reads it back. */
export function writeValue(value: ParameterValue): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}
