const pattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const millisecondsPerDay = 86_400_000;

function toMilliseconds(day: string): number | undefined {
  const [, year, month, date] = pattern.exec(day) ?? [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  return Date.UTC(Number(year), Number(month) - 1, Number(date));
}

const toDay = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);

/** Whether the text is a day of the calendar, written YYYY-MM-DD; 2026-02-30 is none. */
export function isDay(text: string): boolean {
  const milliseconds = toMilliseconds(text);
  return milliseconds !== undefined && toDay(milliseconds) === text;
}

/** How many days the second day is after the first; negative when it is before. @throws RangeError when one is none */
export function daysBetween(first: string, second: string): number {
  const [from, to] = [first, second].map((day) => (isDay(day) ? toMilliseconds(day) : undefined));
  if (from === undefined || to === undefined) {
    throw new RangeError(`A day is written YYYY-MM-DD; got "${first}" and "${second}".`);
  }
  return (to - from) / millisecondsPerDay;
}

/** @throws RangeError when `day` is none */
export function addDays(day: string, days: number): string {
  const milliseconds = isDay(day) ? toMilliseconds(day) : undefined;
  if (milliseconds === undefined) throw new RangeError(`A day is written YYYY-MM-DD; got "${day}".`);
  return toDay(milliseconds + days * millisecondsPerDay);
}
