import type { Observed, Outcome, Property } from "@fieldbook/engine";
import { indexOf, nameOf, precedes } from "./replicated-list.ts";
import type { Element } from "./replicated-list.ts";
import { textOf } from "./sequence-crdt.ts";
import type { SequenceState } from "./sequence-crdt.ts";

type Node = Observed<SequenceState>;

const describe = ({ id, value }: Element): string => `${String(value)} (${nameOf(id)})`;

/** A watcher that looks at a node only when its list or its tombstones have grown or shrunk. */
function onChange(
  look: (node: Node, nodes: readonly Node[]) => string | undefined,
): ReturnType<Extract<Property<SequenceState>, { watch: unknown }>["watch"]> {
  const seen = new Map<string, string>();
  return (node, nodes) => {
    const { list, deleted, log } = node.state;
    const size = `${String(list.length)} ${String(deleted.size)} ${String(log.length)}`;
    if (seen.get(node.name) === size) return undefined;
    seen.set(node.name, size);
    return look(node, nodes);
  };
}

/** The strong list specification: Attiya et al., "Specification and Complexity of Collaborative Text Editing" (PODC 2016). */
export const oneOrder: Property<SequenceState> = {
  id: "one-order",
  says: "Two elements are in the same order wherever and whenever both are seen.",
  watch: () =>
    onChange(({ name, state }, nodes) => {
      for (const other of nodes) {
        let last = -1;
        for (const [index, element] of state.list.entries()) {
          const place = indexOf(other.state.list, element.id);
          if (place === -1) continue;
          if (place < last) {
            const before = state.list.slice(0, index).find(({ id }) => indexOf(other.state.list, id) === last)!;
            return `${name} has ${describe(before)} before ${describe(element)}, ${other.name} the other way round.`;
          }
          last = place;
        }
      }
      return undefined;
    }),
};

export const elementsStay: Property<SequenceState> = {
  id: "elements-stay",
  says: "An element that was seen once is always there, and one that was deleted stays deleted.",
  watch() {
    const seen = new Map<string, { readonly elements: readonly Element[]; readonly deleted: readonly string[] }>();
    return onChange(({ name, state }) => {
      const before = seen.get(name);
      const gone = before?.elements.find(({ id }) => indexOf(state.list, id) === -1);
      if (gone !== undefined) return `${name} has lost ${describe(gone)}.`;
      const back = before?.deleted.find((id) => !state.deleted.has(id));
      if (back !== undefined) return `${name} has forgotten that ${back} was deleted.`;
      seen.set(name, { elements: [...state.list], deleted: [...state.deleted] });
      return undefined;
    });
  },
};

export const oneElementPerIdentifier: Property<SequenceState> = {
  id: "one-element-per-identifier",
  says: "An identifier names one element, and a request makes one element.",
  watch() {
    const values = new Map<string, number>();
    const names = new Map<number, string>();
    return onChange(({ name, state }) => {
      for (const { id, value } of state.list) {
        const other = values.get(nameOf(id)) ?? value;
        if (other !== value)
          return `${name} has ${String(value)} as ${nameOf(id)}, which is ${String(other)} elsewhere.`;
        const twin = names.get(value) ?? nameOf(id);
        if (twin !== nameOf(id)) return `${name} has ${String(value)} as ${nameOf(id)} and as ${twin}.`;
        values.set(nameOf(id), value);
        names.set(value, nameOf(id));
      }
      return undefined;
    });
  },
};

export const staysBehindItsNeighbour: Property<SequenceState> = {
  id: "stays-behind-its-neighbour",
  says: "An element stands behind the left neighbour that its writer saw; between them is only what was inserted there at the same time or later.",
  watch: () =>
    onChange(({ name, state }) => {
      for (const [index, element] of state.list.entries()) {
        const left = element.after === null ? -1 : indexOf(state.list, element.after);
        if (element.after !== null && (left === -1 || left > index)) {
          return `${name} has ${describe(element)}, but not behind its left neighbour ${nameOf(element.after)}.`;
        }
        const between = state.list.slice(left + 1, index).find(({ id }) => !precedes(id, element.id));
        if (between === undefined) continue;
        const neighbour = left === -1 ? "the beginning" : describe(state.list[left]!);
        return `${name} has the older ${describe(between)} between ${neighbour} and ${describe(element)}.`;
      }
      return undefined;
    }),
};

export const startsBehindItsNeighbour: Property<SequenceState> = {
  id: "starts-behind-its-neighbour",
  says: "Where it is written an element stands right behind the left neighbour that its writer saw.",
  watch() {
    const seen = new Set<string>();
    return onChange(({ name, state }) => {
      for (const [index, element] of state.list.entries()) {
        if (element.id[1] !== name || seen.has(nameOf(element.id))) continue;
        seen.add(nameOf(element.id));
        const left = element.after === null ? -1 : indexOf(state.list, element.after);
        if (index === left + 1) continue;
        const neighbour = element.after === null ? "the beginning" : nameOf(element.after);
        return `${name} inserted ${describe(element)} behind ${neighbour}; it stands behind ${describe(state.list[index - 1]!)}.`;
      }
      return undefined;
    });
  },
};

type Operation = Outcome<SequenceState>["history"][number];

const isDeletionOf = (operation: Operation, value: unknown): boolean =>
  operation.f === "delete" && (operation.output === value || operation.outcome === "open");

/** What is wrong with a text that has seen at least `before` and at most `until`. */
function faultOf(
  history: readonly Operation[],
  text: readonly number[],
  before: (operation: Operation) => boolean,
  until: (operation: Operation) => boolean,
): string | undefined {
  for (const insertion of history) {
    if (insertion.f !== "insert") continue;
    const value = Number(insertion.input);
    const shown = text.includes(value);
    const deletions = history.filter((operation) => isDeletionOf(operation, value));
    if (shown && !until(insertion)) return `shows ${String(value)}, which nobody had inserted`;
    if (shown && deletions.some((deletion) => deletion.outcome === "ok" && before(deletion))) {
      return `shows ${String(value)}, which had been deleted`;
    }
    if (!shown && insertion.outcome === "ok" && before(insertion) && !deletions.some(until)) {
      return `lacks ${String(value)}, which nobody had deleted`;
    }
  }
  const double = text.find((value, index) => text.indexOf(value) !== index);
  return double === undefined ? undefined : `shows ${String(double)} twice`;
}

export const textsFit: Property<SequenceState> = {
  id: "texts-fit",
  says: "A read shows all that its replica has acknowledged and that is not deleted; in the end every replica does.",
  judge({ history, nodes }) {
    for (const [index, read] of history.entries()) {
      if (read.f !== "read" || !Array.isArray(read.output)) continue;
      const before = (one: Operation): boolean => one.key === read.key && one.returned < read.called;
      const until = (one: Operation): boolean => one.called < read.returned;
      const fault = faultOf(history, read.output as readonly number[], before, until);
      if (fault === undefined) continue;
      return { verdict: "violated", says: `A read of n${String(Number(read.key) + 1)} ${fault}.`, operations: [index] };
    }
    const texts = nodes.map(({ state }) => textOf(state).map(String).join(" "));
    if (new Set(texts).size > 1) return { verdict: "unknown", says: "The replicas have not heard of everything." };
    const ended = ({ outcome }: Operation): boolean => outcome === "ok";
    const fault = faultOf(history, textOf(nodes[0]!.state), ended, () => true);
    if (fault !== undefined) return { verdict: "violated", says: `In the end every replica ${fault}.` };
    return { verdict: "holds", says: `All replicas read ${texts[0] || "nothing"}.` };
  },
};
