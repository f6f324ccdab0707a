import type { ClaimData } from "./claim-data.ts";
import { keep, kept } from "../scripts/device.ts";
import { words } from "../words/words.ts";
import { make } from "./dom.ts";

/** What the reader expects, asked before the first run and answered after it. */
export class Guess {
  readonly element: HTMLElement;
  readonly #guess: ClaimData["guess"];
  readonly #answer = make("p", { class: "guess-answer", "aria-live": "polite" });
  readonly #choices: readonly HTMLInputElement[];

  constructor(guess: ClaimData["guess"], id: string) {
    this.#guess = guess;
    // A guess holds for its question: another question, or other options, is asked anew.
    const key = `fieldbook-guess:${id}`;
    const [question, chosen] = (kept(key) ?? "").split("\n");
    const asked = [guess.question, ...guess.options].join("|");
    this.#choices = guess.options.map((_, index) =>
      make("input", { type: "radio", name: `${id}-guess`, value: index }),
    );
    for (const choice of this.#choices) {
      choice.checked = question === asked && choice.value === chosen;
      choice.addEventListener("change", () => keep(key, `${asked}\n${choice.value}`));
    }
    const labels = guess.options.map((option, index) =>
      make("label", { class: "guess-option" }, this.#choices[index]!, option),
    );
    const options = make("div", { class: "guess-options" }, ...labels);
    const legend = make("legend", {}, words.yourGuess(guess.question));
    this.element = make("fieldset", { class: "guess" }, legend, options, this.#answer);
  }

  /** Called when a run of the claim's own parameters is over. */
  reveal(): void {
    const { options, answer } = this.#guess;
    const chosen = this.#choices.findIndex((choice) => choice.checked);
    if (chosen < 0) {
      this.#answer.textContent = words.whatHappens(options[answer]!);
      return;
    }
    const right = chosen === answer;
    this.#answer.textContent = right ? words.guessedRight(options[answer]!) : words.guessedWrong(options[answer]!);
  }
}
