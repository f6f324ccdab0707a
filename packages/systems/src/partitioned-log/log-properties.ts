import type { Body, Message, Observed, Property } from "@fieldbook/engine";
import { driftedApart } from "../shared/stopwatches.ts";
import type { Entry, Leadership, LogState, Requests } from "./log-types.ts";

const describe = ({ value, producer, producerEpoch, sequence }: Entry): string =>
  `${String(value)} (number ${String(sequence)} of ${producer} in epoch ${String(producerEpoch)})`;

export const oneLeaderPerEpoch: Property<LogState> = {
  id: "one-leader-per-epoch",
  says: "A partition has one leader in an epoch.",
  watch() {
    const leaders = new Map<string, string>();
    return ({ name, state }) => {
      for (const [partition, { leader, epoch }] of state.known) {
        if (leader !== name) continue;
        const which = `partition ${String(partition)} in epoch ${String(epoch)}`;
        const other = leaders.get(which) ?? name;
        leaders.set(which, other);
        if (other !== name) return `${other} and ${name} both lead ${which}.`;
      }
      return undefined;
    };
  },
};

/** Why an entry can not come after those that are committed; undefined when it can. */
function misplaced(committed: readonly Entry[], entry: Entry): string | undefined {
  const last = committed.findLast(({ producer }) => producer === entry.producer);
  if (committed.some(({ value }) => value === entry.value)) return "is there already";
  if (last === undefined) return undefined;
  const follows =
    entry.producerEpoch > last.producerEpoch ||
    (entry.producerEpoch === last.producerEpoch && entry.sequence === last.sequence + 1);
  return follows ? undefined : `comes after ${describe(last)}`;
}

export const committedStays: Property<LogState> = {
  id: "committed-stays",
  says: "What lies below a high watermark is the same on every replica and for ever, each record once, those of a producer in order.",
  watch() {
    const committed = new Map<number, Entry[]>();
    const looked = new Map<string, string>();
    return ({ name, state }) => {
      for (const [partition, { log, highWatermark }] of state.replicas) {
        const place = `${name} ${String(partition)}`;
        const size = `${String(log.length)} ${String(highWatermark)} ${String(state.boots)} ${String(state.known.get(partition)?.epoch)}`;
        if (looked.get(place) === size) continue;
        looked.set(place, size);
        const agreed = committed.get(partition) ?? [];
        committed.set(partition, agreed);
        for (const [offset, entry] of log.slice(0, highWatermark).entries()) {
          const known = agreed[offset];
          const where = `at offset ${String(offset)} of partition ${String(partition)}`;
          if (known !== undefined && known.value !== entry.value) {
            return `${name} has ${describe(entry)} ${where}, where ${describe(known)} was committed.`;
          }
          if (known !== undefined) continue;
          const why = misplaced(agreed, entry);
          if (why !== undefined) return `${name} committed ${describe(entry)} ${where}, which ${why}.`;
          agreed.push(entry);
        }
      }
      return undefined;
    };
  },
};

export const acknowledgedStays: Property<LogState> = {
  id: "acknowledged-stays",
  says: "A record that was acknowledged is in its leader's log, at the offset that was told.",
  judge({ history, nodes }) {
    const { partitions } = nodes[0]!.state.cluster;
    for (const [index, { outcome, key, input, output }] of history.entries()) {
      if (outcome !== "ok") continue;
      const { leader } = partitions.get(Number(key))!;
      const log = nodes.find(({ name }) => name === leader)?.state.replicas.get(Number(key))?.log ?? [];
      const found = log[Number(output)];
      if (found?.value === input) continue;
      const says = `${String(input)} was acknowledged at offset ${String(output)} of partition ${String(key)}; ${leader}, the leader, has ${found === undefined ? "nothing" : describe(found)} there.`;
      return { verdict: "violated", says, operations: [index] };
    }
    return { verdict: "holds", says: "All acknowledged records are there." };
  },
};

export const oneOwner: Property<LogState> = {
  id: "one-owner",
  says: "In one generation of the group a partition belongs to one member.",
  watch() {
    const owners = new Map<string, string>();
    return ({ name, state }) => {
      for (const partition of state.positions.keys()) {
        const which = `partition ${String(partition)} in generation ${String(state.generation)}`;
        const other = owners.get(which) ?? name;
        owners.set(which, other);
        if (other !== name) return `${other} and ${name} both own ${which}.`;
      }
      return undefined;
    };
  },
};

