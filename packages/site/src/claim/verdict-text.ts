import type { Expectation, PropertyVerdict } from "@fieldbook/lab";

export interface VerdictWord {
  /** A class name, and the word itself. */
  readonly word: "holds" | "violated" | "unknown" | "agrees" | "differs";
  /** The shape that stands beside the word: never a colour alone. */
  readonly mark: string;
}

const marks = { holds: "✓", violated: "✕", unknown: "?", agrees: "✓", differs: "≠" } as const;

export const verdictWord = (word: VerdictWord["word"]): VerdictWord => ({ word, mark: marks[word] });

/** The word of one run's verdict. */
export const wordOfVerdict = ({ verdict }: PropertyVerdict): VerdictWord => verdictWord(verdict);

/** The word of a proved expectation. */
export const wordOfExpectation = ({ kind }: Expectation): VerdictWord => verdictWord(kind);

/** A figure with its unit, as its metric writes it. */
export const metricText = (value: number, spec: { readonly unit: string; readonly digits: number }): string =>
  value.toFixed(spec.digits) + (spec.unit === "" ? "" : ` ${spec.unit}`);
