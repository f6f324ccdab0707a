import { constant, keyedRandom, milliseconds, uniform } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { drawFaults } from "./faults/draw-faults.ts";
import type { Fault } from "./faults/fault.ts";
import type { Body } from "./message.ts";
import { calmNetwork } from "./network.ts";
import { defineNode } from "./node.ts";
import type { Run } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { simulate } from "./simulate.ts";
import { SimulationError } from "./simulation-error.ts";
import { TraceKind } from "./trace-kind.ts";
import type { Workload } from "./workload.ts";

type Requests =
  | (Body & { readonly type: "count" })
  | (Body & { readonly type: "gossip"; readonly list: number[] })
  | (Body & { readonly type: "fail"; readonly code: number })
  | (Body & { readonly type: "ask" })
  | (Body & { readonly type: "throw" });
type Replies = Body & { readonly type: "count_ok"; readonly durable: number; readonly volatile: number };

interface State {
  durable: number;
  volatile: number;
  readonly heard: number[];
}

/** Counts requests in a durable and a volatile field, and tells its peers. */
const counter = defineNode<State, Requests, Replies>({
  name: "counter",
  durable: ["durable"],
  init: () => ({ durable: 0, volatile: 0, heard: [] }),
  start(_state, ctx) {
    ctx.timer("tick", milliseconds(10));
  },
  on: {
    count(state, message, ctx) {
      state.durable += 1;
      state.volatile += 1;
      const list = [state.durable];
      ctx.broadcast({ type: "gossip", list });
      list.push(-1);
      ctx.reply(message, { type: "count_ok", durable: state.durable, volatile: state.volatile });
    },
    gossip(state, message, ctx) {
      ctx.assert(message.body.list.length === 1, "a message changed after it was sent");
      message.body.list.push(99);
      state.heard.push(message.body.list[0]!);
    },
    fail: (_state, message, ctx) => ctx.reply(message, { type: "error", code: message.body.code, text: "as asked" }),
    ask: (_state, _message, ctx) => ctx.call("n2", { type: "count" }, "asked", 5),
    throw() {
      throw new Error("the handler's own words");
    },
  },
  replies: {
    asked(state, answer, data, ctx) {
      if (answer.body.type === "count_ok") state.heard.push(data, answer.body.durable);
      ctx.mark("an answer to a call");
    },
  },
  timers: {
    tick(_state, _data, ctx) {
      ctx.log(`tick ${String(ctx.now())} ${String(ctx.monotonic())}`);
      ctx.timer("tick", milliseconds(10));
    },
  },
  view: (state) => `${String(state.durable)}/${String(state.volatile)} ${state.heard.join(",")}`,
});

/** One client that sends the given bodies to the given nodes, one after the other. */
function script(
  steps: readonly { body: Requests; node?: number; at?: number }[],
  timeout = 50,
): Workload<Requests, Replies> {
  return {
    clients: 1,
    timeout: milliseconds(timeout),
    next(_client, k) {
      const step = steps[k];
      if (step === undefined) return undefined;
      const notBefore = milliseconds(step.at ?? 0);
      return { f: step.body.type, input: null, body: step.body, node: step.node ?? 0, think: 0, notBefore };
    },
    complete: (_invocation, reply) => ({ outcome: "ok", output: [reply.durable, reply.volatile] }),
  };
}

type CounterScenario = Scenario<State, Requests, Replies, undefined>;
const base: Omit<CounterScenario, "workload"> = {
  node: counter,
  config: undefined,
  nodes: 3,
  network: calmNetwork(milliseconds(1)),
  faults: [],
  until: milliseconds(1_000),
};
const run = (change: Partial<CounterScenario> & Pick<CounterScenario, "workload">, seed = 1): Run =>
  simulate({ ...base, ...change }, seed, { record: true });
const kinds = (result: Run, kind: number): number => result.trace.filter((entry) => entry.kind === kind).length;
const count: Requests = { type: "count" };

