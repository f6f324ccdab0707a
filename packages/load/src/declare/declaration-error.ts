/** A place in a file; line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** Set where the place is not in the file but in a value that was set over it: the path that was set. */
  readonly setAt?: string;
}

/** One thing that is wrong in a declaration, with all that is needed to mend it. */
export interface DeclarationProblem extends Position {
  readonly file: string;
  /** "services.shop.steps[0].call.timeout"; empty when the file as a whole is meant. */
  readonly path: string;
  /** What came and what was expected, as one sentence. */
  readonly says: string;
  /** What to write instead, as one sentence. */
  readonly mend: string;
}

/** A declaration that can not be used; `problems` has everything that is wrong with it, in the order of the file. */
export class DeclarationError extends Error {
  override readonly name = "DeclarationError";
  readonly problems: readonly DeclarationProblem[];

  constructor(problems: readonly DeclarationProblem[]) {
    super(explainProblems(problems));
    this.problems = problems;
  }
}

const explainProblems = (problems: readonly DeclarationProblem[]): string => {
  const told = problems.map(explainProblem).join("\n");
  if (problems.length === 1) return told;
  return `${String(problems.length)} things are wrong.\n${told}`;
};

/** "shop.yaml:12:9: services.shop.instances: …", the form that editors make a link of. */
function explainProblem({ file, line, column, setAt, path, says, mend }: DeclarationProblem): string {
  const where = setAt === undefined ? `${file}:${String(line)}:${String(column)}: ` : "Of what was set: ";
  return `${where}${path === "" ? "" : `${path}: `}${says} ${mend}`;
}
