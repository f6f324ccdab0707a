/**
 * The controller, which elects leaders, and the coordinator of the consumer group: one node that may crash and come back.
 * In Kafka the first is ZooKeeper and a broker, later a quorum of controllers; the second is a broker for each group.
 */
import type { Message } from "@fieldbook/engine";
import { applicationsOf, brokersOf, partitionsOf } from "./log-types.ts";
import type { Ctx, Group, Leadership, LogState, Requests } from "./log-types.ts";

type On<Type extends Requests["type"]> = Message<Extract<Requests, { type: Type }>>;

/** At first each broker leads its share, and all replicas are in sync. */
export function firstLeaderships(partitions: number, brokers: readonly string[]): Map<number, Leadership> {
  const all = Array.from({ length: partitions }, (_, partition): [number, Leadership] => {
    return [partition, { leader: brokers[partition % brokers.length]!, epoch: 1, version: 0, inSync: brokers }];
  });
  return new Map(all);
}

export const ownerOf = ({ members }: Group, partition: number): string | undefined =>
  members[partition % members.length];

function isAlive({ config, heard, since }: LogState, node: string, ctx: Ctx): boolean {
  return ctx.monotonic() - (heard.get(node) ?? since) < config.session;
}

/** A node is there: it is told of all decisions. */
export function hearFrom(state: LogState, message: On<"alive">, ctx: Ctx): void {
  const { src } = message;
  const { boots } = message.body;
  const { cluster } = state;
  const known = cluster.boots.get(src) ?? 1;
  // What a node said before its crash is no sign of life.
  if (boots < known) return;
  state.heard.set(src, ctx.monotonic());
  if (boots > known) {
    cluster.boots.set(src, boots);
    // A leader that restarts has forgotten what it had asked for in its epoch, so that the epoch is over.
    for (const partition of partitionsOf(state))
      if (cluster.partitions.get(partition)!.leader === src) elect(state, partition, ctx);
  }
  ctx.reply(message, {
    type: "alive_ok",
    boots,
    partitions: partitionsOf(state).map((partition) => [partition, cluster.partitions.get(partition)!] as const),
    group: state.group,
    offsets: partitionsOf(state).map((partition) => [partition, state.offsets.get(partition)?.offset ?? 0] as const),
  });
}

/**
 * A new leader in a new epoch, from the in-sync replicas: all of them hold all that was acknowledged. While none is alive
 * there is none (KIP-101 names the alternative "unclean leader election").
 */
function elect(state: LogState, partition: number, ctx: Ctx): void {
  const { partitions } = state.cluster;
  const { leader: old, epoch, version, inSync } = partitions.get(partition)!;
  const alive = inSync.filter((broker) => isAlive(state, broker, ctx));
  const unclean =
    state.config.elects === "any" ? brokersOf(ctx.nodes).filter((broker) => isAlive(state, broker, ctx)) : [];
  const leader = alive.find((broker) => broker !== old) ?? alive[0] ?? unclean[0];
  if (leader === undefined) {
    ctx.mark("no in-sync replica was alive");
    return;
  }
  ctx.mark("a new leader was elected");
  const stays = alive.length === 0 ? [leader] : inSync.filter((broker) => broker !== old || alive.includes(old));
  partitions.set(partition, { leader, epoch: epoch + 1, version: version + 1, inSync: stays });
}

/** A leader asks for other in-sync replicas (KIP-497): granted if nothing was decided since it last heard. */
export function alterInSync(state: LogState, message: On<"alter">, ctx: Ctx): void {
  const { partition, epoch, version, inSync } = message.body;
  const present = state.cluster.partitions.get(partition)!;
  if (epoch === present.epoch && version === present.version) {
    state.cluster.partitions.set(partition, { ...present, version: version + 1, inSync });
  }
  ctx.reply(message, { type: "alter_ok", partition, leadership: state.cluster.partitions.get(partition)! });
}

/** An offset counts when who commits it owns the partition in the present generation, and it leads further. */
export function commitOffset(state: LogState, message: On<"commit">, ctx: Ctx): void {
  const { partition, offset, generation } = message.body;
  if (generation !== state.group.generation || ownerOf(state.group, partition) !== message.src) {
    ctx.mark("a consumer of an earlier generation committed");
    if (state.config.fencesConsumers) return;
  }
  if (offset > (state.offsets.get(partition)?.offset ?? 0)) {
    state.offsets.set(partition, { offset, generation, member: message.src });
  }
}

/** Looks who is there: leaders that are gone are replaced, and a group whose members change begins a new generation. */
export function look(state: LogState, ctx: Ctx): void {
  for (const partition of partitionsOf(state)) {
    if (!isAlive(state, state.cluster.partitions.get(partition)!.leader, ctx)) elect(state, partition, ctx);
  }
  const members = applicationsOf(ctx.nodes).filter((node) => state.heard.has(node) && isAlive(state, node, ctx));
  if (members.join(" ") === state.group.members.join(" ")) return;
  state.group = { generation: state.group.generation + 1, members };
}