describe("a calm run", () => {
  const result = run({ workload: script([{ body: count }, { body: count }]) });

  it("takes a latency each way and answers in order", () => {
    expect(result.history.map(({ calledAt, returnedAt, output }) => [calledAt, returnedAt, output])).toEqual([
      [0, 2_000, [1, 1]],
      [2_000, 4_000, [2, 2]],
    ]);
    expect(result.ended).toBe("clients-done");
  });

  it("is the same again, recorded or not, and calm whatever the seed", () => {
    const scenario = { ...base, workload: script([{ body: count }, { body: count }]) };
    expect(simulate(scenario, 1).traceHash).toBe(result.traceHash);
    expect(simulate(scenario, 2).traceHash).toBe(result.traceHash);
    expect(simulate(scenario, 1).trace).toEqual([]);
  });

  it("delivers copies: what sender or receiver changes later the other does not see", () => {
    expect(result.states.at(-1)?.text).toMatch(/1,2$/);
  });
});

describe("calls", () => {
  it("run their continuation with its data, once", () => {
    const network = { ...calmNetwork(milliseconds(1)), duplicate: 1_000_000 };
    const result = run({ network, workload: script([{ body: { type: "ask" } }]), outliveClients: true, until: 20_000 });
    expect(result.marks.get("an answer to a call")?.times).toBe(2); // the duplicated request makes a second call
    expect(kinds(result, TraceKind.stale)).toBeGreaterThan(0);
  });
});

describe("crash and restart", () => {
  const crash: Fault = { kind: "crash", node: "n1", at: milliseconds(5), until: milliseconds(30) };
  const steps = [{ body: count }, { body: count, at: 10 }, { body: count, at: 70 }];

  it("keeps durable fields, forgets volatile ones, and loses what arrives while down", () => {
    const result = run({ faults: [crash], workload: script(steps) });
    expect(result.history.map(({ outcome, output }) => [outcome, output])).toEqual([
      ["ok", [1, 1]],
      ["open", undefined],
      ["ok", [2, 1]],
    ]);
    expect(result.trace.some(({ kind, label }) => kind === TraceKind.drop && label === "receiver down")).toBe(true);
  });

  it("forgets timers and starts anew", () => {
    const result = run({ nodes: 1, faults: [crash], workload: script(steps) });
    const ticks = result.trace.filter(({ kind }) => kind === TraceKind.timer).map(({ time }) => time);
    expect(ticks.slice(0, 2)).toEqual([milliseconds(40), milliseconds(50)]);
  });

  it("is up again when the last of overlapping crashes ends", () => {
    const longer: Fault = { ...crash, at: milliseconds(20), until: milliseconds(60) };
    const result = run({
      faults: [crash, longer],
      workload: script([
        { body: count, at: 40 },
        { body: count, at: 95 },
      ]),
    });
    expect(result.history.map(({ outcome }) => outcome)).toEqual(["open", "ok"]);
    expect(kinds(result, TraceKind.restart)).toBe(1);
  });

  it.each<[Fault, string]>([
    [{ ...crash, node: "n9" }, 'Fault 0 (crash): it names "n9"; the system has n1, n2, n3.'],
    [{ ...crash, node: "c1" }, 'Fault 0 (crash): it names "c1"; the system has n1, n2, n3.'],
    [
      { kind: "partition", at: 0, until: 9, sides: [["n1"], ["m2"]] },
      'Fault 0 (partition): it names "m2"; the system has n1, n2, n3, c1.',
    ],
    [
      { ...crash, at: 9, until: 3 },
      "Fault 0 (crash): it runs from 9 to 3 µs; the end can not be before the beginning.",
    ],
  ])("refuse what the system does not have", (fault, message) => {
    expect(() => run({ faults: [fault], workload: script(steps) })).toThrow(message);
  });
});

