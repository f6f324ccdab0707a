/**
 * A broker: it leads some partitions and follows in others.
 *
 * Leaders of epochs and where to cut a log: KIP-101, "Alter Replication Protocol to use Leader Epoch rather than High
 * Watermark for Truncation"; that a fetch carries the last epoch, so that the answer can say where the logs part, is from
 * KIP-595. Sequence numbers and epochs of producers: KIP-98.
 */
import type { Message } from "@fieldbook/engine";
import { brokersOf, controllerName, partitionsOf } from "./log-types.ts";
import type { Ctx, Entry, Leadership, LogState, Replica, Replies, Requests } from "./log-types.ts";

type On<Type extends Requests["type"]> = Message<Extract<Requests, { type: Type }>>;
type Reply<Type extends Replies["type"]> = Extract<Replies, { type: Type }>;

/** The leadership of a partition when this broker has it. */
function ledBy(state: LogState, partition: number, ctx: Ctx): Leadership | undefined {
  const leadership = state.known.get(partition);
  return leadership?.leader === ctx.self ? leadership : undefined;
}

const replicaOf = ({ replicas }: LogState, partition: number): Replica => replicas.get(partition)!;
const placeOf = (partition: number, broker: string): string => `${String(partition)} ${broker}`;

/** Takes in what the controller has decided, when it is news. */
export function adopt(state: LogState, partition: number, leadership: Leadership, ctx: Ctx): void {
  const before = state.known.get(partition);
  if (before !== undefined && leadership.version <= before.version) return;
  state.known.set(partition, leadership);
  state.asked.delete(partition);
  const replica = state.replicas.get(partition);
  if (replica === undefined) return;
  if (leadership.epoch !== before?.epoch) beginEpoch(state, partition, replica, leadership, ctx);
  advance(state, partition, ctx);
}

function beginEpoch(state: LogState, partition: number, replica: Replica, { leader }: Leadership, ctx: Ctx): void {
  const kept = state.waiting.filter((one) => one.partition !== partition);
  state.waiting.splice(0, state.waiting.length, ...kept);
  for (const broker of brokersOf(ctx.nodes)) state.followers.delete(placeOf(partition, broker));
  state.began.delete(partition);
  if (leader === ctx.self) state.began.set(partition, { offset: replica.log.length, at: ctx.monotonic() });
  else if (state.config.truncates === "high watermark")
    replica.log.length = Math.min(replica.log.length, replica.highWatermark);
}

/** A record is written once and in order: KIP-98, "Idempotent Producer Guarantees". */
export function produce(state: LogState, message: On<"produce">, ctx: Ctx): void {
  const { partition, producerEpoch, sequence, value } = message.body;
  const leadership = ledBy(state, partition, ctx);
  if (leadership === undefined) return;
  const { log } = replicaOf(state, partition);
  const from = state.config.restoresSequences ? 0 : (state.began.get(partition)?.offset ?? 0);
  const last = log.findLast((entry, offset) => entry.producer === message.src && offset >= from);
  if (last !== undefined && producerEpoch < last.producerEpoch) {
    ctx.mark("a producer of an earlier epoch was met");
    if (state.config.fencesProducers) return;
  }
  let offset = log.length;
  if (last?.producerEpoch === producerEpoch && sequence <= last.sequence) {
    ctx.mark("a record was written already");
    const isIt = (entry: Entry): boolean =>
      entry.producer === message.src && entry.producerEpoch === producerEpoch && entry.sequence === sequence;
    offset = log.findIndex(isIt);
  } else {
    if (last?.producerEpoch === producerEpoch && sequence > last.sequence + 1) return;
    log.push({ producer: message.src, producerEpoch, sequence, value, leaderEpoch: leadership.epoch });
  }
  state.waiting.push({ partition, offset, request: message });
  advance(state, partition, ctx);
}

/** A follower asks for what comes after its log: by that it says what it has. */
export function fetch(state: LogState, message: On<"fetch">, ctx: Ctx): void {
  const { partition, epoch, offset, lastEpoch } = message.body;
  const leadership = ledBy(state, partition, ctx);
  if (leadership?.epoch !== epoch) return;
  const { log, highWatermark } = replicaOf(state, partition);
  if (offset > 0 && log[offset - 1]?.leaderEpoch !== lastEpoch) {
    // KIP-101: the follower keeps no more of that epoch than the leader has.
    const end = log.filter((entry) => entry.leaderEpoch <= lastEpoch).length;
    const answer = { type: "diverging", partition, epoch, offset, lastEpoch, end: Math.min(offset - 1, end) } as const;
    return ctx.reply(message, answer);
  }
  const place = placeOf(partition, message.src);
  const before = state.followers.get(place);
  state.followers.set(place, {
    offset: Math.max(offset, before?.offset ?? 0),
    caughtUp: offset >= log.length ? ctx.monotonic() : (before?.caughtUp ?? state.began.get(partition)!.at),
  });
  advance(state, partition, ctx);
  // In sync is who has all that may have been committed before this epoch, and all that was since.
  const joins = !leadership.inSync.includes(message.src) && !state.asked.has(partition);
  if (joins && offset >= Math.max(highWatermark, state.began.get(partition)!.offset)) {
    askFor(state, partition, [...leadership.inSync, message.src].toSorted(), ctx);
  }
  const now = replicaOf(state, partition).highWatermark;
  ctx.reply(message, { type: "fetch_ok", partition, epoch, offset, entries: log.slice(offset), highWatermark: now });
}

