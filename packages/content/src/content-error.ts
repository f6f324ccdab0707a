/** Where in the handbook's text something is wrong. */
export interface Place {
  /** As people know the file: `book/operate/ducks-in-a-row.md`. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** The handbook's text is wrong; the message is one line: `path:line: problem Mend.` */
export class ContentError extends Error {
  override readonly name = "ContentError";
  readonly path: string;
  readonly line: number;
  readonly problem: string;
  readonly mend: string;

  /** @param problem and @param mend are whole sentences */
  constructor(place: Place, problem: string, mend: string) {
    super(`${place.path}:${String(place.line)}: ${problem} ${mend}`);
    this.path = place.path;
    this.line = place.line;
    this.problem = problem;
    this.mend = mend;
  }
}
