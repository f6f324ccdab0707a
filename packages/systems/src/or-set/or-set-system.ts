import { defineSystem } from "@fieldbook/engine";
import type { Outcome, Property, Workload } from "@fieldbook/engine";
import { milliseconds, seconds } from "@fieldbook/kernel";
import { allButLostDisks } from "../convergent/survived-faults.ts";
import { elementsOf, orSet } from "./or-set.ts";
import type { OrSetConfig, OrSetReply, OrSetRequest, OrSetState } from "./or-set.ts";
import { hasWrittenEnough } from "../shared/late-writes.ts";

/** Each client changes the set so often, and most often reads from then on. */
const updates = 6;
const elements = 2;

export const removedStaysRemoved: Property<OrSetState> = {
  id: "removed-stays-removed",
  says: "A tag that a replica has removed is never in its set again.",
  watch() {
    const removed = new Map<string, Set<string>>();
    return ({ name, state }) => {
      const gone = removed.get(name) ?? new Set<string>();
      removed.set(name, gone);
      for (const tag of state.record.removed) gone.add(tag);
      for (const [tag, element] of state.record.added) {
        if (gone.has(tag)) return `${name} had removed ${tag} and holds it again, for ${String(element)}.`;
      }
      return undefined;
    };
  },
};

export const oneElementPerTag: Property<OrSetState> = {
  id: "one-element-per-tag",
  says: "No tag is given to two elements.",
  watch() {
    const named = new Map<string, number>();
    return ({ name, state }) => {
      for (const [tag, element] of state.record.added) {
        const other = named.get(tag);
        if (other === undefined) named.set(tag, element);
        else if (other !== element) {
          return `${name} holds ${String(element)} as ${tag}, which is the tag of ${String(other)}.`;
        }
      }
      return undefined;
    };
  },
};

/** A tag leaves a replica's set only by being removed: watched, since a union never loses. */
export const nothingIsForgotten: Property<OrSetState> = {
  id: "nothing-is-forgotten",
  says: "What a replica has merged stays with it unless it is removed.",
  watch() {
    const added = new Map<string, readonly string[]>();
    return ({ name, state }) => {
      const { record } = state;
      const lost = added.get(name)?.find((tag) => !record.added.has(tag) && !record.removed.has(tag));
      if (lost !== undefined) return `${name} held ${lost} and has lost it without a removal.`;
      added.set(name, [...record.added.keys()]);
      return undefined;
    };
  },
};

type Operation = Outcome<OrSetState>["history"][number];

const isRemovalOf = (operation: Operation, element: unknown): boolean =>
  operation.f === "remove" && operation.input === element && operation.outcome !== "fail";

/** Whether a removal has observed an addition, as far as the history shows; an open one may have. */
function mayHaveTaken(removal: Operation, { output: tag, called }: Operation): boolean {
  if (removal.returned < called) return false;
  return removal.outcome === "open" || (Array.isArray(removal.output) && removal.output.includes(tag ?? null));
}

/** Whether a removal surely took an addition: it says so, or its replica had acknowledged the addition before. */
function surelyTook(removal: Operation, addition: Operation): boolean {
  if (removal.outcome !== "ok") return false;
  if (addition.outcome === "ok" && mayHaveTaken(removal, addition)) return true;
  return addition.outcome === "ok" && addition.key === removal.key && addition.returned < removal.called;
}

/** What is wrong with a set that shows `shown`, when it has seen at least `before` and at most `until`. */
function faultOf(
  history: readonly Operation[],
  shown: readonly number[],
  before: (operation: Operation) => boolean,
  until: (operation: Operation) => boolean,
): string | undefined {
  const additions = history.filter(({ f, outcome }) => f === "add" && outcome !== "fail");
  for (const addition of additions) {
    const { input, output, outcome } = addition;
    if (outcome !== "ok" || !before(addition) || shown.includes(Number(input))) continue;
    const taken = history.some(
      (removal) => isRemovalOf(removal, input) && until(removal) && mayHaveTaken(removal, addition),
    );
    if (!taken) return `lacks ${String(input)}, added as ${String(output)}, which no removal has observed`;
  }
  for (const element of shown) {
    const left = additions.some(
      (addition) =>
        addition.input === element &&
        until(addition) &&
        !history.some((removal) => isRemovalOf(removal, element) && before(removal) && surelyTook(removal, addition)),
    );
    if (!left) return `shows ${String(element)}, of which every addition had been removed`;
  }
  return undefined;
}

export const readsFit: Property<OrSetState> = {
  id: "reads-fit",
  says: "A read shows what its replica has acknowledged: all additions that no removal observed, and none that was removed.",
  judge({ history }) {
    for (const [index, read] of history.entries()) {
      if (read.f !== "read" || !Array.isArray(read.output)) continue;
      const before = (one: Operation): boolean => one.key === read.key && one.returned < read.called;
      const until = (one: Operation): boolean => one.called < read.returned;
      const fault = faultOf(history, read.output as readonly number[], before, until);
      if (fault !== undefined) {
        return {
          verdict: "violated",
          says: `A read of n${String(Number(read.key) + 1)} ${fault}.`,
          operations: [index],
        };
      }
    }
    return { verdict: "holds", says: "All reads fit." };
  },
};

