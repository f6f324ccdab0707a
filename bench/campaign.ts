import { Worker } from "node:worker_threads";
import { CampaignPool } from "@fieldbook/lab/node";
import type { Bench, Effort, Row } from "./measure.ts";
import { compare, timed } from "./measure.ts";

/** Seeds of one campaign: 40 chunks, so that the last one alone hardly counts. */
const seedsWanted = 2_000;
const system = "swim";

/** Threads that only count, in registers and without memory: nothing divides better. Returns counts of 10^9 a second. */
async function countOn(threads: number, billions: number): Promise<number> {
  const loop = `let sum = 0; for (let k = 0; k < ${billions * 1e9}; k += 1) sum = (sum * 31 + k) | 0;`;
  const { seconds } = await timed(() =>
    Promise.all(
      Array.from({ length: threads }, () => {
        const worker = new Worker(loop, { eval: true });
        return new Promise((resolve, reject) => worker.on("exit", resolve).on("error", reject));
      }),
    ),
  );
  return (threads * billions) / seconds;
}

/** What two threads can do at most on this machine as it is now: below 2, its cores have other work or are not whole. */
async function compareCounting(effort: Effort): Promise<Row> {
  const billions = 1 / effort.divisor;
  const two = (): Promise<number> => countOn(2, billions);
  const one = (): Promise<number> => countOn(1, billions);
  const { ours, peer, ratio } = await compare(effort.repetitions, two, one);
  return {
    bench: "campaign",
    says: "for comparison: two threads that only count",
    unit: "10^9 counts/s",
    ours,
    peer: { name: "one thread", measured: peer },
    ratio,
  };
}

/** Runs a second of one campaign on two worker threads, against the same campaign on one. */
export const campaign: Bench = async (effort, listener) => {
  const seeds = Math.ceil(seedsWanted / effort.divisor);
  const pools = { one: new CampaignPool(1), two: new CampaignPool(2) };
  const digests = new Set<number>();
  const runsPerSecond = async (pool: CampaignPool): Promise<number> => {
    const request = { system, settings: {}, seeds, checked: 0 };
    const { seconds, result } = await timed(() => pool.runSystem(request));
    digests.add(result.digest);
    return seeds / seconds;
  };
  try {
    listener.progress("warm-up of three threads");
    for (let round = 0; round < effort.warmUp; round += 1) {
      await runsPerSecond(pools.one);
      await runsPerSecond(pools.two);
    }
    listener.progress("two threads that only count, against one");
    const counting = await compareCounting(effort);
    listener.progress(`${seeds} runs of ${system}, on one thread and on two`);
    const two = (): Promise<number> => runsPerSecond(pools.two);
    const one = (): Promise<number> => runsPerSecond(pools.one);
    const { ours, peer, ratio } = await compare(effort.repetitions, two, one);
    if (digests.size !== 1) throw new Error("The campaign came to different tallies on one thread and on two.");
    return [
      {
        bench: "campaign",
        says: `${seeds} runs of ${system} under swarm, two threads`,
        unit: "runs/s",
        ours,
        peer: { name: "one thread", measured: peer },
        ratio,
        bar: { at: "least", value: 1.8 },
      },
      counting,
    ];
  } finally {
    await Promise.all([pools.one.close(), pools.two.close()]);
  }
};
