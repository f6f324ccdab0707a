import { ContentError } from "../content-error.ts";
import type { Place } from "../content-error.ts";
import type { EditionFolder } from "./edition-folder.ts";
import type { Override, Pinned } from "./override.ts";

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

  /** The base's words of a pin; undefined when they were not kept. */
  text(pin: string | undefined): string | undefined {
    const file = `base/${pin ?? ""}.txt`;
    return this.#folder.has(file) ? this.#folder.read(file) : undefined;
  }

  /**
   * Holds an override's pin against what the base has there now; undefined when it has nothing there.
   *
   * @throws ContentError without a pin, and with one whose text was not kept
   */
  hold(pin: string | undefined, now: Pinned | undefined, place: Place): Hold {
    const mend = `Run: fieldbook edition pin ${this.#folder.name}`;
    if (pin === undefined) {
      if (now !== undefined && this.#isPinning) return { pin: now.hash, baseThen: now.text, state: "fits" };
      throw new ContentError(place, "The override does not say which text of the base it was written for.", mend);
    }
    if (now !== undefined && now.hash === pin) return { pin, baseThen: now.text, state: "fits" };
    const baseThen = this.text(pin);
    if (baseThen === undefined) {
      if (now !== undefined && this.#isPinning) return { pin: now.hash, baseThen: now.text, state: "fits" };
      throw new ContentError(place, `The base has no text with the pin ${pin}, and none was kept.`, mend);
    }
    return { pin, baseThen, state: now === undefined ? "base gone" : "base changed" };
  }
}