/** What applications have processed: per partition the value at each offset. */
function noteProcessed(
  processed: Map<string, number>,
  seen: Map<string, number>,
  { name, state }: Observed<LogState>,
): string | undefined {
  const from = seen.get(name) ?? 0;
  seen.set(name, state.processed.length);
  if (state.processed.length < from) return `${name} has forgotten what it processed.`;
  for (const [partition, offset, value] of state.processed.slice(from)) {
    const place = `offset ${String(offset)} of partition ${String(partition)}`;
    const other = processed.get(place) ?? value;
    processed.set(place, other);
    if (other !== value)
      return `${name} processed ${String(value)} at ${place}, where ${String(other)} was processed before.`;
  }
  return undefined;
}

export const offsetsFollowProcessing: Property<LogState> = {
  id: "offsets-follow-processing",
  says: "A committed offset never goes back and never passes a record that no consumer has processed; only the present generation commits.",
  watch() {
    const processed = new Map<string, number>();
    const seen = new Map<string, number>();
    const committed = new Map<number, number>();
    return (node) => {
      const { state } = node;
      const wrong = noteProcessed(processed, seen, node);
      if (wrong !== undefined) return wrong;
      if (node.name !== "n1") return undefined;
      for (const [partition, before] of committed) {
        const offset = state.offsets.get(partition)?.offset ?? 0;
        if (offset < before)
          return `The offset of partition ${String(partition)} went back from ${String(before)} to ${String(offset)}.`;
      }
      for (const [partition, { offset, generation, member }] of state.offsets) {
        const before = committed.get(partition) ?? 0;
        committed.set(partition, offset);
        if (offset === before) continue;
        if (generation !== state.group.generation) {
          return `${member} committed offset ${String(offset)} of partition ${String(partition)} for generation ${String(generation)}; the group is in ${String(state.group.generation)}.`;
        }
        for (let passed = before; passed < offset; passed += 1) {
          const place = `offset ${String(passed)} of partition ${String(partition)}`;
          if (!processed.has(place)) return `${member} committed past ${place}, which nobody has processed.`;
        }
      }
      return undefined;
    };
  },
};

/** When the controller has heard from whom, by a record of its own; begun anew when the controller restarts. */
class SignsOfLife {
  readonly #heard = new Map<string, number>();
  #life = -1;
  #began = 0;

  note({ since, cluster }: LogState, time: number, message: Message | undefined): void {
    if (since !== this.#life) {
      this.#life = since;
      this.#began = time;
      this.#heard.clear();
    }
    if (message?.body.type !== "alive") return;
    const { boots } = message.body as Body & { readonly boots: number };
    if (boots >= (cluster.boots.get(message.src) ?? 1)) this.#heard.set(message.src, time);
  }

  /** Whether it has been silent for longer than that. */
  isSilent(node: string, time: number, than: number): boolean {
    return time - (this.#heard.get(node) ?? this.#began) > than;
  }

  isHeard(node: string, time: number, within: number): boolean {
    return time - (this.#heard.get(node) ?? -Infinity) < within;
  }
}

export const silentLeadersAreReplaced: Property<LogState> = {
  id: "silent-leaders-are-replaced",
  says: "When the controller has looked, no partition has a leader that is silent for a session while an in-sync replica is there.",
  watch() {
    const signs = new SignsOfLife();
    return ({ name, state }, _nodes, time, message) => {
      if (name !== "n1") return undefined;
      signs.note(state, time, message);
      if (message !== undefined) return undefined;
      const apart = driftedApart(time);
      const { session } = state.config;
      for (const [partition, { leader, inSync }] of state.cluster.partitions) {
        if (!signs.isSilent(leader, time, session + apart)) continue;
        const other = inSync.find((broker) => signs.isHeard(broker, time, session - apart));
        if (other === undefined) continue;
        return `${leader} leads partition ${String(partition)} and is silent; ${other} is in sync and was heard.`;
      }
      return undefined;
    };
  },
};

export const inSyncAsAsked: Property<LogState> = {
  id: "in-sync-as-asked",
  says: "What a leader asks for the in-sync replicas is granted if nothing was decided since it last heard, and only then.",
  watch() {
    const before = new Map<number, Leadership>();
    return ({ name, state: { cluster } }, _nodes, _time, message) => {
      if (name !== "n1") return undefined;
      const asked = message?.body.type === "alter" ? (message.body as Extract<Requests, { type: "alter" }>) : undefined;
      const was = asked && before.get(asked.partition);
      for (const [partition, leadership] of cluster.partitions) before.set(partition, leadership);
      if (asked === undefined || was === undefined) return undefined;
      const { partition, epoch, version, inSync } = asked;
      const is = cluster.partitions.get(partition)!;
      const fresh = was.epoch === epoch && was.version === version;
      if (is.inSync.join(" ") === (fresh ? inSync : was.inSync).join(" ")) return undefined;
      const wish = `${message!.src} asked for ${inSync.join(" ")} as of version ${String(version)} of ${String(was.version)}`;
      return `${wish}; in sync are ${is.inSync.join(" ")}.`;
    };
  },
};
