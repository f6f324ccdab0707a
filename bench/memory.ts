import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { exponential, milliseconds } from "@fieldbook/kernel";
import { runCalls } from "./lossy-calls.ts";
import type { Bench, Row } from "./measure.ts";
import { summarise } from "./measure.ts";
import { runRaft } from "./raft-load.ts";
import { ringNodes, runRing } from "./token-ring.ts";

const eventsWanted = 100_000_000;
/** Samples of what the run holds, at equal distances; each begins with a collection of all garbage. */
const samplesWanted = 40;
/** A run that holds this many MB is broken off: it is not flat, and the machine has other work. */
const tooMuch = 1_000;
const bar = { at: "most", value: 1.1 } as const;

interface Subject {
  readonly says: string;
  /** Runs for `events` events and calls `onHandled` after each. */
  run(events: number, onHandled: () => undefined): unknown;
}

const subjects: readonly Subject[] = [
  {
    says: "token ring",
    run(events, onHandled) {
      const tokens = 2;
      const hops = Math.ceil(events / ringNodes / tokens / ringNodes) * ringNodes;
      runRing({ tokens, hops, latency: exponential(milliseconds(5.5), milliseconds(1)), seed: 1, onHandled });
    },
  },
  {
    says: "Raft under faults, no clients",
    run: (maxEvents, onHandled) =>
      // Five nodes of Raft come to more than 300 events in a virtual second.
      runRaft({ span: maxEvents / 300, seed: 1, record: false, clients: false, maxEvents, onHandled }),
  },
  { says: "calls over links that lose 5 %", run: (events, onHandled) => runCalls(events, onHandled) },
];

interface Sampled {
  /** MB (10^6 bytes) that the program holds: its heap without garbage, and its buffers. */
  readonly held: readonly number[];
  /** The largest resident set of the process that was seen, MB. */
  readonly resident: number;
  readonly cutOff: boolean;
}

/** A function that collects all garbage at once; programs have it only when they ask. */
export function findCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

function sampleMemory(subject: Subject, events: number): Sampled {
  const every = Math.floor(events / samplesWanted);
  const collect = findCollector();
  const held: number[] = [];
  let resident = 0;
  let handled = 0;
  let cutOff = false;
  try {
    subject.run(events, () => {
      handled += 1;
      if (handled % every !== 0) return;
      resident = Math.max(resident, process.memoryUsage.rss() / 1_000_000);
      collect();
      const { heapUsed, external } = process.memoryUsage();
      held.push((heapUsed + external) / 1_000_000);
      cutOff = held.at(-1)! > tooMuch;
      if (cutOff) throw new Error("The run holds too much memory.");
    });
  } catch (error) {
    if (!cutOff) throw error;
  }
  return { held, resident, cutOff };
}

/**
 * What a long run holds in its last tenth, against its second tenth, each by its median: in the first the compiler is at
 * work and tables find their sizes. The resident set alone says little, since the collector lets garbage lie while there
 * is room.
 */
export const memory: Bench = (effort, listener) => {
  const events = Math.ceil(eventsWanted / effort.divisor);
  const millions = (count: number): string => `${(count / 1_000_000).toFixed(0)} M`;
  const rows = subjects.map((subject): Row => {
    listener.progress(`${subject.says}, one run of ${millions(events)} events`);
    const { held, resident, cutOff } = sampleMemory(subject, events);
    const share = (from: number, to: number): readonly number[] =>
      held.slice(Math.floor(from * held.length), Math.ceil(to * held.length));
    const early = summarise(share(0.1, 0.2));
    const late = summarise(share(0.9, 1));
    const reached = cutOff ? `broken off after ${millions((held.length / samplesWanted) * events)} of ` : "";
    return {
      bench: "memory",
      says: `${subject.says}, ${reached}${millions(events)} events, resident up to ${resident.toFixed(0)} MB`,
      unit: "MB",
      ours: late,
      peer: { name: "second tenth", measured: early },
      ratio: summarise([late.median / early.median]),
      bar,
    };
  });
  return Promise.resolve(rows);
};
