/** The store can not be opened, read or written as asked; the message names the place and the mend. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}
