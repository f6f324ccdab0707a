import type { Operation, Value } from "./history.ts";
import { showValue } from "./value.ts";

/**
 * An operation in a few words: "read → 2", "write 3", "cas 1→2 failed", "get x → null", "put x 5 → ?".
 * A question mark stands for an answer that is not known, or never came.
 */
export function describeOperation(operation: Operation): string {
  const { f, key, input, output, outcome } = operation;
  const words = [f];
  const isAsking = input === null && f !== "write" && f !== "put";
  if (key !== undefined) words.push(typeof key === "string" ? key : showValue(key));
  if (f === "cas" && input !== null && typeof input === "object") words.push(input.map(showValue).join("→"));
  else if (!isAsking) words.push(showValue(input));
  if (outcome === "fail") words.push("failed");
  else if (outcome === "open" || (isAsking && output === undefined)) words.push("→ ?");
  else if (output !== undefined && (isAsking || !isConfirmation(output))) words.push(`→ ${showValue(output)}`);
  return words.join(" ");
}

/** "Done" is not worth a word. */
const isConfirmation = (output: Value): boolean => output === null || output === true;
