import { exponential, uniform } from "@fieldbook/kernel";
import type { KeyedRandom, Microseconds } from "@fieldbook/kernel";
import type { ClockError } from "../clock.ts";
import { streams } from "../streams.ts";
import type { OperatorAction } from "../system.ts";
import type { Fault, FaultKind } from "./fault.ts";

/** What a swarm may draw from, and how far it may go. */
export interface SwarmLimits {
  readonly kinds: readonly FaultKind[];
  /** Nodes that may be out at once. */
  readonly down: number;
  readonly offset: Microseconds;
  readonly drift: number;
  readonly delay: Microseconds;
  readonly operator: readonly OperatorAction[];
  readonly upgrades: boolean;
}

export interface Swarm {
  readonly faults: readonly Fault[];
  readonly clocks: readonly ClockError[];
}

const maxEpisodes = 3;

/** Kinds of faults during which a node does not take part. */
const takesPartNot = new Set<FaultKind>(["crash", "wipe", "pause", "torn-write", "full-disk"]);

/**
 * A mix of faults drawn from a seed, after Groce et al., "Swarm Testing" (ISSTA 2012): a run that leaves some kinds of
 * fault out goes deeper into the others than one that has a little of each. Each kind is in the mix with one half; each
 * has one to three episodes, short ones more often than long ones, all over by `until`.
 */
export function drawSwarm(
  random: KeyedRandom,
  limits: SwarmLimits,
  nodes: readonly string[],
  until: Microseconds,
): Swarm {
  const mix = limits.kinds.filter((_, kind) => random.below(2, streams.swarm, 0, kind) === 1);
  const drawn = mix.flatMap((kind) => {
    const order = limits.kinds.indexOf(kind);
    const episodes = 1 + random.below(maxEpisodes, streams.swarm, 1, order);
    return Array.from({ length: episodes }, (_, episode) => {
      const draws = new EpisodeDraws(random, order * maxEpisodes + episode, nodes, until);
      return drawFault(kind, draws, limits);
    }).flat();
  });
  const clocks = nodes.map((_, node) => ({
    offset: mix.includes("clock-step") ? signed(random, limits.offset, 2, node) : 0,
    drift: mix.includes("clock-drift") ? signed(random, limits.drift, 3, node) : 0,
  }));
  return { faults: withinLimit(drawn, limits.down), clocks };
}

const signed = (random: KeyedRandom, most: number, part: number, node: number): number =>
  random.below(2 * most + 1, streams.swarm, part, node) - most;

/** What one episode draws: its times, nodes and numbers. */
class EpisodeDraws {
  readonly at: Microseconds;
  readonly until: Microseconds;
  readonly nodes: readonly string[];
  readonly #random: KeyedRandom;
  readonly #episode: number;

  constructor(random: KeyedRandom, episode: number, nodes: readonly string[], until: Microseconds) {
    this.#random = random;
    this.#episode = episode;
    this.nodes = nodes;
    this.at = Math.floor(this.unit(0) * until * 0.9);
    // Most episodes are short; one in four may last for most of the time.
    const longest = this.below(4, 1) === 0 ? until : until / 5;
    this.until = Math.min(until, this.at + 1 + Math.floor(this.unit(2) * longest));
  }

  below(bound: number, part: number): number {
    return this.#random.below(bound, streams.swarmEpisode, this.#episode, part);
  }

  unit(part: number): number {
    return this.#random.unit(streams.swarmEpisode, this.#episode, part);
  }

  get span(): { readonly at: Microseconds; readonly until: Microseconds } {
    return { at: this.at, until: this.until };
  }

  get node(): string {
    return this.nodes[this.below(this.nodes.length, 3)]!;
  }

  /** Two sides, each with a node at least. */
  sides(nodes: readonly string[] = this.nodes): readonly [readonly string[], readonly string[]] {
    const first = this.below(nodes.length, 4);
    const other = (first + 1 + this.below(nodes.length - 1, 5)) % nodes.length;
    const left = nodes.filter((_, index) => index === first || (index !== other && this.below(2, 10 + index) === 0));
    return [left, nodes.filter((name) => !left.includes(name))];
  }

  /** All links, the links of one node one way or the other, or one link. */
  links(): { readonly from?: readonly string[]; readonly to?: readonly string[] } {
    const one = this.node;
    switch (this.below(4, 6)) {
      case 0:
        return { from: [one] };
      case 1:
        return { to: [one] };
      case 2:
        return { from: [one], to: [this.nodes[this.below(this.nodes.length, 7)]!] };
      default:
        return {};
    }
  }
}

