import type { MetricSpec } from "./experiment.ts";

type Written = Pick<MetricSpec, "unit" | "digits">;

/** More digits than these after those of the metric say nothing. */
const digitsMore = 4;
const minutesPerHour = 60;

/**
 * Figures of one metric, written alike: with its digits, with more where a share just short of all or nothing would
 * otherwise be rounded to it (99.998 %), and in minutes where hours are too long a measure.
 */
export function writeFigures(figures: readonly number[], { unit, digits }: Written): { texts: string[]; unit: string } {
  if (unit === "h") {
    const largest = Math.max(0, ...figures.map(Math.abs));
    if (largest > 0 && largest < 1) {
      return { texts: figures.map((figure) => (figure * minutesPerHour).toFixed(1)), unit: "min" };
    }
  }
  const used = unit === "%" ? digitsOfShare(figures, digits) : digits;
  return { texts: figures.map((figure) => figure.toFixed(used)), unit };
}

/** A figure of a metric with its unit: "98.02 %", "0.8 min". */
export function metricText(figure: number, spec: Written): string {
  const { texts, unit } = writeFigures([figure], spec);
  return unit === "" ? texts[0]! : `${texts[0]!} ${unit}`;
}

function digitsOfShare(figures: readonly number[], digits: number): number {
  const isRoundedAway = (figure: number, at: number): boolean => {
    const written = Number(figure.toFixed(at));
    return figure > 0 && figure < 100 && (written === 0 || written === 100);
  };
  let used = digits;
  while (used < digits + digitsMore && figures.some((figure) => isRoundedAway(figure, used))) used += 1;
  return used;
}
