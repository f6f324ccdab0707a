/** Why something that was asked for is not done. */
export type ThreadProblem = "not-found" | "not-allowed" | "changed" | "invalid" | "busy";

/** Something asked for is not done; the message says why and what to do. */
export class ThreadError extends Error {
  override readonly name = "ThreadError";
  readonly problem: ThreadProblem;
  /** The field at fault, where there is one: "body". */
  readonly field: string | undefined;

  constructor(problem: ThreadProblem, message: string, field?: string) {
    super(message);
    this.problem = problem;
    this.field = field;
  }
}
