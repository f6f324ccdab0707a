/**
 * Where data that never changes keeps its hash (`frozen`): a property that no loop over keys sees and no copy takes along.
 * A property is found at once; a WeakMap would cost the collector of garbage a visit for each entry.
 */
export const rememberedHash: unique symbol = Symbol("hash");

/** Data that may be frozen. Whoever looks does so in place: engines remember by the place in the source what was met there. */
export interface Frozen {
  readonly [rememberedHash]?: number;
}
