const namesShown = 12;

/** How many letters have to be put in, taken out or replaced (Levenshtein, 1966); O(length × length). */
function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = previous[column - 1]! + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[other.length]!;
}

/**
 * What an error offers in place of a name that does not exist: the nearest when it is likely a slip of the pen, else those
 * that there are.
 */
export function offerNames(asked: string, known: Iterable<string>): string {
  const names = [...known];
  if (names.length === 0) return "There are none yet.";
  const distances = new Map(names.map((name) => [name, editDistance(asked, name)]));
  const [nearest = ""] = names.toSorted((one, other) => distances.get(one)! - distances.get(other)!);
  if (distances.get(nearest)! <= asked.length / 3) return `Did you mean "${nearest}"?`;
  const rest = names.length - namesShown;
  return `There are: ${names.slice(0, namesShown).join(", ")}${rest > 0 ? ` and ${String(rest)} more` : ""}.`;
}
