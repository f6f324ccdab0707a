/** What was asked of accounts can not be done; the message is for the person who asked. */
export class AccountError extends Error {
  override readonly name = "AccountError";
}
