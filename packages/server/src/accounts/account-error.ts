/** What was asked of accounts can not be done; the message is for the person who asked. */
export class AccountError extends Error {
  override readonly name = "AccountError";
  readonly problem: AccountProblem;

  constructor(message: string, problem: AccountProblem = "invalid") {
    super(message);
    this.problem = problem;
  }
}

export type AccountProblem = "invalid" | "not-allowed" | "not-found";
