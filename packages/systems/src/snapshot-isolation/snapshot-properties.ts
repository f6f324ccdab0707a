import type { Finding, Outcome, Property } from "@fieldbook/engine";
import type { SnapshotState, Version } from "./snapshot-state.ts";

/** What a client was told of its transaction. */
interface Told {
  readonly index: number;
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly values: readonly number[];
  readonly start: number;
  readonly commit: number;
  readonly called: number;
  readonly returned: number;
}

/** Transactions that were answered, by what they took and returned: [reads, writes, value] and [start, commit, values]. */
function toldOf({ history }: Outcome<SnapshotState>): readonly Told[] {
  return history.flatMap(({ outcome, input, output, called, returned }, index) => {
    if (outcome !== "ok" || !Array.isArray(input) || !Array.isArray(output)) return [];
    const [reads, writes] = input as unknown as readonly [number[], number[]];
    const [start, commit, values] = output as unknown as readonly [number, number, number[]];
    return [{ index, reads, writes, values, start, commit, called, returned }];
  });
}

/** All committed versions, by key, oldest first. */
function versionsOf({ nodes }: Outcome<SnapshotState>): ReadonlyMap<number, readonly Version[]> {
  const rows = nodes.flatMap(({ state }) => [...state.rows]);
  return new Map(rows.map(([key, { versions }]) => [key, versions.toSorted((a, b) => a.commit - b.commit)]));
}

const violated = (says: string, kind: string, operations: readonly number[] = []): Finding => ({
  verdict: "violated",
  says,
  kind,
  operations,
});

/** Snapshot isolation (Berenson et al., section 4.2), decided from timestamps and committed versions. Write skew is allowed. */
export const snapshotIsolated: Property<SnapshotState> = {
  id: "snapshot-isolated",
  says: "A transaction reads what was committed when it started, and two that write one key do not overlap.",
  judge(outcome) {
    const told = toldOf(outcome);
    const versions = versionsOf(outcome);
    return (
      overlapping(versions) ??
      oddSnapshot(told, versions) ??
      notRecent(told) ?? {
        verdict: "holds",
        says: `${String(told.length)} transactions each read one snapshot.`,
      }
    );
  },
};

/** Two committed writers of one key of which neither ended before the other started: a lost update. */
function overlapping(versions: ReadonlyMap<number, readonly Version[]>): Finding | undefined {
  for (const [key, list] of versions) {
    for (const [index, later] of list.entries()) {
      const earlier = list[index - 1];
      if (earlier === undefined || later.start >= earlier.commit) continue;
      return violated(
        `On key ${String(key)} ${String(later.value)} (from ${String(later.start)} to ${String(later.commit)}) overlaps ` +
          `${String(earlier.value)} (from ${String(earlier.start)} to ${String(earlier.commit)}).`,
        "lost-update",
      );
    }
  }
  return undefined;
}

function oddSnapshot(told: readonly Told[], versions: ReadonlyMap<number, readonly Version[]>): Finding | undefined {
  for (const { reads, values, start, index } of told) {
    for (const [place, key] of reads.entries()) {
      const due = versions.get(key)?.findLast(({ commit }) => commit <= start)?.value ?? 0;
      const read = values[place]!;
      if (read === due) continue;
      return violated(
        `A transaction that started at ${String(start)} read ${String(read)} on key ${String(key)}; its snapshot has ${String(due)}.`,
        "odd-snapshot",
        [index],
      );
    }
  }
  return undefined;
}

/** Real time: what was answered before another was called is in its snapshot. */
function notRecent(told: readonly Told[]): Finding | undefined {
  for (const later of told) {
    const missed = told.find(({ returned, commit }) => returned < later.called && commit > later.start);
    if (missed === undefined) continue;
    return violated(
      `A transaction started at ${String(later.start)}, though one that committed at ${String(missed.commit)} had been answered.`,
      "old-snapshot",
      [missed.index, later.index],
    );
  }
  return undefined;
}

/** All writes of a transaction that was answered are there, and of any transaction all or none. */
export const atomic: Property<SnapshotState> = {
  id: "atomic",
  says: "Of a transaction all writes are committed or none, and those that were answered are.",
  judge(outcome) {
    const versions = versionsOf(outcome);
    const rows = new Map(outcome.nodes.flatMap(({ state }) => [...state.rows]));
    const committedAt = (key: number, start: number): number | undefined =>
      versions.get(key)?.find((version) => version.start === start)?.commit;
    for (const [key, row] of rows) {
      for (const { start, commit } of versions.get(key) ?? []) {
        const odd = [...rows].find(([other, { rolledBack }]) => other !== key && rolledBack.includes(start));
        if (odd === undefined) continue;
        return violated(
          `The transaction from ${String(start)} is committed on key ${String(key)} at ${String(commit)} and rolled back on key ${String(odd[0])}.`,
          "half-done",
        );
      }
      const { lock } = row;
      if (lock !== null && committedAt(lock.primary, lock.start) === undefined && !rows.has(lock.primary)) {
        return violated(`The lock on key ${String(key)} names a primary that was never locked.`, "no-primary");
      }
    }
    for (const { writes, start, commit, index } of toldOf(outcome)) {
      const missing = writes.find((key) => committedAt(key, start) !== commit && rows.get(key)?.lock?.start !== start);
      if (missing === undefined) continue;
      return violated(
        `A transaction was answered with ${String(commit)}, and its write of key ${String(missing)} is not there.`,
        "lost-write",
        [index],
      );
    }
    return { verdict: "holds", says: "Every transaction is there in whole or not at all." };
  },
};

/** Each operation writes a value of its own: whose a version is can be seen from it. */
export const onceIfAtAll: Property<SnapshotState> = {
  id: "once-if-at-all",
  says: "A client's transaction is committed once at most, writes what was asked, and not at all if it was refused.",
  judge(outcome) {
    const asked = new Map(
      outcome.history.flatMap(({ input, outcome: end }, index) => {
        const [, writes, value] = input as unknown as readonly [number[], number[], number];
        return [[value, { index, writes, refused: end === "fail" }] as const];
      }),
    );
    const starts = new Map<number, number>();
    for (const [key, versions] of versionsOf(outcome)) {
      for (const { value, start } of versions) {
        const operation = asked.get(value);
        const written = `${String(value)} is committed on key ${String(key)}`;
        if (operation?.writes.includes(key) !== true)
          return violated(`${written}, which nobody asked for.`, "invented");
        const { index, refused } = operation;
        if (refused) return violated(`${written}, and its client was told that it is not.`, "refused", [index]);
        const first = starts.get(value) ?? start;
        starts.set(value, first);
        if (first === start) continue;
        const both = `${String(first)} and from ${String(start)}`;
        return violated(`${written}; its transaction was carried out from ${both}.`, "twice", [index]);
      }
    }
    return { verdict: "holds", says: `${String(starts.size)} transactions are committed, each once.` };
  },
};
