import { RunningHash } from "@fieldbook/kernel";

/** Identifiers of spans and traces, in hexadecimal digits: 16 for a span, 32 for a trace. */
export interface SpanIdentities {
  /** The trace that begins with that handling. */
  trace(root: number): string;
  readonly runTrace: string;
  readonly run: string;
  handling(index: number): string;
  message(number: number): string;
  fault(index: number): string;
  down(index: number): string;
}

/**
 * Identifiers that follow from the hash of a run and a number. Both halves of a trace's differ between the traces of one
 * run: readers show the first digits, samplers and ids of 64 bits take the last.
 */
export function spanIdentities(traceHash: string): SpanIdentities {
  const digits = (kind: number, index: number): string => {
    const hash = new RunningHash();
    hash.add(Number.parseInt(traceHash.slice(0, 8), 16) | 0);
    hash.add(Number.parseInt(traceHash.slice(8), 16) | 0);
    hash.add(kind);
    hash.add(index);
    return hash.digest();
  };
  const trace = (root: number): string => digits(1, root) + digits(7, root);
  return {
    trace,
    runTrace: trace(-1),
    run: digits(2, 0),
    handling: (index) => digits(3, index),
    message: (number) => digits(4, number),
    fault: (index) => digits(5, index),
    down: (index) => digits(6, index),
  };
}