/** What all in-sync replicas have is committed; who is about to be one counts as one (KIP-497). */
function advance(state: LogState, partition: number, ctx: Ctx): void {
  const leadership = ledBy(state, partition, ctx);
  if (leadership === undefined) return;
  const replica = replicaOf(state, partition);
  const joining = state.config.countsJoining ? (state.asked.get(partition) ?? []) : [];
  const offsets = [...leadership.inSync, ...joining].map((broker) =>
    broker === ctx.self ? replica.log.length : (state.followers.get(placeOf(partition, broker))?.offset ?? 0),
  );
  replica.highWatermark = Math.max(replica.highWatermark, Math.min(...offsets));
  const reached = state.config.acknowledges === "leader" ? replica.log.length : replica.highWatermark;
  const done = state.waiting.filter((one) => one.partition === partition && one.offset < reached);
  const left = state.waiting.filter((one) => !done.includes(one));
  state.waiting.splice(0, state.waiting.length, ...left);
  for (const { request, offset } of done) {
    const { producerEpoch, sequence } = (request as On<"produce">).body;
    ctx.reply(request, { type: "produce_ok", partition, producerEpoch, sequence, offset });
  }
}

function askFor(state: LogState, partition: number, inSync: readonly string[], ctx: Ctx): void {
  const { epoch, version } = state.known.get(partition)!;
  state.asked.set(partition, inSync);
  ctx.call(controllerName, { type: "alter", partition, epoch, version, inSync }, "altered", partition);
}

export function fetched(state: LogState, body: Reply<"fetch_ok">, ctx: Ctx): void {
  const { partition, epoch, offset, entries, highWatermark } = body;
  const { log } = replicaOf(state, partition);
  if (state.known.get(partition)?.epoch !== epoch || offset !== log.length) return;
  log.push(...entries);
  const replica = replicaOf(state, partition);
  replica.highWatermark = Math.max(replica.highWatermark, Math.min(highWatermark, log.length));
  if (entries.length > 0) fetchMore(state, partition, ctx);
}

/** The logs part: what the leader has not is cut off. An answer to an earlier question says nothing of the log of today. */
export function diverged(state: LogState, body: Reply<"diverging">, ctx: Ctx): void {
  const { partition, epoch, offset, lastEpoch, end } = body;
  const { log } = replicaOf(state, partition);
  const same = offset === log.length && log.at(-1)?.leaderEpoch === lastEpoch;
  if (!same || state.known.get(partition)?.epoch !== epoch) return;
  ctx.mark("a follower cut its log");
  log.length = end;
  fetchMore(state, partition, ctx);
}

function fetchMore(state: LogState, partition: number, ctx: Ctx): void {
  const leadership = state.known.get(partition);
  if (leadership === undefined || leadership.leader === ctx.self) return;
  const { log } = replicaOf(state, partition);
  const lastEpoch = log.at(-1)?.leaderEpoch ?? 0;
  const { leader, epoch } = leadership;
  ctx.call(leader, { type: "fetch", partition, epoch, offset: log.length, lastEpoch }, "fetched", partition);
}

/** Consumers see what is committed. To one that is at the end nothing is said. */
export function consume(state: LogState, message: On<"consume">, ctx: Ctx): void {
  const { partition, offset } = message.body;
  if (ledBy(state, partition, ctx) === undefined) return;
  const { log, highWatermark } = replicaOf(state, partition);
  const values = log.slice(offset, highWatermark).map(({ value }) => value);
  if (values.length > 0) ctx.reply(message, { type: "consume_ok", partition, offset, values });
}

/** Followers fetch; leaders ask again for what was not answered, and give up followers that lag. */
export function replicate(state: LogState, ctx: Ctx): void {
  for (const partition of partitionsOf(state)) {
    const leadership = ledBy(state, partition, ctx);
    if (leadership === undefined) {
      fetchMore(state, partition, ctx);
      continue;
    }
    const asked = state.asked.get(partition);
    const lags = (broker: string): boolean => {
      const seen = state.followers.get(placeOf(partition, broker))?.caughtUp ?? state.began.get(partition)!.at;
      return broker !== ctx.self && ctx.monotonic() - seen > state.config.lag;
    };
    if (asked !== undefined) askFor(state, partition, asked, ctx);
    else if (leadership.inSync.some(lags)) {
      ctx.mark("a follower lagged");
      askFor(
        state,
        partition,
        leadership.inSync.filter((broker) => !lags(broker)),
        ctx,
      );
    }
  }
}