const visible = ({ record }: OrSetState): string => [...record.added.keys()].toSorted().join(" ");

export const additionsWin: Property<OrSetState> = {
  id: "additions-win",
  says: "In the end the set holds what was added and of which a removal has not observed every addition, and nothing else.",
  judge({ history, nodes }) {
    if (new Set(nodes.map(({ state }) => visible(state))).size > 1) {
      return { verdict: "unknown", says: "The replicas have not heard of everything." };
    }
    const ended = ({ outcome }: Operation): boolean => outcome === "ok";
    const fault = faultOf(history, elementsOf(nodes[0]!.state), ended, () => true);
    if (fault !== undefined) return { verdict: "violated", says: `In the end every replica ${fault}.` };
    return { verdict: "holds", says: "The set holds what was added and not removed." };
  },
};

function callers(size: {
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
}): Workload<OrSetRequest, OrSetReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(_client, k, draws) {
      if (k >= size.operations) return undefined;
      const node = draws.below(size.nodes, 0);
      const think = draws.below(milliseconds(250), 1);
      const kind = draws.below(100, 2);
      if (hasWrittenEnough(k, updates, draws) || kind < 15)
        return { f: "read", key: node, input: null, body: { type: "read" }, node, think };
      const f = kind < 60 ? "add" : "remove";
      const element = 1 + draws.below(elements, 3);
      return { f, key: node, input: element, body: { type: f, element }, node, think };
    },
    complete(_invocation, reply) {
      if (reply.type === "add_ok") return { outcome: "ok", output: reply.tag };
      return { outcome: "ok", output: reply.type === "remove_ok" ? reply.tags : reply.elements };
    },
  };
}

/** The correct configuration. */
export const correct: OrSetConfig = {
  gossip: milliseconds(30),
  removes: "observed tags",
  tags: "unique",
  keepsCounter: true,
  tombstones: "kept",
  once: true,
};

/** The observed-remove set, put to the test. */
export const orSetSystem = defineSystem({
  id: "or-set",
  title: "Observed-remove set (OR-Set)",
  says: "Each addition carries a tag of its own and a removal takes away the tags that it has observed: replicas add and remove without asking each other and come to the same set.",
  leavesOut:
    "Removed tags are kept for ever; to drop them safely replicas must know that all have heard of them. A replica that loses its disk loses what nobody has heard of.",
  source:
    "Shapiro et al., A comprehensive study of Convergent and Commutative Replicated Data Types, INRIA RR-7506, 2011",
  node: orSet,
  config: correct,
  nodes: { default: 3, min: 2, max: 7 },
  clients: 3,
  operations: 7,
  workload: callers,
  survives: allButLostDisks,
  limits: { down: 7 },
  properties: [removedStaysRemoved, oneElementPerTag, nothingIsForgotten, readsFit, additionsWin],
  recovers: {
    within: seconds(2),
    settled: (core) => new Set(core.map(({ state }) => visible(state))).size === 1,
  },
  sometimes: ["an addition outlived a removal", "an addition came after its removal"],
  mutants: [
    {
      id: "remove-by-value",
      says: "A removal takes away every tag of the element, also those of additions that it has not observed.",
      seen: "A common misreading of specification 15: the removal names the element instead of the tags observed.",
      config: { removes: "value" },
    },
    {
      id: "tag-reused-after-restart",
      says: "The counter of tags begins anew after a restart: a new addition gets a tag that was removed or is another's.",
      seen: 'A common mistake: "unique()" of specification 15 made of a counter in memory.',
      config: { keepsCounter: false },
    },
    {
      id: "tombstones-dropped-early",
      says: "A removed tag is forgotten when one other replica has it: a third that still holds it brings it back.",
      seen: "A common mistake: Cassandra's documentation warns that deleted data comes back when tombstones are dropped before all replicas were repaired.",
      config: { tombstones: "dropped when told" },
    },
    {
      id: "element-is-the-tag",
      says: "The element itself is the tag: what was removed once can not be added again.",
      seen: "The 2P-Set of section 3.3.2, taken for a set to which elements return.",
      config: { tags: "element" },
    },
    {
      id: "adds-copies",
      says: "An addition that the network delivers twice gets two tags, and the second outlives a removal of the first.",
      seen: "A common mistake: adding to a set is taken for idempotent, and with tags it is not.",
      config: { once: false },
    },
    {
      id: "set-not-durable",
      says: "Additions are acknowledged before they are on disk.",
      seen: "A common mistake: a replica that means to fetch its state from the others after a restart.",
      node: (node) => ({ ...node, durable: [] }),
    },
  ],
});
