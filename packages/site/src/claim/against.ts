import type { Against, AnyValues } from "@fieldbook/lab";
import type { ClaimData, Side } from "./claim-data.ts";

export const otherSide = (side: Side): Side => (side === "claim" ? "control" : "claim");

/** The reader's values with what makes the side what it is: only the parameters in which the two sides differ change. */
export function valuesOfSide({ sides }: ClaimData, side: Side, values: AnyValues): AnyValues {
  const differing = Object.entries(sides[side]).filter(([name]) => sides.claim[name] !== sides.control[name]);
  return { ...values, ...Object.fromEntries(differing) };
}

/** What a run of that side is held against in its figure: the other side, under the reader's own knobs. */
export function againstOf(data: ClaimData, side: Side, values: AnyValues): Against<AnyValues> {
  const other = otherSide(side);
  return { values: valuesOfSide(data, other, values), name: data.names[other] };
}
