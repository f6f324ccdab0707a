/**
 * Delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 2002): a part of
 * `items` that still fails and of which no single item can be left out, as long as the budget of `fails` lasts. Leaves out
 * the latest first: what comes late is more often of no account.
 *
 * @param fails whether a part still fails; the whole is known to. May throw `OutOfBudget` to stop.
 */
export function reduceList<Item>(items: readonly Item[], fails: (part: readonly Item[]) => boolean): readonly Item[] {
  if (items.length === 0 || fails([])) return [];
  let kept = items;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = Math.floor(size / 2)) {
    let end = kept.length;
    while (end > 0) {
      const start = Math.max(0, end - size);
      const rest = [...kept.slice(0, start), ...kept.slice(end)];
      if (rest.length > 0 && fails(rest)) kept = rest;
      end = start;
    }
  }
  return kept;
}
