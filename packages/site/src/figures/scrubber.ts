import type { SpaceTimePicture } from "@fieldbook/lab";
import { drawSpaceTime } from "./space-time.ts";
import { eventTimes, hasFocus, spaceTimeView } from "./space-time-view.ts";
import type { Extent } from "./space-time-view.ts";
import { drawStatesTable, tellingTime } from "./states-table.ts";

/**
 * Makes a space-time diagram that `drawPicture` drew step through time: a slider, a step to the event before and after, a
 * line across the figure, the table of what each node held then, and a button for the whole run.
 *
 * @param root holds the HTML of `drawPicture(picture, id)`
 */
export function attachScrubber(root: HTMLElement, picture: SpaceTimePicture, id: string): void {
  const box = root.querySelector<HTMLElement>(".figure-box");
  const held = root.querySelector<HTMLElement>(".figure-held");
  if (box === null || held === null) return;
  let extent: Extent = "focus";
  let view = spaceTimeView(picture, hasFocus(picture) ? extent : "whole");
  let stops = stopsOf();

  const slider = make("input", "scrubber-time");
  slider.type = "range";
  slider.step = "1";
  slider.setAttribute("aria-label", "Time in the run");
  const back = button("‹", "To the event before");
  const forth = button("›", "To the next event");
  const output = make("output", "scrubber-now");
  const bar = make("div", "scrubber");
  bar.append(back, slider, forth, output);
  box.after(bar);
  if (hasFocus(picture)) {
    const whole = button("Show the whole run", "");
    whole.classList.add("scrubber-extent");
    whole.addEventListener("click", () => {
      extent = extent === "focus" ? "whole" : "focus";
      whole.textContent = extent === "focus" ? "Show the whole run" : "Show the contradiction";
      view = spaceTimeView(picture, extent);
      stops = stopsOf();
      box.innerHTML = drawSpaceTime(picture, id, extent);
      reset(Number(slider.value));
    });
    bar.append(whole);
  }

  function stopsOf(): number[] {
    const inside = eventTimes(picture).filter((time) => time >= view.from && time <= view.to);
    return [...new Set([view.from, ...inside, view.to])].toSorted((one, other) => one - other);
  }

  function show(time: number): void {
    const y = String(Math.round(view.yOf(time) * 10) / 10);
    const line = box!.querySelector(".st-cursor");
    line?.setAttribute("y1", y);
    line?.setAttribute("y2", y);
    const text = `${(time / 1_000).toFixed(1)} ms`;
    output.textContent = text;
    slider.setAttribute("aria-valuetext", text);
    held!.innerHTML = drawStatesTable(picture, time);
  }

  function moveTo(time: number): void {
    slider.value = String(time);
    show(time);
  }

  function reset(time: number): void {
    slider.min = String(Math.floor(view.from));
    slider.max = String(Math.ceil(view.to));
    moveTo(Math.min(view.to, Math.max(view.from, time)));
  }

  slider.addEventListener("input", () => show(Number(slider.value)));
  back.addEventListener("click", () => moveTo(stops.findLast((stop) => stop < Number(slider.value)) ?? view.from));
  forth.addEventListener("click", () => moveTo(stops.find((stop) => stop > Number(slider.value)) ?? view.to));
  reset(tellingTime(picture));
}

function make<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function button(text: string, label: string): HTMLButtonElement {
  const made = make("button", "scrubber-button");
  made.type = "button";
  made.textContent = text;
  if (label !== "") made.setAttribute("aria-label", label);
  return made;
}
