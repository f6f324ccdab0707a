/** What tests of systems share: clients with a script, calm runs, and properties put to states of one's own making. */
import { calmNetwork, simulate } from "@fieldbook/engine";
import type {
  Body,
  ClockError,
  Fault,
  Message,
  NetworkModel,
  NodeDefinition,
  Observed,
  Outcome,
  Property,
  Run,
  TimedOperation,
  Workload,
} from "@fieldbook/engine";
import type { Value } from "@fieldbook/check";
import { milliseconds } from "@fieldbook/kernel";

/** One step of a client: when, in ms, at which node, 1 for "n1", and what it asks. */
export type Step<Requests extends Body> = readonly [at: number, node: number, body: Requests];

/** What a node is asked by clients with a script, and the rest of a calm run. */
export interface Play<Requests extends Body> {
  readonly clients: readonly (readonly Step<Requests>[])[];
  readonly nodes?: number;
  readonly faults?: readonly Fault[];
  readonly clocks?: readonly ClockError[];
  /** In ms. */
  readonly until?: number;
  /** Links that take this many ms instead of 5. */
  readonly slow?: readonly (readonly [from: string, to: string, takes: number])[];
}

/** A run's end, with states typed. */
export type Played<State> = Omit<Run, "nodes"> & Outcome<State>;

/** Runs nodes under a script, with messages that take 5 ms in order. */
export function play<State extends object, Requests extends Body, Replies extends Body, Config>(
  node: NodeDefinition<State, Requests, Replies, Config>,
  config: Config,
  script: Play<Requests>,
): Played<State> {
  const links = (script.slow ?? []).map(([from, to, takes]) => ({
    from,
    to,
    latency: { kind: "constant", value: milliseconds(takes) } as const,
  }));
  const network: NetworkModel = { ...calmNetwork(milliseconds(5)), links };
  const run = simulate(
    {
      node,
      config,
      nodes: script.nodes ?? 3,
      network,
      faults: script.faults ?? [],
      ...(script.clocks === undefined ? {} : { clocks: script.clocks }),
      workload: scripted<Requests, Replies>(script.clients),
      until: milliseconds(script.until ?? 1_000),
      outliveClients: true,
    },
    1,
  );
  return { ...run, nodes: run.nodes as readonly Observed<State>[] };
}

/** An answer as the histories of these tests have it: the whole body but for its ids. */
function scripted<Requests extends Body, Replies extends Body>(
  clients: readonly (readonly Step<Requests>[])[],
): Workload<Requests, Replies> {
  return {
    clients: clients.length,
    timeout: milliseconds(1_000),
    next(client, k) {
      const step = clients[client]?.[k];
      if (step === undefined) return undefined;
      const [at, node, body] = step;
      const input = "value" in body ? (body.value as Value) : null;
      return { f: body.type, key: node - 1, input, body, node: node - 1, think: 0, notBefore: milliseconds(at) };
    },
    complete: (_invocation, reply) => ({ outcome: "ok", output: outputOf(reply) }),
  };
}

/** The one field of an answer, or its fields in order, or null. */
function outputOf(reply: Body): Value {
  const fields = Object.entries(reply)
    .filter(([name]) => name !== "type" && name !== "msg_id" && name !== "in_reply_to")
    .map(([, value]) => value as Value);
  return fields.length === 0 ? null : fields.length === 1 ? fields[0]! : fields;
}

export const outputs = ({ history }: { readonly history: readonly TimedOperation[] }): readonly unknown[] =>
  history.map(({ output }) => output);

/** What a watching property says when the first of these nodes has just handled an event, view after view. */
export function watched<State>(property: Property<State>, ...views: readonly (readonly Observed<State>[])[]): string {
  if (!("watch" in property)) throw new TypeError(`${property.id} does not watch.`);
  const watch = property.watch();
  let says = "";
  for (const [time, nodes] of views.entries()) says ||= watch(nodes[0]!, nodes, milliseconds(time)) ?? "";
  return says;
}

/** What a watching property says of the first of three nodes, which was in one state and, having received the message, is in another. */
export function received<State>(
  property: Property<State>,
  [before, after]: readonly [State, State],
  body: Body,
  src = "c1",
): string {
  if (!("watch" in property)) throw new TypeError(`${property.id} does not watch.`);
  const watch = property.watch();
  const at = (state: State): Observed<State> => ({ name: "n1", up: true, state });
  const message: Message = { src, dest: "n1", body };
  const others = ["n2", "n3"].map((name) => ({ ...at(after), name }));
  return watch(at(before), [at(before), ...others], 0) ?? watch(at(after), [at(after), ...others], 1, message) ?? "";
}

/** The same when each of the nodes in turn has just handled an event. */
export function eachWatched<State>(property: Property<State>, nodes: readonly Observed<State>[]): string {
  if (!("watch" in property)) throw new TypeError(`${property.id} does not watch.`);
  const watch = property.watch();
  return nodes.map((node) => watch(node, nodes, 0) ?? "").join("");
}

/** What a judging property says of a run that violates it; "" when it holds. */
export function judged<State>(property: Property<State>, outcome: Outcome<State>): string {
  if (!("judge" in property)) throw new TypeError(`${property.id} does not judge.`);
  const finding = property.judge(outcome, true);
  return finding.verdict === "violated" ? finding.says : "";
}

/** The outcome with the n-th node's state changed. */
export function withState<State>(outcome: Outcome<State>, index: number, change: Partial<State>): Outcome<State> {
  const nodes = outcome.nodes.map((node, at) =>
    at === index ? { name: node.name, up: node.up, state: { ...node.state, ...change } } : node,
  );
  return { ...outcome, nodes };
}

/** The outcome with the n-th answer changed. */
export function withOutput<State>(outcome: Outcome<State>, index: number, output: Value): Outcome<State> {
  const history = outcome.history.map((operation, at) => (at === index ? { ...operation, output } : operation));
  return { ...outcome, history };
}