function drawFault(kind: FaultKind, draws: EpisodeDraws, limits: SwarmLimits): Fault[] {
  const { span, nodes } = draws;
  switch (kind) {
    case "partition":
    case "one-way-partition":
    case "bridge":
    case "isolation":
    case "flapping":
      return nodes.length < 2 ? [] : drawCut(kind, draws);
    case "loss":
      return [{ kind, ...span, ...draws.links(), rate: 10_000 * (1 + draws.below(50, 8)) }];
    case "duplication": {
      const by = uniform(1, 1 + draws.below(Math.min(limits.delay, 200_000), 9));
      return [{ kind, ...span, ...draws.links(), rate: 10_000 * (1 + draws.below(50, 8)), by }];
    }
    case "delay":
      return [{ kind, ...span, ...draws.links(), by: uniform(0, 1 + draws.below(Math.min(limits.delay, 100_000), 8)) }];
    case "reordering": {
      const by = exponential(1 + draws.below(Math.min(limits.delay, 60_000), 9));
      return [{ kind, ...span, ...draws.links(), rate: 10_000 * (1 + draws.below(60, 8)), by }];
    }
    case "clogging":
      return [{ kind, ...span, ...draws.links() }];
    case "bandwidth":
      return [{ kind, ...span, ...draws.links(), bytesPerSecond: 1_000 * (1 + draws.below(100, 8)) }];
    case "leap-second":
      return [{ kind, ...span }];
    case "operator":
      return drawOperator(draws, limits.operator);
    case "upgrade":
      return limits.upgrades ? [{ kind, ...span, nodes, downtime: 1 + draws.below(50_000, 8) }] : [];
    default:
      return [drawOnNode(kind, draws, limits)];
  }
}

function drawCut(
  kind: "partition" | "one-way-partition" | "bridge" | "isolation" | "flapping",
  draws: EpisodeDraws,
): Fault[] {
  const { span, nodes, node } = draws;
  switch (kind) {
    case "partition":
      return [{ kind, ...span, sides: draws.sides() }];
    case "one-way-partition": {
      const [from, to] = draws.sides();
      return [{ kind, ...span, from, to }];
    }
    case "isolation":
      return [{ kind, ...span, node }];
    case "flapping":
      return [
        { kind, ...span, sides: draws.sides(), cut: 1 + draws.below(60_000, 8), open: 1 + draws.below(60_000, 9) },
      ];
    case "bridge": {
      const others = nodes.filter((name) => name !== node);
      return others.length < 2 ? [] : [{ kind, ...span, bridge: node, sides: draws.sides(others) }];
    }
  }
}

function drawOperator(draws: EpisodeDraws, actions: readonly OperatorAction[]): Fault[] {
  const action = actions[draws.below(Math.max(1, actions.length), 8)];
  const what = action?.draw(
    { below: (bound, part) => draws.below(bound, 30 + part), unit: (part) => draws.unit(30 + part) },
    draws.nodes,
  );
  if (action === undefined || what === undefined) return [];
  return [
    { kind: "operator", at: draws.at, until: draws.at, command: action.command, nodes: what.nodes, data: what.data },
  ];
}

type OnNodeKind = Exclude<Extract<Fault, { node: string }>["kind"], "isolation">;

function drawOnNode(kind: OnNodeKind, draws: EpisodeDraws, limits: SwarmLimits): Fault {
  const { span, node } = draws;
  switch (kind) {
    case "crash":
    case "wipe":
    case "pause":
    case "lost-fsync":
    case "full-disk":
      return { kind, ...span, node };
    case "slow-node":
      return { kind, ...span, node, by: 1 + draws.below(Math.min(limits.delay, 5_000), 8) };
    case "torn-write":
    case "bit-rot":
    case "misdirected-write":
      return { kind, ...span, node, pick: draws.below(1_000_000, 8) };
    case "slow-disk":
      return { kind, ...span, node, by: 1 + draws.below(Math.min(limits.delay, 30_000), 8) };
    case "clock-step":
      return { kind, ...span, node, by: draws.below(2 * limits.offset + 1, 8) - limits.offset };
    case "clock-drift":
    case "sync-failure":
      return { kind, ...span, node, drift: draws.below(2 * limits.drift + 1, 8) - limits.drift };
  }
}

/** Leaves out what would put more nodes out at once than the system survives; of wipes one in a run. */
function withinLimit(faults: readonly Fault[], down: number): Fault[] {
  const kept: Fault[] = [];
  let wiped = false;
  for (const fault of faults) {
    if (takesPartNot.has(fault.kind) && "node" in fault) {
      if (fault.kind === "wipe" && (wiped || down === 0)) continue;
      const others = kept.filter(
        (other) => takesPartNot.has(other.kind) && other.at < fault.until && fault.at < other.until,
      );
      const names = new Set([fault.node, ...others.flatMap((other) => ("node" in other ? [other.node] : []))]);
      if (names.size > down) continue;
      wiped ||= fault.kind === "wipe";
    }
    kept.push(fault);
  }
  return kept;
}
