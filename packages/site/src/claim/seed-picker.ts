import { maxSeed } from "@fieldbook/lab";
import { words } from "../words/words.ts";
import { make, makeButton } from "./dom.ts";
import { parseSeed } from "./run-link.ts";

/** The seed of the run that is shown: typed, one step on or back, or drawn at random. */
export class SeedPicker {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #error: HTMLElement;

  /** @param onPick called when a button has set another seed */
  constructor(id: string, seed: number, onPick: () => void) {
    const errorId = `${id}-seed-error`;
    this.#input = make("input", {
      id: `${id}-seed`,
      type: "number",
      inputmode: "numeric",
      min: 0,
      max: maxSeed,
      step: 1,
      value: seed,
      "aria-describedby": errorId,
    });
    this.#error = make("p", { class: "knob-error", id: errorId });
    this.#input.addEventListener("input", () => this.read());
    const pick = (choose: (now: number) => number): (() => void) => {
      return () => {
        this.set(choose(parseSeed(this.#input.value) ?? seed));
        onPick();
      };
    };
    this.element = make(
      "div",
      { class: "claim-seed" },
      make("label", { for: `${id}-seed` }, words.seed),
      makeButton(
        "−",
        pick((now) => Math.max(0, now - 1)),
        { "aria-label": words.seedBefore },
      ),
      this.#input,
      makeButton(
        "+",
        pick((now) => Math.min(maxSeed, now + 1)),
        { "aria-label": words.nextSeed },
      ),
      makeButton(
        words.random,
        pick(() => crypto.getRandomValues(new Uint32Array(1))[0]!),
        { "aria-label": words.randomSeed },
      ),
      this.#error,
    );
  }

  set(seed: number): void {
    this.#input.value = String(seed);
    this.read();
  }

  /** The seed as it stands; undefined when it is none, which is then said beside it. */
  read(): number | undefined {
    const seed = parseSeed(this.#input.value);
    const wrong = `A seed is a whole number from 0 to ${String(maxSeed)}; got "${this.#input.value}".`;
    this.#error.textContent = seed === undefined ? wrong : "";
    this.#input.setAttribute("aria-invalid", String(seed === undefined));
    return seed;
  }

  focus(): void {
    this.#input.focus();
  }
}
