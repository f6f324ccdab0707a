import { count } from "@fieldbook/lab";
import type { HeatMapPicture, TimeSeriesPicture } from "@fieldbook/lab";
import { readTimeFrame } from "./time-frame.ts";
import type { TimeFrame } from "./time-frame.ts";

type TimedPicture = TimeSeriesPicture | HeatMapPicture;

const svgNamespace = "http://www.w3.org/2000/svg";

/**
 * One cursor through all figures over time below an element: it follows the pointer over any of them and a slider, and
 * says what every line stands at.
 */
class TimeCursor {
  readonly #root: HTMLElement;
  readonly #pictures: readonly TimedPicture[];
  readonly #slider = document.createElement("input");
  readonly #says = document.createElement("output");
  readonly #frames: readonly { readonly line: SVGLineElement; readonly frame: TimeFrame }[];

  /** @param root holds the drawn figures of `pictures` */
  constructor(root: HTMLElement, pictures: readonly TimedPicture[]) {
    this.#root = root;
    this.#pictures = pictures;
    this.#frames = [...root.querySelectorAll(".time-frame")].map((group) => {
      const frame = readTimeFrame(group);
      const line = document.createElementNS(svgNamespace, "line");
      line.setAttribute("class", "time-cursor");
      line.setAttribute("y1", String(frame.top));
      line.setAttribute("y2", String(frame.bottom));
      group.append(line);
      return { line, frame };
    });
  }

  /** Puts the slider and the words behind `before`, and listens. */
  attach(before: HTMLElement): void {
    const times = this.#pictures.flatMap(({ x }) => [x[0] ?? 0, x.at(-1) ?? 0]);
    this.#slider.type = "range";
    this.#slider.className = "time-slider";
    this.#slider.min = String(Math.min(...times));
    this.#slider.max = String(Math.max(...times));
    this.#slider.step = String((this.#pictures[0]?.x[1] ?? 1) - (this.#pictures[0]?.x[0] ?? 0));
    this.#slider.setAttribute("aria-label", "Time in the run");
    this.#slider.addEventListener("input", () => this.show(Number(this.#slider.value)));
    this.#says.className = "time-says";
    before.after(this.#slider, this.#says);
    this.#root.addEventListener("pointermove", (event) => {
      const svg = (event.target as Element).closest("svg");
      const group = svg?.querySelector(".time-frame");
      if (svg === null || group === null || group === undefined) return;
      const { left, width } = svg.getBoundingClientRect();
      const frame = readTimeFrame(group);
      const place = ((event.clientX - left) / width) * svg.viewBox.baseVal.width;
      const share = (place - frame.left) / (frame.end - frame.left);
      if (share >= 0 && share <= 1) this.show(frame.from + share * (frame.to - frame.from));
    });
    this.show(Number(this.#slider.min));
  }

  /** @param time in seconds */
  show(time: number): void {
    for (const { line, frame } of this.#frames) {
      const share = (time - frame.from) / (frame.to - frame.from);
      const x = String(Math.round((frame.left + share * (frame.end - frame.left)) * 10) / 10);
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
    }
    this.#slider.value = String(time);
    this.#says.textContent = tellTime(this.#pictures, time);
    this.#slider.setAttribute("aria-valuetext", this.#says.textContent);
  }
}

/** Gives the figures over time below an element one cursor, with its slider behind the last of them. */
export function attachTimeCursor(root: HTMLElement, pictures: readonly TimedPicture[]): void {
  const last = [...root.querySelectorAll<HTMLElement>(".figure-box")].at(-1);
  if (last !== undefined) new TimeCursor(root, pictures).attach(last);
}

/** What every line of the pictures stands at, in words. */
export function tellTime(pictures: readonly TimedPicture[], time: number): string {
  const parts = pictures.flatMap((picture) => {
    const index = picture.x.findLastIndex((at) => at <= time);
    if (index < 0) return [];
    const write = (label: string, value: number | null | undefined, unit: string): string[] =>
      value === null || value === undefined ? [] : [`${label} ${figure(value)}${unit === "" ? "" : ` ${unit}`}`];
    if (picture.kind === "heat-map")
      return picture.lines.flatMap(({ label, values }) => write(label, values[index], "ms"));
    return picture.panels.flatMap(({ series, unit }) =>
      series.flatMap(({ label, values }) => write(label, values[index], unit)),
    );
  });
  return `${figure(time)} s: ${parts.length === 0 ? "nothing was measured" : parts.join(", ")}`;
}

const figure = (value: number): string =>
  Math.abs(value) >= 100 ? count(Math.round(value)) : String(Math.round(value * 100) / 100);
