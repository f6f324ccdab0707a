import { ContentError } from "../content-error.ts";
import type { Place } from "../content-error.ts";
import type { EditionFolder } from "./edition-folder.ts";
import type { Override, Pinned } from "./override.ts";
import { isTextOf } from "./pins.ts";

/** How an override stands to the base of today. */
export type Hold = Required<Pick<Override, "pin" | "baseThen" | "state">>;

/** What the base said when overrides were written: `base/<pin>.txt`, kept when they are pinned. */
export class BaseTexts {
  readonly #folder: EditionFolder;
  readonly #isPinning: boolean;

  /** @param isPinning a missing pin is taken from the base of today: for the command that writes pins */
  constructor(folder: EditionFolder, isPinning: boolean) {
    this.#folder = folder;
    this.#isPinning = isPinning;
  }

  /**
   * The base's words of a pin; undefined when they were not kept.
   *
   * @throws ContentError when they are not those that were pinned
   */
  text(pin: string | undefined): string | undefined {
    if (pin === undefined) return undefined;
    const file = `base/${pin}.txt`;
    if (!this.#folder.has(file)) return undefined;
    const text = this.#folder.read(file);
    if (isTextOf(pin, text)) return text;
    const place = { path: this.#folder.pathOf(file), line: 1 };
    throw new ContentError(
      place,
      "This is not the text that was pinned.",
      "Take it back from your repository's history.",
    );
  }

  /**
   * Holds an override's pin against what the base has there now; undefined when it has nothing there.
   *
   * @throws ContentError without a pin, and with one whose text was not kept
   */
  hold(pin: string | undefined, now: Pinned | undefined, place: Place): Hold {
    const mend = `Run: fieldbook edition pin ${this.#folder.given}`;
    if (pin === undefined) {
      if (now !== undefined && this.#isPinning) return { pin: now.hash, baseThen: now.text, state: "fits" };
      throw new ContentError(place, "The override does not say which text of the base it was written for.", mend);
    }
    const baseThen = this.text(pin);
    if (now !== undefined && now.hash === pin) return { pin, baseThen: now.text, state: "fits" };
    if (baseThen === undefined) {
      if (now !== undefined && this.#isPinning) return { pin: now.hash, baseThen: now.text, state: "fits" };
      const kept = this.#folder.pathOf(`base/${pin}.txt`);
      const back = `Take ${kept} back from your repository's history, or pin anew: fieldbook edition pin ${this.#folder.given}`;
      throw new ContentError(place, `The base has no text with the pin ${pin}, and ${kept} is not there.`, back);
    }
    return { pin, baseThen, state: now === undefined ? "base gone" : "base changed" };
  }
}
