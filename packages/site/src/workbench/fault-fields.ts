import type { Fault } from "@fieldbook/lab";
import { make } from "../claim/dom.ts";

/** What is asked for a value of a fault: how it is called, and in what it is written. */
interface NumberField {
  readonly name: string;
  readonly label: string;
  /** How many of the fault's own units make one of those written: 1,000 µs a millisecond. */
  readonly scale: number;
}

const numberFields: readonly NumberField[] = [
  { name: "rate", label: "rate, messages in a million", scale: 1 },
  { name: "bytesPerSecond", label: "bytes a second", scale: 1 },
  { name: "drift", label: "drift, parts per million", scale: 1 },
  { name: "pick", label: "draw of the record", scale: 1 },
  { name: "by", label: "by, ms", scale: 1_000 },
  { name: "cut", label: "cut for, ms", scale: 1_000 },
  { name: "open", label: "open for, ms", scale: 1_000 },
  { name: "downtime", label: "each down for, ms", scale: 1_000 },
];

/** Of a delay that is drawn anew for each message. */
const delayFields: readonly NumberField[] = [
  { name: "value", label: "by, ms", scale: 1_000 },
  { name: "min", label: "by at least, ms", scale: 1_000 },
  { name: "max", label: "by at most, ms", scale: 1_000 },
  { name: "mean", label: "by on average, ms", scale: 1_000 },
];

type Values = Readonly<Record<string, unknown>>;

/**
 * A field for each value of a fault but its span: whom it is about, rates, delays. What does not fit is not checked here:
 * the engine refuses it and says why.
 *
 * @param id unique on the page; what has the focus is found again by it
 * @param set told of the fault as it would be
 */
export function faultFields(fault: Fault, id: string, nodes: readonly string[], set: (fault: Fault) => void): Node[] {
  const values = fault as unknown as Values;
  const change = (name: string, value: unknown): void => {
    const { [name]: _, ...rest } = values;
    // The kind stays, so the shape does: only values of the same type are put in the place of others.
    set((value === undefined ? rest : { ...values, [name]: value }) as unknown as Fault);
  };
  const fields: Node[] = [];
  for (const name of ["node", "bridge"]) {
    const value = values[name];
    if (typeof value !== "string") continue;
    fields.push(chooseNode(name, value, `${id}-${name}`, nodes, (chosen) => change(name, chosen)));
  }
  if (isSides(values["sides"])) {
    const text = values["sides"].map((side) => side.join(", ")).join(" | ");
    fields.push(textField("sides", text, `${id}-sides`, (written) => change("sides", written.split("|").map(namesOf))));
  }
  for (const name of ["from", "to"]) {
    if (name in fault || isWeather(fault)) fields.push(namesField(name, values, id, change));
  }
  for (const field of numberFields) {
    const value = values[field.name];
    if (typeof value !== "number") continue;
    fields.push(numberInput(field, value, `${id}-${field.name}`, (written) => change(field.name, written)));
  }
  const { by } = values;
  if (typeof by === "object" && by !== null) {
    for (const field of delayFields) {
      const value = (by as Values)[field.name];
      if (typeof value !== "number") continue;
      const put = (written: number): void => change("by", { ...by, [field.name]: written });
      fields.push(numberInput(field, value, `${id}-by-${field.name}`, put));
    }
  }
  return fields;
}

const isSides = (value: unknown): value is readonly (readonly string[])[] =>
  Array.isArray(value) && value.every((side) => Array.isArray(side));

/** Faults of links are about all of them where no names stand. */
const isWeather = ({ kind }: Fault): boolean =>
  ["loss", "duplication", "delay", "reordering", "clogging", "bandwidth"].includes(kind);

const namesOf = (text: string): string[] => text.split(/[\s,]+/).filter((name) => name !== "");

function namesField(name: string, values: Values, id: string, change: (name: string, value: unknown) => void): Node {
  const list = values[name];
  const text = Array.isArray(list) ? list.join(", ") : "";
  const mayBeAll = isWeather(values as unknown as Fault);
  const label = mayBeAll ? `${name} (all when empty)` : name;
  return textField(label, text, `${id}-${name}`, (written) => {
    const names = namesOf(written);
    change(name, names.length === 0 && mayBeAll ? undefined : names);
  });
}

function chooseNode(
  label: string,
  value: string,
  focus: string,
  nodes: readonly string[],
  set: (node: string) => void,
): Node {
  const options = nodes.map((node) => make("option", { value: node, selected: node === value }, node));
  const select = make("select", { "data-focus": focus }, ...options);
  select.addEventListener("change", () => set(select.value));
  return make("label", {}, `${label} `, select);
}

function textField(label: string, value: string, focus: string, set: (text: string) => void): Node {
  const input = make("input", { type: "text", value, "data-focus": focus });
  input.addEventListener("change", () => set(input.value));
  return make("label", {}, `${label} `, input);
}

function numberInput({ label, scale }: NumberField, value: number, focus: string, set: (value: number) => void): Node {
  const input = make("input", { type: "number", step: "any", value: value / scale, "data-focus": focus });
  input.addEventListener("change", () => {
    const written = Math.round(Number(input.value) * scale);
    if (input.value !== "" && Number.isFinite(written)) set(written);
    else input.value = String(value / scale);
  });
  return make("label", {}, `${label} `, input);
}
