/**
 * The body of a message, as Maelstrom writes it: a `type`, the fields of that type, and on a request `msg_id`, on an
 * answer `in_reply_to`. The two ids are filled in by the engine.
 */
export interface Body {
  readonly type: string;
  readonly msg_id?: number;
  readonly in_reply_to?: number;
}

export interface Message<Content extends Body = Body> {
  /** "n1", "n2" … for nodes, "c1", "c2" … for clients. */
  readonly src: string;
  readonly dest: string;
  readonly body: Content;
}

/** An answer that says why there is no answer; codes are Maelstrom's. */
export interface ErrorBody extends Body {
  readonly type: "error";
  readonly code: number;
  readonly text: string;
}

/** Codes after which it is certain that the operation had no effect (Maelstrom, "Errors"). */
const definiteErrors = new Set([1, 10, 11, 12, 14, 20, 21, 22, 30]);

/** Whether an error means that the operation certainly did not happen. */
export const isDefiniteError = (body: ErrorBody): boolean => definiteErrors.has(body.code);

export const isError = (body: Body): body is ErrorBody => body.type === "error";
