import type { Fault } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { outputs, play } from "../single-decree-paxos/played.fixture.ts";
import type { Played, Script, Step } from "../single-decree-paxos/played.fixture.ts";
import { correctConfig } from "./chain-replication-system.ts";
import { chainReplication } from "./chain-replication.ts";
import type { ChainConfig, ChainRequest, ChainState } from "./chain-replication.ts";

const run = (script: Script<ChainRequest>, config: Partial<ChainConfig> = {}): Played<ChainState> =>
  play(chainReplication, { ...correctConfig, ...config }, { nodes: 4, ...script });

const write = (at: number, node: number, value: number): Step<ChainRequest> => [
  at,
  node,
  { type: "write", key: 0, value },
];
const read = (at: number, node: number): Step<ChainRequest> => [at, node, { type: "read", key: 0 }];
const crash = (node: string, from: number, until: number): Fault => ({
  kind: "crash",
  node,
  at: milliseconds(from),
  until: milliseconds(until),
});

describe("chain replication", () => {
  it("passes an update from the head to the tail, which answers (section 2.2)", () => {
    const { nodes, history } = run({ clients: [[write(100, 2, 7), read(200, 4)]] });
    expect(outputs({ history })).toEqual([null, 7]);
    // Client to head, two links, tail to client: four times 5 ms.
    expect(history[0]!.returnedAt - history[0]!.calledAt).toBe(milliseconds(20));
    expect(nodes.slice(1).map(({ state }) => [state.replica.value, state.replica.sent.length])).toEqual([
      [7, 0],
      [7, 0],
      [7, 0],
    ]);
  });

  it("takes updates at the head and queries at the tail only", () => {
    const { history } = run({ clients: [[write(100, 3, 7), read(200, 2), read(300, 3)]] });
    expect(history.map(({ outcome }) => outcome)).toEqual(["fail", "fail", "fail"]);
  });

  it("takes a failed head out; the next becomes head (section 3.1)", () => {
    const { nodes, history } = run({ clients: [[write(500, 3, 7), read(700, 4)]], faults: [crash("n2", 50, 950)] });
    expect(nodes[0]!.state.chain).toEqual({ number: 2, servers: ["n3", "n4"] });
    expect(outputs({ history })).toEqual([null, 7]);
  });

  it("takes a failed tail out; the one before it has at least what the tail had (section 3.2)", () => {
    const { nodes, history } = run({
      clients: [[write(100, 2, 7), read(500, 3)]],
      faults: [crash("n4", 200, 950)],
    });
    expect(nodes[0]!.state.chain.servers).toEqual(["n2", "n3"]);
    expect(outputs({ history })).toEqual([null, 7]);
  });

  it("sends a new successor what is not confirmed (section 3.3)", () => {
    // n3 goes before it can pass the update on.
    const script = { clients: [[write(100, 2, 7)], [read(600, 4)]], faults: [crash("n3", 102, 950)] };
    expect(outputs(run(script))).toEqual([null, 7]);
    expect(run(script, { sendsAgain: false }).history.map(({ outcome }) => outcome)).toEqual(["open", "ok"]);
  });

  it("does not let a tail answer that was cut off and replaced: its lease is over", () => {
    const cut: Fault = {
      kind: "isolation",
      at: milliseconds(50),
      until: milliseconds(900),
      node: "n4",
    };
    const script = { clients: [[write(400, 2, 7)], [read(600, 4)]], faults: [cut] };
    expect(run(script).history.find(({ f }) => f === "read")?.outcome).toBe("fail");
    const stale = run(script, { leases: false }).history;
    expect(stale.map(({ f, outcome, output }) => [f, outcome, output])).toEqual([
      ["write", "ok", null],
      ["read", "ok", null],
    ]);
  });
});
