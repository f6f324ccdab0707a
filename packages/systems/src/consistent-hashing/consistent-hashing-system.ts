import { defineSystem } from "@fieldbook/engine";
import type { Body, Observed, OperatorAction, Outcome, Property, Workload } from "@fieldbook/engine";
import { milliseconds, seconds } from "@fieldbook/kernel";
import { allButLostDisks } from "../convergent/survived-faults.ts";
import { consistentHashing } from "./consistent-hashing.ts";
import type { HashingConfig, HashingReply, HashingRequest, HashingState } from "./consistent-hashing.ts";
import { presentOf } from "./membership.ts";
import { ringWalk } from "./ring.ts";
import { hasWrittenEnough } from "../shared/late-writes.ts";

/** Each client writes so often at most, and most often reads from then on. */
const writes = 6;
const keys = 3;

/** The correct configuration: Dynamo's usual (N, R, W) = (3, 2, 2). */
export const correct: HashingConfig = {
  copies: 3,
  write: 2,
  read: 2,
  patience: milliseconds(40),
  repair: milliseconds(50),
  drops: "acknowledged",
  merges: "union",
  standsIn: "next node",
  leavesOrderly: true,
  comparesViews: true,
  comparesDisks: true,
  views: "version",
};

type Operation = Outcome<HashingState>["history"][number];

const holdersOf = (nodes: readonly Observed<HashingState>[], key: number, item: number): string[] =>
  nodes.filter(({ state }) => state.carts.get(key)?.includes(item) === true).map(({ name }) => name);

export const writesAreKept: Property<HashingState> = {
  id: "writes-are-kept",
  says: "An acknowledged write is never lost.",
  judge({ history, nodes }) {
    for (const [index, { f, outcome, key, input }] of history.entries()) {
      if (f !== "put" || outcome !== "ok" || holdersOf(nodes, Number(key), Number(input)).length > 0) continue;
      const says = `${String(input)} was put into ${String(key)} and acknowledged; in the end no node holds it.`;
      return { verdict: "violated", says, operations: [index] };
    }
    return { verdict: "holds", says: "All acknowledged writes are held." };
  },
};

export const enoughCopies = (quorum: number): Property<HashingState> => ({
  id: "enough-copies",
  says: "Whoever is told that a write is done is told of W different nodes that hold it.",
  judge({ history }) {
    for (const [index, { f, output, input }] of history.entries()) {
      if (f !== "put" || !Array.isArray(output)) continue;
      const holders = output[1] as readonly string[];
      if (new Set(holders).size >= quorum) continue;
      const says = `The write of ${String(input)} was acknowledged with copies on ${holders.join(" and ")} only.`;
      return { verdict: "violated", says, operations: [index] };
    }
    return { verdict: "holds", says: "All writes had their copies." };
  },
});

/** The items of a get's answer, the view it was strict under, or undefined when it was not answered. */
function readOf({ f, output }: Operation): { readonly view: unknown; readonly items: readonly number[] } | undefined {
  if (f !== "get" || !Array.isArray(output)) return undefined;
  return { view: output[0], items: output[1] as readonly number[] };
}

export const quorumsMeet: Property<HashingState> = {
  id: "quorums-meet",
  says: "What W owners have stored, R owners under the same view of the ring return; nobody returns what was not written.",
  judge({ history, nodes }) {
    // An owner that came back with an empty disk has forgotten what it acknowledged: then nothing is promised.
    const wiped = nodes.some(({ state }) => (state.disk ?? 0) > 0);
    for (const [index, get] of history.entries()) {
      const read = readOf(get);
      if (read === undefined) continue;
      const puts = history.filter(({ f, key }) => f === "put" && key === get.key);
      const invented = read.items.find(
        (item) => !puts.some(({ input, called }) => input === item && called < get.returned),
      );
      if (invented !== undefined) {
        return {
          verdict: "violated",
          kind: "invented",
          says: `A read returned ${String(invented)}, which was not written.`,
        };
      }
      if (wiped || read.view === null) continue;
      const missed = history.findIndex(
        ({ f, key, output, input, returned }) =>
          f === "put" &&
          key === get.key &&
          Array.isArray(output) &&
          output[0] === read.view &&
          returned < get.called &&
          !read.items.includes(Number(input)),
      );
      if (missed === -1) continue;
      const says = `${String(history[missed]!.input)} was put into ${String(get.key)} on ${(history[missed]!.output as string[][])[1]!.join(" ")}; a later read of a quorum returned ${read.items.join(" ") || "nothing"}.`;
      return { verdict: "violated", kind: "missed", says, operations: [missed, index] };
    }
    return { verdict: "holds", says: "Reads return what was written." };
  },
};

