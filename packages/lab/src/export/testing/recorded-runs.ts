import { calmNetwork, defineNode, simulate } from "@fieldbook/engine";
import type { Body, Fault, Message, Run, RunOptions, Workload } from "@fieldbook/engine";
import { milliseconds, uniform } from "@fieldbook/kernel";
import { quorumRegister } from "@fieldbook/systems";
import { registerWorkload } from "../../experiments/register-workload.ts";

type Requests =
  | (Body & { readonly type: "read"; readonly key: string })
  | (Body & { readonly type: "write"; readonly key: string; readonly value: number })
  | (Body & { readonly type: "cas"; readonly key: string; readonly from: number; readonly to: number })
  | (Body & { readonly type: "copy"; readonly key: string; readonly value: number })
  | (Body & { readonly type: "ping" });
type Replies =
  | (Body & { readonly type: "read_ok"; readonly value: number | null })
  | (Body & { readonly type: "write_ok" | "cas_ok" | "copy_ok" | "ping_ok" });

interface State {
  readonly values: Map<string, number>;
  readonly waiting: Message[];
}

/** Keeps values by key, answers a write when it is synced, and tells its peers without waiting: it is not linearizable. */
const notebook = defineNode<State, Requests, Replies>({
  name: "notebook",
  durable: ["values"],
  init: () => ({ values: new Map(), waiting: [] }),
  start: (_state, ctx) => void ctx.timer("tick", milliseconds(20)),
  on: {
    read(state, message, ctx) {
      ctx.log(`{"read": "${message.body.key}",\n"by": "${message.src}"}`);
      ctx.reply(message, { type: "read_ok", value: state.values.get(message.body.key) ?? null });
    },
    write(state, message, ctx) {
      const { key, value } = message.body;
      state.values.set(key, value);
      state.waiting.push(message);
      ctx.broadcast({ type: "copy", key, value });
      ctx.disk.append("log", [key, value]);
      ctx.disk.fsync("synced");
    },
    cas(state, message, ctx) {
      const { key, from, to } = message.body;
      if (state.values.get(key) !== from) return ctx.reply(message, { type: "error", code: 22, text: "differs" });
      state.values.set(key, to);
      ctx.reply(message, { type: "cas_ok" });
    },
    copy(state, { body }, ctx) {
      state.values.set(body.key, body.value);
      ctx.mark("a copy has come");
    },
    ping: (_state, message, ctx) => ctx.reply(message, { type: "ping_ok" }),
  },
  replies: { ponged: (_state, _answer, _data, ctx) => ctx.log("a peer is there") },
  timers: {
    tick(_state, _data, ctx) {
      for (const peer of ctx.peers) ctx.call(peer, { type: "ping" }, "ponged", 0);
      ctx.timer("tick", milliseconds(20));
    },
  },
  disk: {
    synced(state, _answer, _data, ctx) {
      const message = state.waiting.shift();
      if (message !== undefined) ctx.reply(message, { type: "write_ok" });
    },
  },
  operator: { forget: (state) => state.values.clear() },
  view: (state) => [...state.values].map((entry) => entry.join("=")).join(" "),
  describe: (body) => ("key" in body ? `${body.type} ${body.key}` : body.type),
});

const workload: Workload<Requests, Replies> = {
  clients: 3,
  timeout: milliseconds(40),
  next(client, k, draws) {
    if (k >= 12) return undefined;
    const key = ["x", "y"][draws.below(2, 0)]!;
    const value = client + 1 + 3 * k;
    const shared = { key, node: draws.below(3, 1), think: draws.below(milliseconds(10), 2) };
    const kind = draws.below(3, 3);
    if (kind === 0) return { ...shared, f: "read", input: null, body: { type: "read", key } };
    if (kind === 1) return { ...shared, f: "write", input: value, body: { type: "write", key, value } };
    const from = draws.below(10, 4);
    return { ...shared, f: "cas", input: [from, value], body: { type: "cas", key, from, to: value } };
  },
  complete: (_invocation, reply) => ({ outcome: "ok", output: reply.type === "read_ok" ? reply.value : null }),
};

const at = (from: number, to: number) => ({ at: milliseconds(from), until: milliseconds(to) });

const faults: readonly Fault[] = [
  { kind: "partition", sides: [["n1"], ["n2", "n3"]], ...at(20, 60) },
  { kind: "loss", rate: 150_000, ...at(0, 90) },
  { kind: "duplication", rate: 300_000, ...at(0, 90) },
  { kind: "crash", node: "n3", ...at(30, 70) },
  { kind: "pause", node: "n2", ...at(75, 95) },
  { kind: "operator", command: "forget", nodes: ["n1", "n2"], data: null, ...at(50, 51) },
  { kind: "clock-step", node: "n1", by: 5_000, ...at(40, 1_000_000) },
];

/** A keyed store in heavy weather: every kind of line that a trace can have, but alarms. */
export const notebookRun = (seed: number, options: RunOptions = { record: true }): Run =>
  simulate(
    {
      node: notebook,
      config: undefined,
      nodes: 3,
      network: { ...calmNetwork(0), latency: uniform(500, 5_000), ordered: false },
      faults,
      workload,
      until: milliseconds(400),
    },
    seed,
    options,
  );

/** A register on quorums, with or without the step that makes it linearizable. */
export const registerRun = (seed: number, readRepair: boolean): Run =>
  simulate(
    {
      node: quorumRegister,
      config: { read: 2, write: 2, readRepair },
      nodes: 3,
      network: { ...calmNetwork(0), latency: uniform(500, 20_000), loss: 30_000, ordered: false },
      faults: [{ kind: "crash", node: "n2", ...at(40, 80) }],
      workload: registerWorkload({
        clients: 3,
        nodes: 3,
        operations: 8,
        writes: 40,
        maxThink: milliseconds(10),
        timeout: milliseconds(60),
        home: false,
      }),
      until: milliseconds(2_000),
    },
    seed,
    { record: true },
  );
