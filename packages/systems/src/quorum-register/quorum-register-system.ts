import { defineSystem } from "@fieldbook/engine";
import type { Workload } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { linearizable } from "../shared/linearizable.ts";
import { isNewer, noVersion } from "../version.ts";
import type { Version } from "../version.ts";
import type { QuorumRequest, QuorumReply, QuorumConfig, QuorumState } from "./quorum-register.ts";
import { quorumRegister } from "./quorum-register.ts";

/** Clients that read and write one register at any node; no value is written twice. */
function workload(size: { nodes: number; clients: number; operations: number }): Workload<QuorumRequest, QuorumReply> {
  return {
    clients: size.clients,
    timeout: milliseconds(300),
    next(client, k, draws) {
      if (k >= size.operations) return undefined;
      const node = draws.below(size.nodes, 1);
      const think = draws.below(80_000, 2);
      if (draws.below(100, 0) >= 40) return { f: "read", input: null, body: { type: "read" }, node, think };
      const value = 1 + client + size.clients * k;
      return { f: "write", input: value, body: { type: "write", value }, node, think };
    },
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.type === "read_ok" ? reply.value : null }),
  };
}

const show = ({ counter, writer }: Version): string => `${String(counter)} of ${writer}`;

export const quorumRegisterSystem = defineSystem<QuorumState, QuorumRequest, QuorumReply, QuorumConfig>({
  id: "quorum-register",
  title: "A register on quorums (ABD)",
  says: "Each operation asks all nodes and goes on when a majority has answered; a read stores what it found before it returns.",
  leavesOut: "A lost message is not sent again: the operation stays unanswered and the client goes on with the next.",
  source: "Attiya, Bar-Noy, Dolev (J. ACM 1995); Lynch and Shvartsman (FTCS 1997)",
  node: quorumRegister,
  config: { read: 2, write: 2, readRepair: true },
  nodes: { default: 3, min: 3, max: 3 },
  clients: 3,
  operations: 10,
  workload,
  survives: [
    "partition",
    "one-way-partition",
    "bridge",
    "isolation",
    "flapping",
    "loss",
    "duplication",
    "delay",
    "reordering",
    "clogging",
    "bandwidth",
    "crash",
    "pause",
    "slow-node",
    "full-disk",
    "slow-disk",
    "clock-step",
    "clock-drift",
    "sync-failure",
    "leap-second",
  ],
  limits: { down: 3 },
  properties: [
    {
      id: "versions-rise",
      says: "What a node holds is never replaced by an older version, and one version never has two values.",
      watch() {
        const held = new Map<string, Version>();
        const values = new Map<string, number | null>();
        return ({ name, state }) => {
          const { version, value } = state;
          const before = held.get(name) ?? noVersion;
          if (isNewer(before, version)) return `${name} held version ${show(before)} and now ${show(version)}.`;
          held.set(name, version);
          const known = values.get(show(version));
          if (known !== undefined && known !== value) {
            return `Version ${show(version)} is ${String(known)} and, on ${name}, ${String(value)}.`;
          }
          values.set(show(version), value);
          return undefined;
        };
      },
    },
    linearizable("register"),
  ],
  recovers: { within: milliseconds(10_000), core: (nodes) => Math.floor(nodes / 2) + 1 },
  sometimes: ["two nodes held different versions", "an older version came late", "a write came twice"],
  mutants: [
    {
      id: "no-read-repair",
      says: "A read returns what it found without storing it on a majority first.",
      seen: "Attiya, Bar-Noy, Dolev (1995), section 3: the reason for the reader's second phase",
      config: { readRepair: false },
    },
    {
      id: "write-quorum-too-small",
      says: "A write is done when one node has it: a read's majority may miss it.",
      seen: "a common setting of stores with tunable quorums: W + R is not greater than N",
      config: { write: 1 },
    },
    {
      id: "read-quorum-too-small",
      says: "An operation asks one node which version is the newest.",
      seen: "a common setting of stores with tunable quorums: R = 1",
      config: { read: 1 },
    },
    {
      id: "version-not-durable",
      says: "A node forgets in a crash what it had acknowledged.",
      seen: "a common mistake: an acknowledgement before the write is on disk",
      node: (correct) => ({ ...correct, durable: ["proposed", "lastWrites"] }),
    },
    {
      id: "proposed-not-durable",
      says: "A node gives the same version to two values, one before and one after a crash.",
      seen: "Lynch and Shvartsman (1997) keep tags on stable storage; a common omission",
      node: (correct) => ({ ...correct, durable: ["version", "value", "lastWrites"] }),
    },
    {
      id: "copies-are-carried-out",
      says: "A write that the network delivers twice is carried out twice: its value comes back after others replaced it.",
      seen: "a common mistake: a write is taken for idempotent because it sets a value",
      node: (correct) => ({
        ...correct,
        on: {
          ...correct.on,
          write(state, message, ctx) {
            state.lastWrites.clear();
            correct.on.write(state, message, ctx);
          },
        },
      }),
    },
    {
      id: "stores-whatever-comes",
      says: "A node takes each version that it is sent, older ones too.",
      seen: "a common mistake: last message wins",
      node: (correct) => ({
        ...correct,
        on: {
          ...correct.on,
          store(state, message, ctx) {
            const { version, value } = message.body;
            state.version = version;
            state.value = value;
            ctx.reply(message, { type: "store_ok" });
          },
        },
      }),
    },
  ],
});
