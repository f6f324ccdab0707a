/**
 * Adds headers to an answer that is there already. `context.header` would make a new answer of it for each, whose body is
 * then sent as a stream: half as fast for a page of 100 kB.
 */
export function addHeaders(context: { readonly res: Response }, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
}
