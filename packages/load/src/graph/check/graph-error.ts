/** One thing that is wrong with a declaration. */
export interface GraphProblem {
  /** "services.shop.steps[1].call.to" */
  readonly path: string;
  readonly says: string;
  readonly mend: string;
}

/** A service graph that can not be run; `problems` has all that is wrong with it. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly problems: readonly GraphProblem[];

  constructor(problems: readonly GraphProblem[]) {
    super(problems.map(({ path, says, mend }) => `${path}: ${says} ${mend}`).join("\n"));
    this.problems = problems;
  }
}
