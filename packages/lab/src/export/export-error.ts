/** Raised when a run can not be exported; the message says what to do. */
export class ExportError extends Error {
  override readonly name = "ExportError";
}