describe("partitions", () => {
  const at = 0;
  const until = milliseconds(60);
  const steps = [{ body: count }, { body: count, at: 80 }];
  const heardBy = (result: Run, node: number): string => result.states.findLast((state) => state.node === node)!.text;

  it("cut both ways between sides, and heal", () => {
    const fault: Fault = { kind: "partition", at, until, sides: [["n1"], ["n2"]] };
    const result = run({ faults: [fault], workload: script(steps), outliveClients: true, until: milliseconds(100) });
    expect(heardBy(result, 1)).toBe("0/0 2");
    expect(heardBy(result, 2)).toBe("0/0 1,2");
  });

  it("cut one way only when one-way", () => {
    const oneWay: Fault = { kind: "one-way-partition", at, until, from: ["n1"], to: ["c1"] };
    const back: Fault = { ...oneWay, from: ["c1"], to: ["n1"] };
    const lostAnswer = run({ faults: [oneWay], workload: script(steps) });
    const lostRequest = run({ faults: [back], workload: script(steps) });
    expect(lostAnswer.history.map(({ output }) => output)).toEqual([undefined, [2, 2]]);
    expect(lostRequest.history.map(({ output }) => output)).toEqual([undefined, [1, 1]]);
  });

  it("lose what is on its way when they begin", () => {
    const fault: Fault = { kind: "partition", at: 500, until, sides: [["n1"], ["c1"]] };
    expect(run({ faults: [fault], workload: script(steps) }).history[0]!.outcome).toBe("open");
  });

  it("end one by one when they overlap", () => {
    const one: Fault = { kind: "partition", at, until, sides: [["n1"], ["c1"]] };
    const other: Fault = { ...one, until: milliseconds(20) };
    const result = run({ faults: [one, other], workload: script([{ body: count, at: 30 }]) });
    expect(result.history[0]!.outcome).toBe("open");
  });
});

describe("the network", () => {
  const sender = { clients: 1, timeout: milliseconds(50) };
  const many: Workload<Requests, Replies> = {
    ...sender,
    next: (_client, k) => (k < 400 ? { f: "count", input: null, body: count, node: 0, think: 0 } : undefined),
    complete: () => ({ outcome: "ok", output: null }),
  };
  const arrivals = (result: Run): number[] =>
    result.trace.filter(({ kind, a, b }) => kind === TraceKind.deliver && a === 0 && b === 1).map(({ c }) => c);

  it("keeps the order of a link unless told to reorder", () => {
    const jitter = { ...calmNetwork(0), latency: uniform(0, milliseconds(20)) };
    const inOrder = arrivals(run({ network: jitter, workload: many, until: milliseconds(20_000) }));
    expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
    const reorder = { ...jitter, reorder: 300_000, reorderDelay: constant(milliseconds(50)) };
    const shuffled = arrivals(run({ network: reorder, workload: many, until: milliseconds(20_000) }));
    expect(shuffled).not.toEqual(shuffled.toSorted((one, other) => one - other));
  });

  it("loses and duplicates the share it is told to", () => {
    const network = { ...calmNetwork(milliseconds(1)), loss: 200_000, duplicate: 100_000 };
    const result = run({ network, workload: many, until: milliseconds(60_000) });
    const sent = kinds(result, TraceKind.send);
    const lost = result.trace.filter(({ kind, label }) => kind === TraceKind.drop && label === "loss").length;
    expect(Math.abs(lost / sent - 0.2)).toBeLessThan(0.04);
    expect(Math.abs(kinds(result, TraceKind.duplicate) / (sent - lost) - 0.1)).toBeLessThan(0.04);
  });

  it("treats a link as its own model says", () => {
    const network = { ...calmNetwork(milliseconds(1)), links: [{ from: "n1", to: "n2", loss: 1_000_000 }] };
    const result = run({ network, workload: script([{ body: count }]), outliveClients: true, until: 50_000 });
    expect(result.states.filter(({ node }) => node === 1).map(({ text }) => text)).toEqual(["0/0 "]);
  });

  it("leaves all other decisions as they were when one link changes", () => {
    const weather = { ...calmNetwork(0), latency: uniform(0, milliseconds(9)), loss: 100_000 };
    const clean = run({ network: weather, workload: many, until: milliseconds(60_000) });
    const links = [{ from: "n1", to: "n2", loss: 0 }];
    const changed = run({ network: { ...weather, links }, workload: many, until: milliseconds(60_000) });
    const times = (result: Run): number[][] => result.history.map(({ calledAt, returnedAt }) => [calledAt, returnedAt]);
    expect(times(changed)).toEqual(times(clean));
    expect(changed.traceHash).not.toBe(clean.traceHash);
  });
});

