/** Where a command writes; results go to `out`, progress and errors to `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a line on `err` may be overwritten. */
  readonly interactive: boolean;
}

/** What a person has to mend: its message is all that is shown. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Names of the errors whose message is meant for the person at the keyboard. */
const forPeople = new Set([
  "UserError",
  "ParameterError",
  "ExperimentError",
  "HistoryError",
  "EvidenceError",
  "ExportError",
  "CampaignError",
  "ClaimError",
  "ContentError",
  "CounterexampleError",
  "DeclarationError",
  "EditError",
  "GraphError",
  "LoadError",
  "PlanError",
  "SimulationError",
  "SystemError",
  "UnknownSystemError",
]);

export const isForPeople = (error: unknown): error is Error => error instanceof Error && forPeople.has(error.name);

const marks = { holds: "✓", violated: "✕", unknown: "?" } as const;

/** "✓ holds", "✕ violated", "? unknown": a word and a shape, as on the pages. */
export const verdictText = (verdict: keyof typeof marks): string => `${marks[verdict]} ${verdict}`;

/** One line that is written over and over while something goes on; silent where that is not possible. */
export function progressLine(terminal: Terminal): { show(text: string): void; clear(): void } {
  let shown = false;
  return {
    show(text) {
      if (!terminal.interactive) return;
      shown = true;
      terminal.err(`\r\u001b[2K${text}`);
    },
    clear() {
      if (shown) terminal.err("\r\u001b[2K");
      shown = false;
    },
  };
}
