/** HTML that is safe to send. Made by `markup` and `trusted` only. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | undefined | null | false | readonly Value[];

const signs: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const special = /[&<>"']/;

export const escapeText = (text: string): string =>
  special.test(text) ? text.replaceAll(/[&<>"']/g, (sign) => signs[sign] ?? sign) : text;

function textOf(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "string") return escapeText(value);
  if (value === undefined || value === null || value === false) return "";
  if (typeof value === "number") return String(value);
  let text = "";
  for (const each of value) text += textOf(each);
  return text;
}

/** The parts of each template without the indentation of its lines: a third of a page of posts. */
const dense = new WeakMap<TemplateStringsArray, readonly string[]>();

function densely(parts: TemplateStringsArray): readonly string[] {
  let known = dense.get(parts);
  if (known === undefined) {
    known = parts.map((part) => part.replaceAll(/\n\s+/g, "\n"));
    dense.set(parts, known);
  }
  return known;
}

/** A template whose holes are escaped, unless they are HTML themselves. Attributes have to stand in quotes. */
export function markup(template: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = densely(template);
  let text = parts[0]!;
  for (let index = 0; index < values.length; index += 1) text += textOf(values[index]) + parts[index + 1]!;
  return new Html(text);
}

/** HTML that comes from the renderer of posts. */
export const trusted = (text: string): Html => new Html(text);
