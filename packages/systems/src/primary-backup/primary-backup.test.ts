import type { Fault } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import type { KeyValueRequest } from "../shared/key-value-clients.ts";
import { outputs, play } from "../single-decree-paxos/played.fixture.ts";
import type { Played, Script, Step } from "../single-decree-paxos/played.fixture.ts";
import { correctConfig } from "./primary-backup-system.ts";
import { primaryBackup } from "./primary-backup.ts";
import type { PrimaryBackupConfig, PrimaryBackupRequest, PrimaryBackupState } from "./primary-backup.ts";

const run = (
  script: Script<PrimaryBackupRequest>,
  config: Partial<PrimaryBackupConfig> = {},
): Played<PrimaryBackupState> => play(primaryBackup, { ...correctConfig, ...config }, { nodes: 4, ...script });

const ask = (at: number, node: number, body: KeyValueRequest): Step<PrimaryBackupRequest> => [at, node, body];
const write = (at: number, node: number, value: number) => ask(at, node, { type: "write", key: 0, value });
const read = (at: number, node: number) => ask(at, node, { type: "read", key: 0 });
const crash = (node: string, from: number, until: number): Fault => ({
  kind: "crash",
  node,
  at: milliseconds(from),
  until: milliseconds(until),
});

describe("primary and backup", () => {
  it("goes through views: a primary alone, then with a backup", () => {
    const { nodes } = run({ clients: [], until: 300 });
    expect(nodes[0]!.state.service).toEqual({ view: { number: 2, primary: "n2", backup: "n3" }, confirmed: true });
  });

  it("has an answered write on both", () => {
    const { nodes, history } = run({ clients: [[write(200, 2, 7)]] });
    expect(history[0]!.outcome).toBe("ok");
    expect(nodes.slice(1, 3).map(({ state }) => state.data.value)).toEqual([7, 7]);
  });

  it("refuses what is asked of a server that is not the primary", () => {
    const { history } = run({ clients: [[write(200, 3, 7)]] });
    expect(history[0]!.outcome).toBe("fail");
  });

  it("puts the backup in the place of a primary that crashed, with all that was answered", () => {
    const { nodes, history } = run({ clients: [[write(200, 2, 7), read(700, 3)]], faults: [crash("n2", 300, 950)] });
    expect(outputs({ history })).toEqual([null, 7]);
    expect(nodes[0]!.state.service.view).toMatchObject({ primary: "n3", backup: "n4" });
  });

  it("loses an answered write when it does not wait for the backup", () => {
    const script = {
      clients: [[write(200, 2, 7), read(700, 3)]],
      faults: [
        { kind: "one-way-partition", at: milliseconds(190), until: milliseconds(300), from: ["n2"], to: ["n3"] },
        crash("n2", 240, 950),
      ] as const,
    };
    expect(outputs(run(script, { waitsForBackup: false }))).toEqual([null, null]);
    // With the mechanism the write is not answered at all before the primary is gone.
    expect(run(script).history[0]!.outcome).not.toBe("ok");
  });

  it("gives no second update the number of one that was forwarded before a crash", () => {
    // The backup has the 7 when the primary crashes, before its answer is back at 215 ms.
    const { history } = run({
      clients: [[write(200, 2, 7)], [write(230, 2, 8), read(800, 3)]],
      faults: [crash("n2", 212, 214), crash("n2", 400, 950)],
    });
    expect(history.find(({ f }) => f === "read")?.output).toBe(8);
  });

  it("compares and sets only what is there", () => {
    const cas = (at: number, from: number, to: number) => ask(at, 2, { type: "cas", key: 0, from, to });
    const { history } = run({ clients: [[write(200, 2, 7), cas(300, 6, 9), cas(400, 7, 8), read(500, 2)]] });
    expect(history.map(({ outcome }) => outcome)).toEqual(["ok", "fail", "ok", "ok"]);
    expect(history.at(-1)?.output).toBe(8);
  });
});
