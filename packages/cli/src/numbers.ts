import { UserError } from "./terminal.ts";

/** Reads an option that takes a whole number; the error names the option and what it takes. */
export function readWhole(option: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new UserError(`${option} takes a whole number from ${String(min)} to ${String(max)}; got "${text}".`);
}
