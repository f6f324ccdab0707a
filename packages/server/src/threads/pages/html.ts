/** HTML that is safe to send. Made by `markup` and `trusted` only. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | undefined | null | false | readonly Value[];

const signs: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export const escapeText = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => signs[sign] ?? sign);

function textOf(value: Value): string {
  if (value instanceof Html) return value.text;
  if (value === undefined || value === null || value === false) return "";
  if (typeof value === "object") return value.map(textOf).join("");
  return escapeText(String(value));
}

/** A template whose holes are escaped, unless they are HTML themselves. Attributes have to stand in quotes. */
export const markup = (parts: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Html(parts.map((part, index) => part + textOf(values[index])).join(""));

/** HTML that comes from the renderer of posts. */
export const trusted = (text: string): Html => new Html(text);
