/** Letters only: "warm-up", "warm_up" and "warmUp" are written in different styles and mean the same. */
const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** The known name that was probably meant; undefined when none is near. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const wanted = bare(written);
  const sameLetters = known.find((name) => bare(name) === wanted);
  if (sameLetters !== undefined) return sameLetters;
  const near = known
    .map((name) => ({ name, distance: editDistance(wanted, bare(name)) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(Math.min(name.length, written.length) / 3)));
  return near.toSorted((one, other) => one.distance - other.distance)[0]?.name;
}

/** Letters to add, take away, change or swap with their neighbour (Damerau 1964, restricted to one edit a place). */
function editDistance(one: string, other: string): number {
  // Names are short; whatever is longer is no slip of the finger.
  if (Math.abs(one.length - other.length) > 8 || one.length > 64) return Infinity;
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = one[i - 1] === other[j - 1] ? 0 : 1;
      const swaps = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row.push(
        Math.min(
          rows[i - 1]![j]! + 1,
          row[j - 1]! + 1,
          rows[i - 1]![j - 1]! + change,
          swaps ? rows[i - 2]![j - 2]! + 1 : Infinity,
        ),
      );
    }
    rows.push(row);
  }
  return rows[one.length]![other.length]!;
}

/** "Did you mean …" for a name that is not known, or else the list of those that are. */
export function suggest(written: string, known: readonly string[]): string {
  const near = nearestName(written, known);
  if (near !== undefined) return `Write ${near}.`;
  if (known.length === 0) return "There is none to name here.";
  return `Known here: ${known.join(", ")}.`;
}
