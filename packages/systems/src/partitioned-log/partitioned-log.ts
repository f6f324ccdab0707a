/**
 * A log in partitions, each replicated under a leader, that idempotent producers write and a group of consumers reads.
 *
 * Kreps, Narkhede, Rao, "Kafka: a Distributed Messaging System for Log Processing" (NetDB 2011), with what was added to it
 * since: replication with in-sync replicas, leader epochs (KIP-101), idempotent producers (KIP-98) and changes of the
 * in-sync replicas by way of the controller (KIP-497). "n1" is the controller (`controller.ts`), the next three are
 * brokers (`replica.ts`), the others applications, each of them producer and consumer (`application.ts`).
 */
import { defineNode } from "@fieldbook/engine";
import { consumed, join, openProducers, produced, publish, work } from "./application.ts";
import { alterInSync, commitOffset, firstLeaderships, hearFrom, look } from "./controller.ts";
import { applicationsOf, brokersOf, controllerName } from "./log-types.ts";
import type { Ctx, LogConfig, LogState, Replies, Requests } from "./log-types.ts";
import { adopt, consume, diverged, fetch, fetched, produce, replicate } from "./replica.ts";

export const partitionedLog = defineNode<LogState, Requests, Replies, LogConfig>({
  name: "partitioned-log",
  durable: ["boots", "cluster", "group", "offsets", "replicas", "lastRequests", "producerEpoch", "processed"],
  init(config, self, nodes) {
    const brokers = brokersOf(nodes);
    const partitions = Array.from({ length: config.partitions }, (_, partition) => partition);
    return {
      config,
      boots: 0,
      since: 0,
      cluster: { partitions: firstLeaderships(config.partitions, brokers), boots: new Map() },
      group: { generation: 0, members: [] },
      offsets: new Map(),
      heard: new Map(),
      known: new Map(),
      replicas: new Map(brokers.includes(self) ? partitions.map((one) => [one, { log: [], highWatermark: 0 }]) : []),
      followers: new Map(),
      began: new Map(),
      asked: new Map(),
      waiting: [],
      lastRequests: new Map(),
      producerEpoch: 0,
      producers: new Map(),
      processed: [],
      backlog: [],
      generation: 0,
      positions: new Map(),
    };
  },
  start(state, ctx) {
    state.boots += 1;
    state.since = ctx.monotonic();
    if (ctx.self === controllerName) return lookLater(state, ctx);
    if (applicationsOf(ctx.nodes).includes(ctx.self)) openProducers(state, ctx);
    sayAlive(state, ctx);
    pollLater(state, ctx);
  },
  on: {
    publish,
    alive: hearFrom,
    alter: alterInSync,
    commit: commitOffset,
    produce,
    fetch,
    consume,
  },
  replies: {
    /** What the controller says counts once it knows of this start. */
    heard(state, { body }, _data, ctx) {
      if (body.type !== "alive_ok" || body.boots !== state.boots) return;
      for (const [partition, leadership] of body.partitions) adopt(state, partition, leadership, ctx);
      if (applicationsOf(ctx.nodes).includes(ctx.self)) join(state, body.group, new Map(body.offsets), ctx);
    },
    altered(state, { body }, partition, ctx) {
      // News of a node that was not heard of yet may be from before it started.
      if (body.type === "alter_ok" && state.known.has(partition)) adopt(state, partition, body.leadership, ctx);
    },
    fetched(state, { body }, _partition, ctx) {
      if (body.type === "fetch_ok") fetched(state, body, ctx);
      else if (body.type === "diverging") diverged(state, body, ctx);
    },
    produced(state, { body }, _data, ctx) {
      if (body.type === "produce_ok") produced(state, body, ctx);
    },
    consumed(state, { body }, generation, ctx) {
      if (body.type === "consume_ok") consumed(state, body, generation, ctx);
    },
  },
  timers: {
    look(state, _data, ctx) {
      look(state, ctx);
      lookLater(state, ctx);
    },
    beat: (state, _data, ctx) => sayAlive(state, ctx),
    poll(state, _data, ctx) {
      if (state.replicas.size > 0) replicate(state, ctx);
      else work(state, ctx);
      pollLater(state, ctx);
    },
  },
  view(state) {
    const logs = [...state.replicas].toSorted(([one], [other]) => one - other);
    if (logs.length > 0) {
      const texts = logs.map(([partition, { log, highWatermark }]) => {
        const values = log.map(({ value }, offset) => `${String(value)}${offset + 1 === highWatermark ? " |" : ""}`);
        return `${String(partition)}: ${values.join(" ") || "empty"}`;
      });
      return texts.join(", ");
    }
    if (state.heard.size > 0) return `generation ${String(state.group.generation)}`;
    return `processed ${state.processed.map(([, , value]) => String(value)).join(" ") || "nothing"}`;
  },
  describe(body) {
    switch (body.type) {
      case "publish":
        return `publish ${String(body.value)} to ${String(body.partition)}`;
      case "produce":
        return `produce ${String(body.value)}, number ${String(body.sequence)} of epoch ${String(body.producerEpoch)}`;
      case "fetch":
        return `fetch ${String(body.partition)} from ${String(body.offset)} in epoch ${String(body.epoch)}`;
      case "fetch_ok":
        return `${body.entries.map(({ value }) => String(value)).join(" ") || "no records"}, committed ${String(body.highWatermark)}`;
      case "diverging":
        return `cut to ${String(body.end)}`;
      case "commit":
        return `commit ${String(body.partition)} up to ${String(body.offset)} in generation ${String(body.generation)}`;
      case "alter":
        return `in sync: ${body.inSync.join(" ")}`;
      default:
        return body.type;
    }
  },
});

function lookLater({ config }: LogState, ctx: Ctx): void {
  ctx.timer("look", config.beat);
}

function sayAlive({ config, boots }: LogState, ctx: Ctx): void {
  ctx.call(controllerName, { type: "alive", boots }, "heard", 0);
  ctx.timer("beat", config.beat);
}

function pollLater({ config }: LogState, ctx: Ctx): void {
  // Drawn, so that nodes do not all poll at once.
  ctx.timer("poll", config.poll + ctx.random(config.poll, "pause"));
}
