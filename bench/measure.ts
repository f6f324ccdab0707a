/** What several repetitions of one measurement came to. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** One line of the table. */
export interface Row {
  /** Name of the bench, as `run.ts` takes it. */
  readonly bench: string;
  /** What is measured, in a few words. */
  readonly says: string;
  readonly unit: string;
  readonly ours: Summary;
  /** The other side, measured in turns with ours; absent where there is none. */
  readonly peer?: { readonly name: string; readonly measured: Summary };
  /** Ours over the peer's, repetition by repetition. */
  readonly ratio?: Summary;
  /** Of the ratio where there is one, otherwise of our median; absent where a row is for information only. */
  readonly bar?: { readonly at: "least" | "most"; readonly value: number };
}

/** @throws RangeError for no values */
export function summarise(values: readonly number[]): Summary {
  const sorted = values.toSorted((one, other) => one - other);
  const least = sorted[0];
  const most = sorted.at(-1);
  if (least === undefined || most === undefined) throw new RangeError("A summary needs at least one value.");
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, least, most };
}

/** A measurement that can be repeated; `repetition` counts from 0 and may serve as a seed. */
export type Measurement = (repetition: number) => number | Promise<number>;

/**
 * Measures two sides in turns, the one first that was second before: what changes slowly on the machine strikes both, and
 * each repetition gives a ratio of its own.
 */
export async function compare(
  repetitions: number,
  ours: Measurement,
  peer: Measurement,
): Promise<{ readonly ours: Summary; readonly peer: Summary; readonly ratio: Summary }> {
  const measured: { ours: number; peer: number }[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const oursFirst = repetition % 2 === 0;
    const early = oursFirst ? await ours(repetition) : await peer(repetition);
    const late = oursFirst ? await peer(repetition) : await ours(repetition);
    measured.push(oursFirst ? { ours: early, peer: late } : { ours: late, peer: early });
  }
  return {
    ours: summarise(measured.map((pair) => pair.ours)),
    peer: summarise(measured.map((pair) => pair.peer)),
    ratio: summarise(measured.map((pair) => pair.ours / pair.peer)),
  };
}

/** Measures one side several times. */
export async function repeat(repetitions: number, measurement: Measurement): Promise<Summary> {
  const values: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) values.push(await measurement(repetition));
  return summarise(values);
}

/** Seconds of wall time that `work` takes, and what it returns. */
export async function timed<Result>(
  work: () => Result | Promise<Result>,
): Promise<{ readonly seconds: number; readonly result: Result }> {
  const begun = performance.now();
  const result = await work();
  return { seconds: (performance.now() - begun) / 1_000, result };
}

/** Whether the bar is reached; undefined where there is none. */
export function meets({ ours, ratio, bar }: Row): boolean | undefined {
  if (bar === undefined) return undefined;
  const { median } = ratio ?? ours;
  return bar.at === "least" ? median >= bar.value : median <= bar.value;
}

/** How much is measured. */
export interface Effort {
  readonly repetitions: number;
  /** Runs that are not counted, while the compiler learns. */
  readonly warmUp: number;
  /** All sizes are divided by this. */
  readonly divisor: number;
}

/** Where a bench speaks while it works. */
export interface Listener {
  /** What it is about to do. */
  progress(text: string): void;
  /** Something that could not be measured, and why. */
  missing(text: string): void;
}

/** Measures something and returns its lines of the table. */
export type Bench = (effort: Effort, listener: Listener) => Promise<readonly Row[]>;
