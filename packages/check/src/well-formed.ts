import { HistoryError } from "./history-error.ts";
import type { History } from "./history.ts";

/** @throws HistoryError unless the operations are in order of their calls and none returned before it was called. */
export function assertHistory(history: History): void {
  let latest = -Infinity;
  for (let index = 0; index < history.length; index += 1) {
    const { called, returned, outcome } = history[index]!;
    if (!(called >= latest)) {
      throw new HistoryError(
        `Operation ${index} was called at ${called}, before the one listed before it: sort by call.`,
      );
    }
    if (outcome !== "open" && !(returned >= called)) {
      throw new HistoryError(`Operation ${index} was called at ${called} but returned at ${returned}.`);
    }
    if (outcome === "ok" && returned === Infinity) {
      throw new HistoryError(`Operation ${index} never returned, yet its outcome is "ok": make it "open".`);
    }
    latest = called;
  }
}
