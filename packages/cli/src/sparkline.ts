const bars = "▁▂▃▄▅▆▇█";

/** A series as a line of bars, each the highest of its stretch; the highest of all is full, and a gap has none. */
export function sparkline(values: readonly (number | null)[], width = 60): string {
  const step = Math.max(1, values.length / width);
  const stretches = Array.from({ length: Math.ceil(values.length / step) }, (_, index) =>
    values.slice(Math.floor(index * step), Math.max(Math.floor(index * step) + 1, Math.floor((index + 1) * step))),
  );
  const highest = stretches.map((stretch) => {
    const present = stretch.filter((value) => value !== null);
    return present.length === 0 ? null : Math.max(...present);
  });
  const top = Math.max(0, ...highest.filter((value) => value !== null));
  return highest
    .map((value) => (value === null ? " " : bars[top === 0 ? 0 : Math.round((value / top) * (bars.length - 1))]!))
    .join("");
}
