import type { Fault, Run, Workload } from "@fieldbook/engine";
import { simulate, TraceKind } from "@fieldbook/engine";
import { constant, exponential, milliseconds, seconds } from "@fieldbook/kernel";
import type { RaftConfig, RaftReply, RaftRequest } from "../packages/systems/src/raft/raft-state.ts";
import { raft } from "../packages/systems/src/raft/raft.ts";
import { keyValueClients } from "../packages/systems/src/shared/key-value-clients.ts";

const raftNodes = 5;

/** Kinds of trace lines that stand for an event that a node or a client has handled. */
const handledKinds: ReadonlySet<number> = new Set([
  TraceKind.deliver,
  TraceKind.timer,
  TraceKind.disk,
  TraceKind.start,
  TraceKind.restart,
  TraceKind.call,
  TraceKind.timeout,
]);

/** Five clocks, up to 100 ms off and 200 parts per million too fast or too slow. */
const clocks = [
  { offset: 0, drift: 0 },
  { offset: milliseconds(100), drift: 200 },
  { offset: milliseconds(-100), drift: -200 },
  { offset: milliseconds(40), drift: -100 },
  { offset: milliseconds(-60), drift: 100 },
];

/** Every ten seconds a minority is cut off for two: one node, or two, each in turn. */
function partitions(until: number): readonly Fault[] {
  const names = Array.from({ length: raftNodes }, (_, index) => `n${index + 1}`);
  const faults: Fault[] = [];
  for (let turn = 0; seconds(10 * turn + 5) < until; turn += 1) {
    const first = turn % raftNodes;
    const minority = turn % 2 === 0 ? [names[first]!] : [names[first]!, names[(first + 1) % raftNodes]!];
    const majority = names.filter((name) => !minority.includes(name));
    const at = seconds(10 * turn + 5);
    faults.push({ kind: "partition", at, until: at + seconds(2), sides: [minority, majority] });
  }
  return faults;
}

/** As one would run it: several entries in a message, a snapshot now and then; campaigns use less of both to find more. */
const config: RaftConfig = {
  heartbeat: milliseconds(30),
  electionTimeout: milliseconds(75),
  spares: 0,
  batch: 16,
  snapshotEvery: 100,
  sessions: true,
  lease: 0,
};

/** Clients that read and write all the time. */
const workload: Workload<RaftRequest, RaftReply> = keyValueClients({
  nodes: raftNodes,
  clients: 3,
  operations: Infinity,
  keys: 5,
  writes: 50,
  maxThink: milliseconds(100),
  timeout: milliseconds(300),
});

export interface RaftLoad {
  /** Virtual seconds. */
  readonly span: number;
  readonly seed: number;
  /** Whether the trace is kept; it is hashed in any case. */
  readonly record: boolean;
  /** Without clients the run leaves no history. Default: with. */
  readonly clients?: false;
  readonly maxEvents?: number;
  /** Called after each event that a node has handled. */
  readonly onHandled?: () => undefined;
}

/** Five nodes whose links lose 5 % and duplicate 2 % of all messages, with partitions and clocks that are wrong. */
export function runRaft({ span, seed, record, clients, maxEvents = Infinity, onHandled }: RaftLoad): Run {
  const until = seconds(span);
  return simulate(
    {
      node: raft,
      config,
      nodes: raftNodes,
      network: {
        latency: exponential(milliseconds(5), milliseconds(1)),
        loss: 50_000,
        duplicate: 20_000,
        ordered: false,
        reorder: 0,
        reorderDelay: constant(0),
      },
      faults: partitions(until),
      clocks,
      workload: clients === false ? { ...workload, clients: 0 } : workload,
      until,
      outliveClients: true,
      maxEvents,
      ...(onHandled === undefined ? {} : { watchers: [onHandled] }),
    },
    seed,
    { record },
  );
}

/** How many events nodes and clients have handled: timers that were cancelled and messages that were lost do not count. */
export const handledEvents = (recorded: Run): number =>
  recorded.trace.filter(({ kind }) => handledKinds.has(kind)).length;
