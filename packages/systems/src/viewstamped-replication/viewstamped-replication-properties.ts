import type { Observed, Property } from "@fieldbook/engine";
import type { Entry, State } from "./viewstamped-replication-state.ts";

const nameOf = ({ src, body }: Entry): string => `${src}'s request ${String(body.msg_id)}`;

/** An operation that some replica knows to be committed. */
interface Committed {
  readonly name: string;
  readonly replica: string;
  /** The view of the first replica to know. */
  readonly view: number;
}

/** What a replica of a later view lacks. */
function lacking({ name, state }: Observed<State>, committed: readonly Committed[], from: number): string | undefined {
  if (state.status !== "normal") return undefined;
  for (let index = from; index < committed.length; index += 1) {
    const known = committed[index]!;
    if (known.view >= state.view) continue;
    const has = state.log[index];
    if (has !== undefined && nameOf(has) === known.name) continue;
    const instead = has === undefined ? "nothing" : nameOf(has);
    const where = `Operation ${String(index + 1)}, ${known.name}, was committed in view ${String(known.view)}`;
    return `${where}, and ${name} has ${instead} there in view ${String(state.view)}.`;
  }
  return undefined;
}

export const committedStays: Property<State> = {
  id: "committed-stays",
  says: "All replicas commit the same operations in the same order, and every later view has them in its log.",
  watch() {
    const committed: Committed[] = [];
    const seen = new Map<string, { readonly view: number; readonly commit: number; readonly normal: boolean }>();
    return (node, nodes) => {
      const { name, state } = node;
      const { view, commit } = state;
      const normal = state.status === "normal";
      const last = seen.get(name);
      if (last?.view === view && last.commit === commit && last.normal === normal) return undefined;
      seen.set(name, { view, commit, normal });
      const known = committed.length;
      for (let index = last === undefined || last.commit > commit ? 0 : last.commit; index < commit; index += 1) {
        const entry = nameOf(state.log[index]!);
        committed[index] ??= { name: entry, replica: name, view };
        const first = committed[index]!;
        if (first.name === entry) continue;
        return `Operation ${String(index + 1)} is ${first.name} at ${first.replica} and ${entry} at ${name}.`;
      }
      if (normal && (last?.view !== view || !last.normal)) {
        const wrong = lacking(node, committed, 0);
        if (wrong !== undefined) return wrong;
      }
      if (committed.length === known) return undefined;
      return nodes.map((other) => (other.up ? lacking(other, committed, known) : undefined)).find(Boolean);
    };
  },
};

export const recoversAll: Property<State> = {
  id: "recovers-all",
  says: "A replica that has recovered has in its log all that was committed before it restarted.",
  watch() {
    const committed: string[] = [];
    /** How much was committed when a replica that is recovering restarted, and in which life. */
    const restarts = new Map<string, { readonly life: number; readonly committed: number }>();
    return ({ name, state }) => {
      for (let index = committed.length; index < state.commit; index += 1) committed.push(nameOf(state.log[index]!));
      const life = state.lives.get(name) ?? 0;
      const restart = restarts.get(name);
      if (state.status === "recovering") {
        if (restart?.life !== life) restarts.set(name, { life, committed: committed.length });
        return undefined;
      }
      restarts.delete(name);
      if (restart === undefined || state.log.length >= restart.committed) return undefined;
      const all = `${String(restart.committed)} operations were committed when ${name} restarted`;
      return `${all}, and it has recovered a log of ${String(state.log.length)}.`;
    };
  },
};

export const oneLogAView: Property<State> = {
  id: "one-log-a-view",
  says: "In one view an op-number stands for one operation, whatever replica is asked.",
  watch() {
    const views = new Map<number, { readonly name: string; readonly replica: string }[]>();
    const seen = new Map<string, { readonly view: number; readonly length: number }>();
    return ({ name, state }) => {
      if (state.status !== "normal") return void seen.delete(name);
      const { view, log } = state;
      const last = seen.get(name);
      if (last?.view === view && last.length === log.length) return undefined;
      seen.set(name, { view, length: log.length });
      const entries = views.get(view) ?? [];
      views.set(view, entries);
      for (let index = last?.view === view ? last.length : 0; index < log.length; index += 1) {
        const entry = nameOf(log[index]!);
        entries[index] ??= { name: entry, replica: name };
        const first = entries[index]!;
        if (first.name === entry) continue;
        const op = `In view ${String(view)} operation ${String(index + 1)}`;
        return `${op} is ${first.name} at ${first.replica} and ${entry} at ${name}.`;
      }
      return undefined;
    };
  },
};

export const onceInTheLog: Property<State> = {
  id: "once-in-the-log",
  says: "No request of a client is committed twice.",
  watch() {
    const commits = new Map<string, number>();
    return ({ name, state: { log, commit } }) => {
      if (commits.get(name) === commit) return undefined;
      commits.set(name, commit);
      const names = log.slice(0, commit).map(nameOf);
      const twice = names.find((entry, index) => names.indexOf(entry) !== index);
      if (twice === undefined) return undefined;
      const first = names.indexOf(twice);
      const second = names.lastIndexOf(twice);
      return `${name} carries out ${twice} as operation ${String(first + 1)} and as operation ${String(second + 1)}.`;
    };
  },
};