export const viewsGrow: Property<HashingState> = {
  id: "views-grow",
  says: "A node never goes back to an earlier view of the ring, but for one that lost its disk.",
  watch() {
    const seen = new Map<string, number>();
    return ({ name, state }) => {
      for (const [node, { version }] of state.members) {
        const place = `${name} ${String(state.disk)} ${node}`;
        const before = seen.get(place) ?? 0;
        if (version < before)
          return `${name} knew of change ${String(before)} of ${node} and is back at ${String(version)}.`;
        seen.set(place, version);
      }
      return undefined;
    };
  },
};

export const changesAreMade: Property<HashingState> = {
  id: "changes-are-made",
  says: "A node that an operator tells of an addition or a removal has it in its view of the ring.",
  watch() {
    return ({ name, state }, nodes, _time, message) => {
      if (message?.src !== "operator") return undefined;
      const { type, data } = message.body as Body & { readonly data: string };
      // Nobody else can be on the ring.
      if (!nodes.some((node) => node.name === data)) return undefined;
      const present = state.members.get(data)?.present === true;
      if (present === (type === "add")) return undefined;
      return `${name} was told to ${type} ${data}, which is ${present ? "still" : "not"} on its ring.`;
    };
  },
};

function customers(size: {
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
}): Workload<HashingRequest, HashingReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(client, k, draws) {
      if (k >= size.operations) return undefined;
      const node = draws.below(size.nodes, 0);
      const think = draws.below(milliseconds(200), 1);
      const key = draws.below(keys, 2);
      if (hasWrittenEnough(k, writes, draws) || draws.below(100, 3) < 40)
        return { f: "get", key, input: null, body: { type: "get", key }, node, think };
      const item = 1 + client + size.clients * k;
      return { f: "put", key, input: item, body: { type: "put", key, item }, node, think };
    },
    complete: (_invocation, reply) => ({
      outcome: "ok",
      output: reply.type === "put_ok" ? [reply.view, reply.holders] : [reply.view, reply.items],
    }),
  };
}

/** Of few enough nodes that two are left whatever is removed at once. */
const removable = (nodes: readonly string[]): readonly string[] => nodes.slice(0, Math.max(1, nodes.length - 3));

const toOneNode = (draws: Parameters<OperatorAction["draw"]>[0], nodes: readonly string[]): readonly string[] => [
  nodes[draws.below(nodes.length, 0)]!,
];

const operator: readonly OperatorAction[] = [
  {
    command: "remove",
    draw(draws, nodes) {
      const from = removable(nodes);
      return { nodes: toOneNode(draws, nodes), data: from[draws.below(from.length, 1)]! };
    },
  },
  {
    command: "add",
    draw(draws, nodes) {
      const from = [...removable(nodes), nodes.at(-1)!, nodes.at(-1)!];
      return { nodes: toOneNode(draws, nodes), data: from[draws.below(from.length, 1)]! };
    },
  },
];

