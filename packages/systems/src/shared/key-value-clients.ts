import type { Body, Invocation, OperationDraws, Workload } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";

/** What clients ask of a store of registers, in Maelstrom's words (workload lin-kv). */
export type KeyValueRequest =
  | (Body & { readonly type: "read"; readonly key: number })
  | (Body & { readonly type: "write"; readonly key: number; readonly value: number })
  | (Body & { readonly type: "cas"; readonly key: number; readonly from: number | null; readonly to: number });

export type KeyValueReply =
  | (Body & { readonly type: "read_ok"; readonly value: number | null })
  | (Body & { readonly type: "write_ok" })
  | (Body & { readonly type: "cas_ok" });

export interface KeyValueClientsOptions {
  readonly clients: number;
  readonly nodes: number;
  /** Operations of each client. */
  readonly operations: number;
  readonly keys: number;
  /** Percent of the operations that write; the rest read, but for `cas`. */
  readonly writes: number;
  /** Percent of the operations that compare and set. */
  readonly cas?: number;
  /** Longest pause before a call; pauses are drawn evenly up to it. */
  readonly maxThink: Microseconds;
  readonly timeout: Microseconds;
  /** The node that an operation goes to. Default: any, drawn for each operation. */
  readonly nodeOf?: (client: number, k: number, draws: OperationDraws) => number;
}

/**
 * Clients that read, write and compare-and-set a few keys. No value is written twice, so that a read tells which write it
 * saw. A compare-and-set expects a value that one of the clients may have written lately; the answer "precondition
 * failed" (error 22) says that the key has another, and must be right like any other answer.
 */
export function keyValueClients(options: KeyValueClientsOptions): Workload<KeyValueRequest, KeyValueReply> {
  const { clients, nodes, operations, keys, writes, cas = 0, maxThink, timeout } = options;
  const valueOf = (client: number, k: number): number => 1 + client + clients * k;
  const next = (client: number, k: number, draws: OperationDraws): Invocation<KeyValueRequest> | undefined => {
    if (k >= operations) return undefined;
    const node = options.nodeOf?.(client, k, draws) ?? draws.below(nodes, 1);
    const think = draws.below(maxThink + 1, 2);
    const key = draws.below(keys, 3);
    const kind = draws.below(100, 0);
    const value = valueOf(client, k);
    if (kind < writes) return { f: "write", key, input: value, body: { type: "write", key, value }, node, think };
    if (kind < writes + cas) {
      const from = k === 0 ? null : valueOf(draws.below(clients, 4), draws.below(k, 5));
      return { f: "cas", key, input: [from, value], body: { type: "cas", key, from, to: value }, node, think };
    }
    return { f: "read", key, input: null, body: { type: "read", key }, node, think };
  };
  return {
    clients,
    timeout,
    next,
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.type === "read_ok" ? reply.value : null }),
    refused: ({ f }, { code }) => (f === "cas" && code === 22 ? { outcome: "ok", output: false } : undefined),
  };
}
