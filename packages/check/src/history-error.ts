/** Where something stands in a text, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Raised for a history that can not be read, or that contradicts itself. The message says where, what was found, what
 * was expected, and the mend.
 */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
  /** Undefined for a history that did not come from a text. */
  readonly place: Place | undefined;

  constructor(message: string, place?: Place) {
    super(place === undefined ? message : `${describePlace(place)}: ${message}`);
    this.place = place;
  }
}

// Most histories have one operation a line: there the column says nothing.
const describePlace = ({ line, column }: Place): string =>
  column === 1 ? `Line ${line}` : `Line ${line}, column ${column}`;

/** An error about the character at `offset` of a text. */
export function errorAt(text: string, offset: number, message: string): HistoryError {
  return new HistoryError(message, new PlaceFinder(text).at(offset));
}

/** Places in a text by offset, for offsets that only grow: O(text) altogether. */
export class PlaceFinder {
  readonly #text: string;
  #line = 1;
  #lineStart = 0;
  #next: number;

  constructor(text: string) {
    this.#text = text;
    this.#next = text.indexOf("\n");
  }

  at(offset: number): Place {
    while (this.#next !== -1 && this.#next < offset) {
      this.#line += 1;
      this.#lineStart = this.#next + 1;
      this.#next = this.#text.indexOf("\n", this.#lineStart);
    }
    return { line: this.#line, column: offset - this.#lineStart + 1 };
  }
}