/** All see one ring, every cart is whole on each of its owners, and nobody else holds it. */
function settled(core: readonly Observed<HashingState>[]): boolean {
  if (core.some(({ state }) => state.view !== core[0]!.state.view)) return false;
  const members = presentOf(core[0]!.state.members);
  const copies = Math.min(correct.copies, members.length);
  for (let key = 0; key < keys; key += 1) {
    const holders = core.filter(({ state }) => state.carts.has(key));
    if (holders.length === 0) continue;
    // Asked after every event: what is cheap to see comes first.
    if (holders.length !== copies) return false;
    const [cart, ...others] = holders.map(({ state }) => state.carts.get(key)!.join(" "));
    if (others.some((other) => other !== cart)) return false;
    const owners = ringWalk(members, key).slice(0, copies);
    if (holders.some(({ name }) => !owners.includes(name))) return false;
  }
  return true;
}

/** Consistent hashing with hand-off, put to the test. */
export const consistentHashingSystem = defineSystem({
  id: "consistent-hashing",
  title: "Consistent hashing with sloppy quorums and hand-off (Dynamo)",
  says: "Keys are spread over a ring of nodes. Writes go to whoever of a key's preference list answers, stand-ins hand over, and ranges move when an operator adds or removes nodes.",
  leavesOut:
    "Vector clocks: carts are merged by union and nothing is removed from them. Merkle trees. Two nodes that lose their disks. Between a write and the hand-over a read may miss it: that is what sloppy quorums trade.",
  source:
    "DeCandia et al., Dynamo: Amazon's Highly Available Key-value Store, SOSP 2007; Karger et al., Consistent Hashing and Random Trees, STOC 1997",
  node: consistentHashing,
  config: correct,
  nodes: { default: 5, min: 4, max: 8 },
  clients: 3,
  operations: 7,
  workload: customers,
  survives: [...allButLostDisks, "wipe", "operator"],
  limits: { down: 3 },
  properties: [viewsGrow, changesAreMade, enoughCopies(correct.write), quorumsMeet, writesAreKept],
  recovers: { within: seconds(2), settled },
  operator,
  sometimes: [
    "a sloppy quorum for a put",
    "a sloppy quorum for a get",
    "a stand-in handed over",
    "a removed node handed over",
  ],
  mutants: [
    {
      id: "dropped-when-told",
      says: "A stand-in drops what it has sent to the owner without waiting for the acknowledgement.",
      seen: "A common misreading of section 4.6, which lets the stand-in delete only once the transfer succeeds.",
      config: { drops: "told" },
    },
    {
      id: "conflict-by-arrival",
      says: "Of two versions of a cart the one that arrives last stays.",
      seen: "A common mistake: section 4.4 keeps both, so that nothing that was added is lost.",
      config: { merges: "arrival" },
    },
    {
      id: "hint-counted-at-home",
      says: "The coordinator keeps the copy of a silent owner itself and counts it as one more.",
      seen: "A common mistake: Cassandra's consistency level ANY counts such hints, and its documentation warns of it.",
      config: { standsIn: "coordinator" },
    },
    {
      id: "removed-node-keeps-its-keys",
      says: "A node that was removed from the ring does not hand its keys over.",
      seen: "A common mistake: a node is taken away without the decommissioning that streams its ranges to the others.",
      config: { leavesOrderly: false },
    },
    {
      id: "empty-disk-not-noticed",
      says: "A node that came back with an empty disk is taken to hold what it once acknowledged.",
      seen: "A common mistake: what a peer holds is remembered by its name alone.",
      config: { comparesDisks: false },
    },
    {
      id: "ring-by-arrival",
      says: "The view of the ring that comes replaces the one that is there, though it may be older.",
      seen: "A common mistake in gossip without versions.",
      config: { views: "arrival" },
    },
    {
      id: "one-copy-is-enough",
      says: "A write is acknowledged with one copy.",
      seen: "A common configuration for speed, W = 1, of which section 6.1 says what it risks.",
      config: { write: 1 },
    },
    {
      id: "carts-not-durable",
      says: "Carts are acknowledged before they are on disk.",
      seen: "A common mistake; section 6.1 trades some durability so, but with one durable copy of N.",
      node: (node) => ({ ...node, durable: ["members", "disk"] }),
    },
  ],
});
