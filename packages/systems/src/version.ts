/** A point in the order of writes: a counter, and the writer's name to tell equal counters apart. */
export interface Version {
  readonly counter: number;
  readonly writer: string;
}

/** Before every write. */
export const noVersion: Version = { counter: 0, writer: "" };

export function isNewer(one: Version, other: Version): boolean {
  return one.counter > other.counter || (one.counter === other.counter && one.writer > other.writer);
}
