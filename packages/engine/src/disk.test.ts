import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { Fault } from "./faults/fault.ts";
import type { Body } from "./message.ts";
import { calmNetwork } from "./network.ts";
import { defineNode } from "./node.ts";
import { simulate } from "./simulate.ts";

type Requests = Body & { readonly type: "store"; readonly value: number; readonly sync: boolean };

interface State {
  /** What was read after the last start: "value@file:index". */
  read: string[] | null;
  answers: string[];
}

/** Appends what it is told to a file, syncs when it is told to, and reads the file when it starts. */
const recorder = defineNode<State, Requests, Body & { readonly type: "store_ok" }>({
  name: "recorder",
  durable: [],
  init: () => ({ read: null, answers: [] }),
  start: (_state, ctx) => ctx.disk.read("log", "loaded"),
  on: {
    store(_state, { body }, ctx) {
      ctx.disk.append("log", [body.value, ctx.checksum(body.value)]);
      if (body.sync) ctx.disk.fsync("synced", body.value);
    },
  },
  disk: {
    loaded(state, { ok, records }, _data, ctx) {
      state.read = ok
        ? records.map(({ data, file, index }) => {
            const [value, sum] = data as readonly [number, number];
            return sum === ctx.checksum(value) ? `${String(value)}@${file}:${String(index)}` : "damaged";
          })
        : ["no file"];
    },
    synced(state, { ok }, value) {
      state.answers.push(`${String(value)} ${ok ? "synced" : "not synced"}`);
    },
  },
});

/** Stores 1 at 10 ms, 2 at 20 ms and so on, and says what was read last and what the disk answered. */
function stored(sync: readonly boolean[], faults: readonly Fault[] = [], seed = 1): State {
  const run = simulate(
    {
      node: recorder,
      config: undefined,
      nodes: 1,
      network: calmNetwork(milliseconds(1)),
      faults,
      workload: {
        clients: 1,
        timeout: milliseconds(5),
        next: (_client, k) =>
          k < sync.length
            ? {
                f: "store",
                input: k + 1,
                body: { type: "store" as const, value: k + 1, sync: sync[k]! },
                node: 0,
                think: 0,
                notBefore: milliseconds(10 * (k + 1)),
              }
            : undefined,
        complete: () => ({ outcome: "ok", output: null }),
      },
      until: milliseconds(200),
      outliveClients: true,
    },
    seed,
  );
  return run.nodes[0]!.state as State;
}

const crash: Fault = { kind: "crash", at: milliseconds(50), until: milliseconds(60), node: "n1" };

describe("files", () => {
  it("say that they do not exist, and answer a sync", () => {
    expect(stored([true])).toEqual({ read: ["no file"], answers: ["1 synced"] });
  });

  it("keep through a crash what was synced, in order and with where it lies", () => {
    expect(stored([false, true], [crash]).read).toEqual(["1@log:0", "2@log:1"]);
  });

  it("lose in a crash some or all of what was not synced, the latest first, and may tear the one under way", () => {
    const left = Array.from({ length: 40 }, (_, seed) => stored([true, false, false], [crash], seed).read!.join(" "));
    const ends = new Set(left);
    expect(ends).toContain("1@log:0");
    expect(ends).toContain("1@log:0 2@log:1 3@log:2");
    expect(ends).toContain("1@log:0 damaged");
    expect(left.every((text) => text.startsWith("1@log:0"))).toBe(true);
  });

  it("are not written while the disk is full, and the sync says so", () => {
    const full: Fault = { kind: "full-disk", at: milliseconds(15), until: milliseconds(30), node: "n1" };
    expect(stored([true, true, true], [full]).answers).toEqual(["1 synced", "2 not synced", "3 synced"]);
    expect(stored([true, true, true], [full, crash]).read).toEqual(["1@log:0", "3@log:1"]);
  });

  it("lose what a lost sync was said to have kept", () => {
    const lost: Fault = { kind: "lost-fsync", at: milliseconds(15), until: milliseconds(70), node: "n1" };
    const left = Array.from({ length: 20 }, (_, seed) => stored([true, true, true], [lost, crash], seed).read!.length);
    expect(Math.min(...left)).toBe(1);
  });

  it("rot: the record's own checksum shows it", () => {
    const rot: Fault = { kind: "bit-rot", at: milliseconds(40), until: milliseconds(40), node: "n1", pick: 1 };
    expect(stored([true, true, true], [rot, crash]).read).toEqual(["1@log:0", "damaged", "3@log:2"]);
  });

  it("answer later on a slow disk", () => {
    const slow: Fault = { kind: "slow-disk", at: 0, until: milliseconds(100), node: "n1", by: milliseconds(45) };
    expect(stored([true], [slow, crash]).answers).toEqual([]);
    expect(stored([true], [slow]).answers).toEqual(["1 synced"]);
  });

  it("refuse a record beyond the end, in words", () => {
    const hasty = {
      ...recorder,
      start: (_: State, ctx: Parameters<NonNullable<typeof recorder.start>>[1]) => ctx.disk.write("log", 3, 0),
    };
    const scenario = { node: hasty, config: undefined, nodes: 1, network: calmNetwork(1), faults: [], until: 1 };
    const workload = {
      clients: 0,
      timeout: 1,
      next: () => undefined,
      complete: () => ({ outcome: "ok", output: null }) as const,
    };
    expect(() => simulate({ ...scenario, workload }, 1)).toThrow('record 3 of "log" does not follow its 0');
  });
});
