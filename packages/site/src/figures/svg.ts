/** Text as it may stand in HTML and SVG, in an element or in a quoted attribute. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element with escaped attributes around markup that is escaped already. Numbers are written as `place` does. */
export function element(name: string, attributes: Attributes, content = ""): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? place(value) : escapeText(value!)}"`)
    .join("");
  return content === "" ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** An element around plain text. */
export const textElement = (name: string, attributes: Attributes, text: string): string =>
  element(name, attributes, escapeText(text));

/**
 * A coordinate as figures write it, with at most one digit after the point.
 *
 * @throws RangeError for what can not be placed: NaN or infinite
 */
export function place(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`A figure can not place ${String(value)}.`);
  return String(Math.round(value * 10) / 10);
}

/** A figure is drawn twice: for a column of text, and for a phone. The style sheet shows the one that fits. */
export type FigureSize = "wide" | "narrow";

export interface SvgOptions {
  readonly width: number;
  readonly height: number;
  /** Unique on the page. */
  readonly id: string;
  readonly className: string;
  /** A short name for the figure. */
  readonly title: string;
  /** What it shows, in words. */
  readonly description: string;
}

/** The frame of a figure: an image with a name and a description for those who do not see it. */
export function svgImage(options: SvgOptions, content: string): string {
  const { width, height, id, className, title, description } = options;
  return element(
    "svg",
    {
      class: `figure-svg ${className}`,
      viewBox: `0 0 ${place(width)} ${place(height)}`,
      width,
      height,
      role: "img",
      "aria-labelledby": `${id}-title ${id}-description`,
    },
    textElement("title", { id: `${id}-title` }, title) +
      textElement("desc", { id: `${id}-description` }, description) +
      content,
  );
}
