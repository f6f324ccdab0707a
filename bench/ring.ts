import type { Bench, Effort, Row } from "./measure.ts";
import { compare, timed } from "./measure.ts";
import type { Peer } from "./peers.ts";
import { buildPeer, PeerError, peers, runPeer, versionOf } from "./peers.ts";
import { ringNodes, runRing } from "./token-ring.ts";

/** Messages of one repetition. */
const messagesWanted = 600_000;
const bar = { at: "least", value: 5 } as const;

interface Load {
  /** Tokens that each node starts. */
  readonly tokens: number;
  readonly counts: boolean;
}

/**
 * The bar is for ten tokens, two from each node. Turmoil pays by the tick, however little happens in it, so the more is
 * under way the less a message costs it: the other rows show how far that goes.
 */
const loads: readonly Load[] = [
  { tokens: 1, counts: false },
  { tokens: 2, counts: true },
  { tokens: 20, counts: false },
];

async function compareRing(peer: Peer, program: string, load: Load, effort: Effort): Promise<Row> {
  const { tokens } = load;
  const hops = Math.ceil(messagesWanted / effort.divisor / ringNodes / tokens / ringNodes) * ringNodes;
  const messages = ringNodes * tokens * hops;
  const ours = async (repetition: number): Promise<number> => {
    const { seconds } = await timed(() => runRing({ tokens, hops, latency: peer.latency, seed: repetition }));
    return messages / seconds;
  };
  for (let round = 0; round < effort.warmUp; round += 1) await ours(round);
  const theirs = (repetition: number): number =>
    messages / runPeer(program, { tokens, hops, seed: repetition }, messages).seconds;
  const { ours: measured, peer: other, ratio } = await compare(effort.repetitions, ours, theirs);
  return {
    bench: "ring",
    says: `five nodes, ${ringNodes * tokens} tokens`,
    unit: "messages/s",
    ours: measured,
    peer: { name: `${peer.name} ${versionOf(peer)}`, measured: other },
    ratio,
    ...(load.counts ? { bar } : {}),
  };
}

/** Messages a second round a ring of five nodes, against the same ring on other simulators. */
export const ring: Bench = async (effort, listener) => {
  const rows: Row[] = [];
  for (const peer of peers) {
    try {
      listener.progress(`building ${peer.name}`);
      const program = buildPeer(peer);
      for (const load of loads) {
        listener.progress(`${ringNodes * load.tokens} tokens, against ${peer.name}`);
        rows.push(await compareRing(peer, program, load, effort));
      }
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      listener.missing(error.message);
    }
  }
  return rows;
};
