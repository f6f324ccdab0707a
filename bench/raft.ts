import type { Bench, Row } from "./measure.ts";
import { repeat, timed } from "./measure.ts";
import { handledEvents, runRaft } from "./raft-load.ts";

/** Virtual seconds of one run. */
const spanWanted = 1_000;
const bar = { at: "least", value: 2_500_000 } as const;

const ways = [
  { record: false, says: "five nodes under faults, trace hashed" },
  { record: true, says: "five nodes under faults, trace hashed and kept" },
] as const;

/** Events a second that five nodes of Raft and their clients handle, on one thread. */
export const raft: Bench = async (effort, listener) => {
  const span = Math.ceil(spanWanted / effort.divisor);
  listener.progress("counting the events that are handled");
  const counts = Array.from({ length: effort.repetitions }, (_, seed) =>
    handledEvents(runRaft({ span, seed, record: true })),
  );
  const rows: Row[] = [];
  for (const { record, says } of ways) {
    listener.progress(says);
    const measure = async (seed: number): Promise<number> => {
      const { seconds } = await timed(() => runRaft({ span, seed, record }));
      return counts[seed]! / seconds;
    };
    for (let round = 0; round < effort.warmUp; round += 1) await measure(round % effort.repetitions);
    rows.push({ bench: "raft", says, unit: "events/s", ours: await repeat(effort.repetitions, measure), bar });
  }
  return rows;
};
