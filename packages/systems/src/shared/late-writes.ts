import type { OperationDraws } from "@fieldbook/engine";

/**
 * Whether a client's k-th operation is a read since it has written enough: of those from then on two in three. The others
 * are as ever, so that a healed system owes an answer to writes, too.
 */
export const hasWrittenEnough = (k: number, writes: number, draws: OperationDraws): boolean =>
  k >= writes && draws.below(3, 9) > 0;
