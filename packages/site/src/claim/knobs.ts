import { fitParameters, ParameterError } from "@fieldbook/lab";
import type { AnyValues, Parameter, ParameterSpecs, ParameterValue } from "@fieldbook/lab";
import { words } from "../words/words.ts";
import { make } from "./dom.ts";

export interface KnobsOptions {
  /** Begins the ids of the controls. */
  readonly id: string;
  readonly parameters: ParameterSpecs;
  /** Shown first; the others are folded away. */
  readonly first: readonly string[];
  readonly values: AnyValues;
}

interface Knob {
  readonly name: string;
  readonly spec: Parameter;
  readonly control: HTMLInputElement | HTMLSelectElement;
  readonly error: HTMLElement;
}

/** The controls of an experiment's parameters, each with its unit, range and, when wrong, what is wrong with it. */
export class Knobs {
  readonly element: HTMLElement;
  readonly #parameters: ParameterSpecs;
  readonly #knobs: readonly Knob[];

  constructor(options: KnobsOptions) {
    this.#parameters = options.parameters;
    const rows = new Map<string, HTMLElement>();
    this.#knobs = Object.entries(options.parameters).map(([name, spec]) => {
      const knob = makeKnob(name, spec, options.id);
      rows.set(name, makeRow(knob, options.id));
      return knob;
    });
    const pick = (names: readonly string[]): HTMLElement[] => names.map((name) => rows.get(name)!);
    const rest = Object.keys(options.parameters).filter((name) => !options.first.includes(name));
    const inside = make("div", { class: "knobs-folded" }, ...pick(rest));
    const folded = make("details", { class: "knobs-rest" }, make("summary", {}, words.allParameters), inside);
    this.element = make("div", { class: "knobs" }, ...pick(options.first), ...(rest.length > 0 ? [folded] : []));
    this.set(options.values);
    // While one types, not after: a message that appears as one leaves would move the button one is about to press.
    this.element.addEventListener("input", () => this.read());
  }

  set(values: AnyValues): void {
    for (const { name, spec, control } of this.#knobs) {
      const value = values[name] ?? spec.default;
      if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = value === true;
      else control.value = String(value);
    }
    this.read();
  }

  /** The values as they stand; undefined when one of them does not fit, which is then said at its knob. */
  read(): AnyValues | undefined {
    const values: Record<string, ParameterValue> = {};
    let wrong = false;
    for (const knob of this.#knobs) {
      const problem = this.#readOne(knob, values);
      knob.error.textContent = problem ?? "";
      knob.control.setAttribute("aria-invalid", String(problem !== undefined));
      wrong ||= problem !== undefined;
    }
    return wrong ? undefined : values;
  }

  /** The first knob whose value does not fit gets the focus. */
  focusWrong(): void {
    const wrong = this.#knobs.find(({ error }) => error.textContent !== "");
    wrong?.control.closest("details")?.setAttribute("open", "");
    wrong?.control.focus();
  }

  #readOne({ name, control }: Knob, values: Record<string, ParameterValue>): string | undefined {
    const isFlag = control instanceof HTMLInputElement && control.type === "checkbox";
    const raw = isFlag ? control.checked : control.value;
    try {
      const fitted: AnyValues = fitParameters(this.#parameters, { [name]: raw });
      values[name] = fitted[name]!;
      return undefined;
    } catch (error) {
      if (error instanceof ParameterError) return error.message;
      throw error;
    }
  }
}

function makeKnob(name: string, spec: Parameter, id: string): Knob {
  const attributes = { id: `${id}-${name}`, "aria-describedby": `${id}-${name}-help ${id}-${name}-error` };
  const error = make("p", { class: "knob-error", id: `${id}-${name}-error` });
  return { name, spec, error, control: makeControl(spec, attributes) };
}

function makeControl(
  spec: Parameter,
  attributes: Readonly<Record<string, string>>,
): HTMLInputElement | HTMLSelectElement {
  if (spec.kind === "flag") return make("input", { ...attributes, type: "checkbox" });
  if (spec.kind === "choice") {
    const options = spec.options.map(({ value, label }) => make("option", { value }, label));
    return make("select", attributes, ...options);
  }
  const { min, max } = spec;
  return make("input", { ...attributes, type: "number", inputmode: "decimal", min, max, step: spec.step ?? 1 });
}

/** A knob's label with its range, the control, its unit, what turning it does, and what is wrong with it. */
function makeRow({ name, spec, control, error }: Knob, id: string): HTMLElement {
  const label = make("label", { for: `${id}-${name}` }, spec.label);
  const unit = "unit" in spec ? spec.unit : "";
  const range = "min" in spec ? words.from(spec.min, spec.max, unit) : "";
  const help = make("p", { class: "knob-help", id: `${id}-${name}-help` }, spec.help + range);
  const row = make("div", { class: `knob ${spec.kind}` }, label, control);
  row.append(make("span", { class: "knob-unit" }, unit), help, error);
  return row;
}