describe("clocks", () => {
  it("show their offset in the time of day, their drift in both, and run timers by themselves", () => {
    const fast = { offset: 7_000, drift: 100_000 };
    const result = run({ nodes: 1, clocks: [fast], workload: script([{ body: count, at: 15 }]) });
    const tick = result.trace.find(({ kind }) => kind === TraceKind.log)!;
    expect(tick.time).toBe(Math.ceil(10_000_000_000 / 1_100_000));
    expect(tick.label).toBe("tick 17000 10000");
  });
});

describe("clients", () => {
  it("leave an unanswered operation open, go on as a new process, and ignore the late answer", () => {
    const network = { ...calmNetwork(milliseconds(30)) };
    const result = run({ network, workload: script([{ body: count }, { body: count }], 50) });
    expect(result.history.map(({ process, outcome, returned }) => [process, outcome, returned])).toEqual([
      [0, "open", Infinity],
      [1, "open", Infinity],
    ]);
    expect(kinds(result, TraceKind.stale)).toBe(1);
  });

  it.each([
    [11, "fail"],
    [13, "open"],
    [1_000, "open"],
  ] as const)("take error %i as %s", (code, outcome) => {
    const result = run({ workload: script([{ body: { type: "fail", code } }]) });
    expect(result.history[0]).toMatchObject({ outcome, output: undefined });
  });

  it("are told that a request is unknown, which is a definite failure", () => {
    const unknown = { type: "nonsense" } as unknown as Requests;
    expect(run({ workload: script([{ body: unknown }]) }).history[0]).toMatchObject({ outcome: "fail" });
  });
});

describe("what stops a run", () => {
  it("a handler that throws: the error names node, time and words", () => {
    const attempt = (): Run => run({ workload: script([{ body: { type: "throw" } }]) });
    expect(attempt).toThrow(SimulationError);
    expect(attempt).toThrow("n1 (counter) at 0.001000 s: the handler's own words");
  });

  it("the limit of events, and says so", () => {
    expect(run({ workload: script([{ body: count, at: 900 }]), maxEvents: 50 })).toMatchObject({
      ended: "events",
      events: 50,
    });
  });

  it("its end in time", () => {
    expect(run({ workload: script([{ body: count, at: 900 }]), until: milliseconds(100) }).ended).toBe("until");
  });

  it("a message to nobody", () => {
    expect(() => run({ workload: script([{ body: count, node: 7 }]) })).toThrow(
      'c1 sent "count" to "n8", which does not exist',
    );
  });
});

describe("drawn faults", () => {
  const weather = {
    window: { from: 0, until: milliseconds(500) },
    partitions: { count: 20, duration: uniform(1_000, 200_000), oneWay: 500_000 },
    crashes: { count: 20, downtime: uniform(1_000, 200_000) },
  };
  const nodes = ["n1", "n2", "n3", "n4", "n5"];
  const faults = drawFaults(keyedRandom(4), weather, nodes);

  it("lie within the window and put a node on either side", () => {
    expect(faults).toHaveLength(40);
    expect(faults.every(({ at, until }) => at >= 0 && at <= until && until <= weather.window.until)).toBe(true);
    const sides = faults.flatMap((fault) => (fault.kind === "partition" ? [fault.sides] : []));
    expect(sides.length).toBeGreaterThan(3);
    expect(sides.every(([one, other]) => one!.length > 0 && one!.length + other!.length === 5)).toBe(true);
    expect(faults.some(({ kind }) => kind === "one-way-partition")).toBe(true);
  });

  it("stay as they were when fewer are drawn", () => {
    const fewer = { ...weather, partitions: { ...weather.partitions, count: 3 } };
    expect(drawFaults(keyedRandom(4), fewer, nodes).slice(0, 3)).toEqual(faults.slice(0, 3));
    expect(drawFaults(keyedRandom(5), weather, nodes)).not.toEqual(faults);
  });
});
