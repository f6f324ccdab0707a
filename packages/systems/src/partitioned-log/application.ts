/**
 * An application: it writes what its clients publish, as an idempotent producer (KIP-98), and processes what others have
 * written, as a member of a consumer group (Kreps, Narkhede, Rao, "Kafka: a Distributed Messaging System for Log
 * Processing", NetDB 2011, section 3.2).
 */
import type { Message } from "@fieldbook/engine";
import { ownerOf } from "./controller.ts";
import { controllerName, partitionsOf } from "./log-types.ts";
import type { Ctx, Group, LogState, Replies, Requests } from "./log-types.ts";

type On<Type extends Requests["type"]> = Message<Extract<Requests, { type: Type }>>;
type Reply<Type extends Replies["type"]> = Extract<Replies, { type: Type }>;

/** A client's value joins the queue of its partition. */
export function publish(state: LogState, message: On<"publish">, ctx: Ctx): void {
  const { partition, value, msg_id: number = 0 } = message.body;
  if (number <= (state.lastRequests.get(message.src) ?? -1)) return;
  state.lastRequests.set(message.src, number);
  const producer = state.producers.get(partition)!;
  if (producer.queue.push({ value, request: message }) > 1) return;
  producer.since = ctx.monotonic();
  produceNext(state, partition, ctx);
}

/** Starts the producers: whatever an earlier start has sent is of an earlier epoch. */
export function openProducers(state: LogState, ctx: Ctx): void {
  for (const partition of partitionsOf(state)) {
    state.producers.set(partition, { epoch: 0, sequence: 0, since: 0, queue: [] });
    beginEpoch(state, partition, ctx);
  }
}

/**
 * A producer that can not know what became of its records goes on under a new epoch (KIP-360), and first writes a marker
 * under it: what is still under way is refused from then on. Markers are negative; they take an offset and mean nothing.
 */
function beginEpoch(state: LogState, partition: number, ctx: Ctx): void {
  const producer = state.producers.get(partition)!;
  state.producerEpoch += 1;
  producer.epoch = state.producerEpoch;
  producer.sequence = 0;
  producer.since = ctx.monotonic();
  const first = state.boots === 1 && producer.epoch <= state.config.partitions;
  if (!first) producer.queue.unshift({ value: -(10 * producer.epoch + ctx.nodes.indexOf(ctx.self)) });
}

/** One record of a partition is under way at a time, to whoever is taken to lead. */
function produceNext(state: LogState, partition: number, ctx: Ctx): void {
  const { queue, epoch, sequence } = state.producers.get(partition)!;
  const leader = state.known.get(partition)?.leader;
  if (queue[0] === undefined || leader === undefined) return;
  const { value } = queue[0];
  ctx.call(leader, { type: "produce", partition, producerEpoch: epoch, sequence, value }, "produced", partition);
}

export function produced(state: LogState, body: Reply<"produce_ok">, ctx: Ctx): void {
  const { partition, producerEpoch, sequence, offset } = body;
  const producer = state.producers.get(partition)!;
  if (producerEpoch !== producer.epoch || sequence !== producer.sequence) return;
  const request = producer.queue.shift()?.request;
  producer.sequence += 1;
  producer.since = ctx.monotonic();
  if (request !== undefined) ctx.reply(request, { type: "publish_ok", offset });
  produceNext(state, partition, ctx);
}

/** A record that is not acknowledged in time is given up: its client is not answered, and it may yet be written. */
function giveUpLate(state: LogState, partition: number, ctx: Ctx): void {
  const { queue, since } = state.producers.get(partition)!;
  if (queue.length === 0 || ctx.monotonic() - since <= state.config.delivery) return;
  ctx.mark("a producer gave a record up");
  queue.shift();
  beginEpoch(state, partition, ctx);
}

/** A new generation: what this member owned is given back, and what it owns now begins where the group had got to. */
export function join(state: LogState, group: Group, offsets: ReadonlyMap<number, number>, ctx: Ctx): void {
  if (group.generation > state.generation) {
    state.generation = group.generation;
    state.positions.clear();
    for (const partition of partitionsOf(state)) {
      if (ownerOf(group, partition) === ctx.self) state.positions.set(partition, offsets.get(partition) ?? 0);
    }
  }
  for (const partition of partitionsOf(state)) {
    if ((state.positions.get(partition) ?? 0) > (offsets.get(partition) ?? 0)) commit(state, partition, ctx);
  }
}

function commit(state: LogState, partition: number, ctx: Ctx): void {
  const { generation } = state;
  ctx.send(controllerName, { type: "commit", partition, offset: state.positions.get(partition)!, generation });
}

/** Section 3.2: a message is processed at least once: first it is processed, then the offset is committed. */
export function consumed(state: LogState, body: Reply<"consume_ok">, generation: number, ctx: Ctx): void {
  const { partition, offset, values } = body;
  if (generation !== state.generation || state.positions.get(partition) !== offset) return;
  const records = values.map((value, index) => [partition, offset + index, value] as const);
  (state.config.commits === "after" ? state.processed : state.backlog).push(...records);
  state.positions.set(partition, offset + values.length);
  commit(state, partition, ctx);
}

/** Tries again what was not answered, and asks for new records. */
export function work(state: LogState, ctx: Ctx): void {
  state.processed.push(...state.backlog.splice(0));
  for (const partition of partitionsOf(state)) {
    giveUpLate(state, partition, ctx);
    produceNext(state, partition, ctx);
    const offset = state.positions.get(partition);
    const leader = state.known.get(partition)?.leader;
    if (offset === undefined || leader === undefined) continue;
    ctx.call(leader, { type: "consume", partition, offset }, "consumed", state.generation);
  }
}
