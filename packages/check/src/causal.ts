import { CausalOrder } from "./causal-order.ts";
import type { History, Operation, Value } from "./history.ts";
import { showValue, valueKey } from "./value.ts";
import type { ValueKey } from "./value.ts";
import type { Contradiction } from "./verdict.ts";
import { assertHistory } from "./well-formed.ts";

/** The four patterns of which one is in every history of reads and writes that is not causally consistent. */
export type CausalPattern = "CyclicCO" | "ThinAirRead" | "WriteCOInitRead" | "WriteCORead";

export type CausalVerdict =
  | { readonly verdict: "holds" }
  | { readonly verdict: "violated"; readonly pattern: CausalPattern; readonly contradiction: Contradiction }
  /** It is not known which write a value came from, or an operation is neither read nor write. */
  | { readonly verdict: "unknown"; readonly says: string };

export interface CausalOptions {
  /** The value of every register before it is written; null when absent. */
  readonly initial?: Value;
}

/**
 * Whether a history of a register, or of a map of registers, is causally consistent: whether what each process reads
 * agrees with some order that keeps the order of each process and puts every write before the reads that saw it.
 *
 * The criterion is CC of Bouajjani, Enea, Guerraoui and Hamza; deciding it is NP-complete in general but takes
 * O(n × processes × log n) where every value is written once to a key, which is what this function needs. The causal
 * order CO is the transitive closure of program order and reads-from. Bad patterns: CO has a cycle (CyclicCO); a value
 * is read that was never written (ThinAirRead); the initial value is read after a write in CO (WriteCOInitRead); a
 * value is read that was replaced in CO before the read (WriteCORead).
 *
 * An open write counts if its value was read. Reads whose answer is not known, and what failed, are left out. A value
 * that was written twice to a key, and read, leaves the verdict `unknown` unless the rest is violated already.
 *
 * @param history reads and writes (or get and put), in order of calls
 * @throws HistoryError when the history is not well formed
 * @see A. Bouajjani, C. Enea, R. Guerraoui, J. Hamza, "On Verifying Causal Consistency", POPL 2017, Table 2
 */
export function checkCausal(history: History, { initial = null }: CausalOptions = {}): CausalVerdict {
  assertHistory(history);
  const other = history.findIndex(
    (operation) => operation.outcome !== "fail" && !isRead(operation) && !isWrite(operation),
  );
  if (other !== -1) {
    const says = `Causal consistency is decided for reads and writes; operation ${other} is a ${history[other]!.f}.`;
    return { verdict: "unknown", says };
  }
  const reads = new ReadsFrom(history, initial);
  const { thinAir } = reads;
  if (thinAir !== undefined) {
    const says = `${nameOf(history[thinAir]!)} has no source: nothing wrote ${showValue(history[thinAir]!.output ?? null)}.`;
    return violated("ThinAirRead", [thinAir], says);
  }
  const order = new CausalOrder(history, reads.members(), reads.source);
  const cycle = order.cycle();
  if (cycle !== undefined) {
    const says = `Each of these operations comes causally before the next, and the last before the first: ${list(history, cycle)}.`;
    return violated("CyclicCO", cycle, says);
  }
  return findStaleRead(history, reads, order) ?? undecidedOrHolds(history, reads);
}

function undecidedOrHolds(history: History, { ambiguous }: ReadsFrom): CausalVerdict {
  if (ambiguous === undefined) return { verdict: "holds" };
  const says = `It is not known which write ${nameOf(history[ambiguous]!)} saw: there is more than one of that value.`;
  return { verdict: "unknown", says: capitalised(says) };
}

function findStaleRead(history: History, reads: ReadsFrom, order: CausalOrder): CausalVerdict | undefined {
  for (const read of reads.known) {
    const source = reads.source.get(read);
    for (const write of order.latestWritesBefore(read)) {
      if (write === source || (source !== undefined && !order.precedes(source, write))) continue;
      const seen = nameOf(history[read]!);
      const replaced = nameOf(history[write]!);
      const after = order.path(write, read);
      if (source === undefined) {
        const says = `${seen} saw the value at first, although ${replaced} comes causally before it.`;
        return violated("WriteCOInitRead", after, says);
      }
      const says = `${seen} saw a value that ${replaced} had replaced: that write comes causally after ${nameOf(history[source]!)}, and before the read.`;
      return violated("WriteCORead", [...order.path(source, write), ...after], says);
    }
  }
  return undefined;
}

/** Which write each read saw. */
class ReadsFrom {
  /** Per read of a value that one write wrote: that write. */
  readonly source = new Map<number, number>();
  /** The reads whose source is known: a write, or the value at first. */
  readonly known: number[] = [];
  thinAir: number | undefined;
  /** A read that may have seen one of several writes. */
  ambiguous: number | undefined;
  readonly #history: History;

  constructor(history: History, initial: Value) {
    this.#history = history;
    const writes = new Map<string, number[]>();
    history.forEach((operation, index) => {
      if (operation.outcome === "fail" || !isWrite(operation)) return;
      const key = registerAndValue(operation, operation.input);
      const known = writes.get(key);
      if (known === undefined) writes.set(key, [index]);
      else known.push(index);
    });
    history.forEach((operation, index) => {
      const { output, outcome } = operation;
      if (outcome !== "ok" || !isRead(operation) || output === undefined) return;
      const sources = writes.get(registerAndValue(operation, output)) ?? [];
      const isInitial = valueKey(output) === valueKey(initial);
      const [source] = sources;
      if (source === undefined && !isInitial) this.thinAir ??= index;
      else if (sources.length + (isInitial ? 1 : 0) > 1) this.ambiguous ??= index;
      else {
        this.known.push(index);
        if (source !== undefined) this.source.set(index, source);
      }
    });
  }

  /** The operations that the causal order is about: what was completed, and open writes that someone saw. */
  members(): readonly number[] {
    const seen = new Set(this.source.values());
    return [...this.#history.keys()].filter((index) => this.#history[index]!.outcome === "ok" || seen.has(index));
  }
}

const isRead = ({ f }: Operation): boolean => f === "read" || f === "get";
const isWrite = ({ f }: Operation): boolean => f === "write" || f === "put";

function registerAndValue({ key }: Operation, value: Value): string {
  const text = (part: ValueKey): string => JSON.stringify([typeof part, String(part)]);
  return text(key === undefined ? null : valueKey(key)) + text(valueKey(value));
}

function violated(pattern: CausalPattern, operations: readonly number[], says: string): CausalVerdict {
  const ascending = [...new Set(operations)].sort((one, other) => one - other);
  return { verdict: "violated", pattern, contradiction: { operations: ascending, says: capitalised(says) } };
}

const capitalised = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

function nameOf(operation: Operation): string {
  const { f, key, process } = operation;
  const value = showValue((isRead(operation) ? operation.output : operation.input) ?? null);
  return `the ${f} of ${value}${key === undefined ? "" : ` on key ${showValue(key)}`} by process ${process}`;
}

const list = (history: History, indexes: readonly number[]): string =>
  indexes.map((index) => nameOf(history[index]!)).join(", ");
