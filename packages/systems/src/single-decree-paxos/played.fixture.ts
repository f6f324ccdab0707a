/** What the tests of the consensus and commit protocols share: clients with a script on a calm network, and states made up. */
import type { Value } from "@fieldbook/check";
import { calmNetwork, simulate } from "@fieldbook/engine";
import type { Body, Fault, NodeDefinition, Observed, Outcome, Property, Run, TimedOperation } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";

/** One step of a client: when, in ms, at which node, 1 for "n1", and what it asks. */
export type Step<Requests extends Body> = readonly [at: number, node: number, body: Requests];

export interface Script<Requests extends Body> {
  readonly clients: readonly (readonly Step<Requests>[])[];
  readonly nodes?: number;
  readonly faults?: readonly Fault[];
  /** In ms. */
  readonly until?: number;
  /** Links that take this many ms instead of 5. */
  readonly slow?: readonly (readonly [from: string, to: string, takes: number])[];
}

/** A run's end, with states typed. */
export type Played<State> = Omit<Run, "nodes"> & Outcome<State>;

/** Runs nodes under a script, with messages that take 5 ms. */
export function play<State extends object, Requests extends Body, Replies extends Body, Config>(
  node: NodeDefinition<State, Requests, Replies, Config>,
  config: Config,
  script: Script<Requests>,
): Played<State> {
  const links = (script.slow ?? []).map(([from, to, takes]) => ({
    from,
    to,
    latency: { kind: "constant", value: milliseconds(takes) } as const,
  }));
  const run = simulate(
    {
      node,
      config,
      nodes: script.nodes ?? 3,
      network: { ...calmNetwork(milliseconds(5)), links },
      faults: script.faults ?? [],
      workload: {
        clients: script.clients.length,
        timeout: milliseconds(1_000),
        next(client: number, k: number) {
          const step = script.clients[client]?.[k];
          if (step === undefined) return undefined;
          const [at, place, body] = step;
          const input = "value" in body ? (body.value as Value) : null;
          return { f: body.type, input, body, node: place - 1, think: 0, notBefore: milliseconds(at) };
        },
        complete: (_invocation: unknown, reply: Replies) => ({ outcome: "ok" as const, output: outputOf(reply) }),
      },
      until: milliseconds(script.until ?? 1_000),
      outliveClients: true,
    },
    1,
  );
  return { ...run, nodes: run.nodes as readonly Observed<State>[] };
}

/** The one field of an answer; null when it has none. */
function outputOf(reply: Body): Value {
  const field = Object.entries(reply).find(([name]) => !["type", "msg_id", "in_reply_to"].includes(name));
  return (field?.[1] ?? null) as Value;
}

export const outputs = ({ history }: { readonly history: readonly TimedOperation[] }): readonly unknown[] =>
  history.map(({ output }) => output);

/** What a watching property says when the nodes have handled events one after the other, view after view. */
export function watched<State>(property: Property<State>, ...views: readonly (readonly Observed<State>[])[]): string {
  if (!("watch" in property)) throw new TypeError(`${property.id} does not watch.`);
  const watch = property.watch();
  let says = "";
  for (const nodes of views) for (const node of nodes) says ||= watch(node, nodes, 0) ?? "";
  return says;
}

/** What a judging property says of a run that violates it; "" when it holds. */
export function judged<State>(property: Property<State>, outcome: Outcome<State>): string {
  if (!("judge" in property)) throw new TypeError(`${property.id} does not judge.`);
  const finding = property.judge(outcome, true);
  return finding.verdict === "violated" ? finding.says : "";
}

/** Nodes "n1", "n2" … that are up, of a run's first state with changes. */
export function madeUp<State>(base: State, ...changes: readonly Partial<State>[]): readonly Observed<State>[] {
  return changes.map((change, index) => ({ name: `n${String(index + 1)}`, up: true, state: { ...base, ...change } }));
}

/** The outcome with the n-th answer changed. */
export function withOutput<State>(outcome: Outcome<State>, index: number, output: Value): Outcome<State> {
  const history = outcome.history.map((operation, at) => (at === index ? { ...operation, output } : operation));
  return { ...outcome, history };
}
