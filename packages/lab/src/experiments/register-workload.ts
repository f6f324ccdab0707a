import type { Invocation, OperationDraws, Workload } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import type { RegisterReply, RegisterRequest } from "@fieldbook/systems";

export interface RegisterWorkloadOptions {
  readonly clients: number;
  readonly nodes: number;
  /** Operations of each client. */
  readonly operations: number;
  /** Percent of the operations that write. */
  readonly writes: number;
  /** Longest pause before a call; pauses are drawn evenly up to it. */
  readonly maxThink: Microseconds;
  readonly timeout: Microseconds;
  /** A client always calls the same node; otherwise any node each time. */
  readonly home: boolean;
  /** Only the first client writes; the others read instead. */
  readonly oneWriter?: boolean;
  /** When given, each client reads once more after this time. */
  readonly finalReadAt?: Microseconds;
}

const read = { f: "read", input: null, body: { type: "read" } } as const;

/**
 * Clients that read and write one register. No value is written twice: client c writes c + 1, c + 1 + clients, and so on,
 * so that a read tells which write it saw.
 */
export function registerWorkload(options: RegisterWorkloadOptions): Workload<RegisterRequest, RegisterReply> {
  const { clients, nodes } = options;
  const next = (client: number, k: number, draws: OperationDraws): Invocation<RegisterRequest> | undefined => {
    const node = options.home ? client % nodes : draws.below(nodes, 1);
    if (k >= options.operations) {
      if (k > options.operations || options.finalReadAt === undefined) return undefined;
      return { ...read, node, think: 0, notBefore: options.finalReadAt };
    }
    const think = draws.below(options.maxThink + 1, 2);
    const mayWrite = client === 0 || options.oneWriter !== true;
    if (!mayWrite || draws.below(100, 0) >= options.writes) return { ...read, node, think };
    const value = client + 1 + clients * k;
    return { f: "write", input: value, body: { type: "write", value }, node, think };
  };
  return {
    clients,
    timeout: options.timeout,
    next,
    complete: (_invocation, reply) => ({ outcome: "ok", output: reply.type === "read_ok" ? reply.value : null }),
  };
}
