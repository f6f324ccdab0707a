import { drawExponential, keyedRandom } from "@fieldbook/kernel";
import { World } from "../packages/load/src/graph/world.ts";
import { buildNs3, installPythonPeer, nameOf, programOf, runPeerProgram } from "./load-peers.ts";
import { findCollector } from "./memory.ts";
import type { Bench, Row } from "./measure.ts";
import { compare, summarise, timed } from "./measure.ts";
import { PeerError } from "./peers.ts";

const pending = 1_000_000;
const eventsWanted = 3_000_000;
const bytesBar = 80;

/** The clock of the load engine with so many events pending: each that happens plans one other. */
class HoldModel {
  readonly #world: World;
  readonly #delays: ReturnType<ReturnType<typeof keyedRandom>["series"]>;
  #draws = 0;

  constructor(seed: number) {
    this.#world = new World(seed, Number.MAX_SAFE_INTEGER, 0);
    this.#delays = keyedRandom(seed).series(1, 0);
    for (let id = 0; id < pending; id += 1) this.#plan(id);
  }

  /** An exponential time: one event a microsecond on the average. */
  #plan(id: number): void {
    this.#draws += 1;
    const delay = Math.floor(drawExponential(this.#delays, this.#draws) * pending);
    this.#world.plan(this.#world.now + delay, 1, id, 0);
  }

  run(events: number): void {
    const world = this.#world;
    for (let handled = 0; handled < events; handled += 1) {
      if (!world.advance()) throw new Error("No event is pending: the hold model loses some.");
      this.#plan(world.data);
    }
  }
}

/** Bytes that a pending event takes, without garbage, once the queue has been at work. */
function bytesOfOurs(events: number): number {
  const collect = findCollector();
  const held = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = held();
  const model = new HoldModel(1);
  model.run(events);
  const bytes = (held() - before) / pending;
  // Used here still, so that it is not collected before.
  model.run(1);
  return bytes;
}

interface HoldPeer {
  readonly name: string;
  readonly atLeast: number | undefined;
  /** Python takes seconds for a million processes and as many events. */
  readonly share: number;
  run(events: number, seed: number): { readonly seconds: number; readonly bytesPerPending?: number | null };
}

const peersOf = (): readonly (() => HoldPeer)[] => [
  ...(["HeapScheduler", "MapScheduler"] as const).map((scheduler) => () => {
    const { program, name } = buildNs3();
    return {
      name: `${name} ${scheduler}`,
      // The bar is against the faster one with many pending; the other is its default.
      atLeast: scheduler === "HeapScheduler" ? 4 : undefined,
      share: 1,
      run: (events: number, seed: number) => runPeerProgram(program, [pending, events, seed, scheduler]),
    };
  }),
  () => {
    const python = installPythonPeer("simpy");
    return {
      name: nameOf("simpy"),
      atLeast: 15,
      share: 0.2,
      run: (events: number, seed: number) =>
        runPeerProgram(python, [programOf("simpy", "hold"), pending, events, seed]),
    };
  },
];

/** Events a second with a million pending, and what each takes up. */
export const loadHold: Bench = async (effort, listener) => {
  const rows: Row[] = [];
  const events = Math.ceil(eventsWanted / effort.divisor);
  listener.progress(`bytes of ${pending} pending events`);
  rows.push({
    bench: "hold",
    says: "a pending event, of a million",
    unit: "bytes",
    ours: summarise([bytesOfOurs(events)]),
    bar: { at: "most", value: bytesBar },
  });
  const ours = async (repetition: number): Promise<number> => {
    const model = new HoldModel(repetition);
    const { seconds } = await timed(() => model.run(events));
    return events / seconds;
  };
  for (let round = 0; round < effort.warmUp; round += 1) await ours(round);
  for (const preparePeer of peersOf()) {
    try {
      const peer = preparePeer();
      listener.progress(`a million pending, against ${peer.name}`);
      const bytes: number[] = [];
      const theirs = (repetition: number): number => {
        const share = Math.ceil(events * peer.share);
        const { seconds, bytesPerPending } = peer.run(share, repetition + 1);
        bytes.push(bytesPerPending ?? NaN);
        return share / seconds;
      };
      const { ours: measured, peer: other, ratio } = await compare(effort.repetitions, ours, theirs);
      const held = Math.round(summarise(bytes).median);
      rows.push({
        bench: "hold",
        says: `a million pending; the other holds ${held} bytes for each`,
        unit: "events/s",
        ours: measured,
        peer: { name: peer.name, measured: other },
        ratio,
        ...(peer.atLeast === undefined ? {} : { bar: { at: "least", value: peer.atLeast } as const }),
      });
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      listener.missing(error.message);
    }
  }
  return rows;
};
