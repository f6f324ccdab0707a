import { checkNotNegative, checkPositive, checkShare } from "./ranges.ts";

/** What keeps a system from growing with its nodes. */
export interface Scalability {
  /** σ, the share of the work that only one node can do at a time; from 0 to 1. */
  readonly contention: number;
  /** κ, what each pair of nodes costs to keep agreed; at least 0. */
  readonly coherency: number;
}

/**
 * The Universal Scalability Law: how many times one node's throughput `nodes` of them bring,
 * N / (1 + σ (N − 1) + κ N (N − 1)). Gunther, "Guerrilla Capacity Planning" (2007), chapter 4. With κ = 0 it is Amdahl's
 * law: Amdahl, "Validity of the Single Processor Approach", AFIPS 1967.
 *
 * @param nodes at least 1
 * @throws RangeError for values out of range
 */
export function scaledThroughput({ contention, coherency }: Scalability, nodes: number): number {
  checkTerms({ contention, coherency });
  if (!(nodes >= 1 && nodes < Infinity)) throw new RangeError(`Nodes are 1 or more; got ${String(nodes)}.`);
  return nodes / (1 + contention * (nodes - 1) + coherency * nodes * (nodes - 1));
}

/**
 * The number of nodes with the greatest throughput, √((1 − σ) / κ); more bring less. Infinity where κ is 0, and 1 where one
 * node is best. It need not be whole.
 *
 * @throws RangeError for values out of range
 */
export function bestNodes({ contention, coherency }: Scalability): number {
  checkTerms({ contention, coherency });
  if (coherency === 0) return contention === 1 ? 1 : Infinity;
  return Math.max(1, Math.sqrt((1 - contention) / coherency));
}

/**
 * σ and κ from measured throughputs, by least squares of Gunther's linear form: N / C(N) − 1 = (σ + κ N) (N − 1), where
 * C is the throughput over that of one node; so (N/C − 1) / (N − 1) is a line in N. Terms below 0, by noise, become 0.
 *
 * @param single throughput of one node
 * @param measured throughputs of at least two different numbers of nodes above 1
 * @throws RangeError for values out of range, or fewer numbers of nodes
 */
export function fitScalability(
  single: number,
  measured: readonly { readonly nodes: number; readonly throughput: number }[],
): Scalability {
  checkPositive("The throughput of one node", single);
  const points = measured.map(({ nodes, throughput }) => {
    checkPositive("A throughput", throughput);
    if (!(nodes > 1 && nodes < Infinity)) throw new RangeError(`Nodes are above 1; got ${String(nodes)}.`);
    return { x: nodes, y: ((nodes * single) / throughput - 1) / (nodes - 1) };
  });
  if (new Set(points.map(({ x }) => x)).size < 2) {
    throw new RangeError("A fit needs throughputs of two different numbers of nodes, or more, above 1.");
  }
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const products = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const slope = products / points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const coherency = Math.max(0, slope);
  return { contention: Math.min(1, Math.max(0, meanY - coherency * meanX)), coherency };
}

function checkTerms({ contention, coherency }: Scalability): void {
  checkShare("The contention", contention);
  checkNotNegative("The coherency", coherency);
}
