import type { SpaceTimePicture } from "@fieldbook/lab";
import { drawSizes } from "./draw-picture.ts";
import { milliseconds } from "./milliseconds.ts";
import { extentOf, hasFocus, spaceTimeView } from "./space-time-view.ts";
import type { Extent, SpaceTimeView } from "./space-time-view.ts";
import { drawStatesTable, tellingTime } from "./states-table.ts";
import { place } from "./svg.ts";
import { tellEvents } from "./tell-events.ts";
import type { ToldEvent } from "./tell-events.ts";

const sizes = ["wide", "narrow"] as const;

/** Of the events at one time so many are told; the others are counted. */
const toldAtOnce = 3;

/**
 * Makes a space-time diagram that `drawPicture` drew step through time: a slider, a step to the event before and after,
 * what happens there in words, a line across the figure, the table of what each node held then, and a button for the
 * whole run.
 */
export class Scrubber {
  readonly #picture: SpaceTimePicture;
  readonly #id: string;
  readonly #box: HTMLElement;
  readonly #held: HTMLElement;
  readonly #events: readonly ToldEvent[];
  readonly #slider = make("input", "scrubber-time");
  readonly #now = make("output", "scrubber-now");
  #extent: Extent;
  #views: readonly SpaceTimeView[];
  #stops: readonly number[] = [];

  /** @param root holds the HTML of `drawPicture(picture, id)` for a space-time diagram */
  constructor(root: HTMLElement, picture: SpaceTimePicture, id: string) {
    this.#picture = picture;
    this.#id = id;
    this.#box = root.querySelector<HTMLElement>(".figure-box")!;
    this.#held = root.querySelector<HTMLElement>(".figure-held")!;
    this.#events = tellEvents(picture);
    this.#extent = extentOf(picture, "focus");
    this.#views = this.#viewsOf();
  }

  /** Puts the controls under the figure. */
  attach(): void {
    this.#box.after(this.#bar(), this.#now);
    this.#frame(tellingTime(this.#picture));
  }

  #bar(): HTMLElement {
    this.#slider.type = "range";
    this.#slider.step = "any";
    this.#slider.setAttribute("aria-label", "Time in the run");
    this.#slider.addEventListener("input", () => this.#show(Number(this.#slider.value)));
    const bar = make("div", "scrubber");
    bar.append(
      button("‹", "To the event before", () => this.#step(-1)),
      this.#slider,
      button("›", "To the next event", () => this.#step(1)),
    );
    if (hasFocus(this.#picture)) {
      const extent = button("Show the whole run", "", () => {
        this.#extent = this.#extent === "focus" ? "whole" : "focus";
        extent.textContent = this.#extent === "focus" ? "Show the whole run" : "Show the contradiction";
        this.#views = this.#viewsOf();
        this.#box.innerHTML = drawSizes(this.#picture, this.#id, this.#extent);
        this.#frame(Number(this.#slider.value));
      });
      bar.append(extent);
    }
    return bar;
  }

  readonly #viewsOf = (): SpaceTimeView[] => sizes.map((size) => spaceTimeView(this.#picture, this.#extent, size));

  /** Fits the slider to the view, and shows the time in it that is nearest. */
  #frame(time: number): void {
    const { from, to } = this.#views[0]!;
    const inside = this.#events.filter((event) => event.time >= from && event.time <= to);
    this.#stops = [...new Set([from, ...inside.map((event) => event.time), to])];
    this.#slider.min = String(from);
    this.#slider.max = String(to);
    this.#moveTo(Math.min(to, Math.max(from, time)));
  }

  #step(way: 1 | -1): void {
    const now = Number(this.#slider.value);
    const next = way === 1 ? this.#stops.find((stop) => stop > now) : this.#stops.findLast((stop) => stop < now);
    if (next !== undefined) this.#moveTo(next);
  }

  #moveTo(time: number): void {
    this.#slider.value = String(time);
    this.#show(time);
  }

  #show(time: number): void {
    for (const [index, size] of sizes.entries()) {
      const line = this.#box.querySelector(`.figure-${size} .st-cursor`);
      const y = place(this.#views[index]!.yOf(time));
      line?.setAttribute("y1", y);
      line?.setAttribute("y2", y);
    }
    const says = this.#happening(time);
    this.#now.textContent = `${milliseconds(time)} ms${says === "" ? "" : `: ${says}`}`;
    this.#slider.setAttribute("aria-valuetext", this.#now.textContent);
    this.#held.innerHTML = drawStatesTable(this.#picture, time);
  }

  #happening(time: number): string {
    const here = this.#events.filter((event) => event.time === time).map(({ says }) => says);
    const more = here.length - toldAtOnce;
    return [...here.slice(0, toldAtOnce), ...(more > 0 ? [`${String(more)} more`] : [])].join("; ");
  }
}

function make<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function button(text: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = make("button", "scrubber-button");
  made.type = "button";
  made.textContent = text;
  if (label !== "") made.setAttribute("aria-label", label);
  made.addEventListener("click", onClick);
  return made;
}
