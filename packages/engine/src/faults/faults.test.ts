import { constant, milliseconds, uniform } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { runNotebook, stateOf } from "../notebook.fixture.ts";
import type { Run } from "../run.ts";
import type { Fault } from "./fault.ts";
import { faultProblem } from "./fault-problem.ts";

const span = (at: number, until: number): { readonly at: number; readonly until: number } => ({
  at: milliseconds(at),
  until: milliseconds(until),
});

/** Whom a node heard between two times, in ms, in the order of their names. */
function heard(run: Run, node: number, from = 0, until = Infinity): string {
  const beats = stateOf(run, node).heard.filter(([, at]) => at >= milliseconds(from) && at < milliseconds(until));
  return [...new Set(beats.map(([name]) => name))].toSorted().join(" ");
}

const beats = (run: Run, node: number): number => stateOf(run, node).heard.length;

describe("cuts", () => {
  it("a partition lets nothing pass between its sides, either way, and ends", () => {
    const run = runNotebook({ faults: [{ kind: "partition", ...span(0, 50), sides: [["n1"], ["n2", "n3"]] }] });
    expect(heard(run, 0, 0, 50)).toBe("");
    expect(heard(run, 1, 0, 50)).toBe("n3");
    expect(heard(run, 0, 52)).toBe("n2 n3");
  });

  it("a one-way partition leaves the way back open", () => {
    const run = runNotebook({ faults: [{ kind: "one-way-partition", ...span(0, 100), from: ["n1"], to: ["n2"] }] });
    expect(heard(run, 1)).toBe("n3");
    expect(heard(run, 0)).toBe("n2 n3");
  });

  it("a bridge hears both sides, which do not hear each other", () => {
    const run = runNotebook({ faults: [{ kind: "bridge", ...span(0, 100), bridge: "n2", sides: [["n1"], ["n3"]] }] });
    expect([0, 1, 2].map((node) => heard(run, node))).toEqual(["n2", "n1 n3", "n2"]);
  });

  it("an isolated node hears no other node, but its clients", () => {
    const run = runNotebook({ faults: [{ kind: "isolation", ...span(0, 100), node: "n1" }], notesAt: [20] });
    expect([0, 1, 2].map((node) => heard(run, node))).toEqual(["", "n3", "n2"]);
    expect(run.history[0]?.outcome).toBe("ok");
  });

  it.each([47, 52, 60])("a flapping partition comes and goes, and is gone at %i ms, whatever its phase", (end) => {
    const flapping = {
      kind: "flapping",
      sides: [["n1"], ["n2"]],
      cut: milliseconds(15),
      open: milliseconds(10),
    } as const;
    const run = runNotebook({ faults: [{ ...flapping, ...span(5, end) }] });
    // Beats leave at 10, 20, 30 … ms: cut from 5 to 20 and from 30 to 45, then again from 55.
    expect(heard(run, 0, 10, 20)).toBe("n3");
    expect(heard(run, 0, 20, 29)).toBe("n2 n3");
    expect(heard(run, 0, 30, 40)).toBe("n3");
    expect(heard(run, 0, 70)).toBe("n2 n3");
  });
});

describe("weather", () => {
  const links = { from: ["n1"], to: ["n2"] } as const;

  it("loses the share it is told to, on its links and in its time alone", () => {
    const run = runNotebook({ faults: [{ kind: "loss", ...span(0, 1_000), ...links, rate: 300_000 }], until: 2_000 });
    const from = (name: string, since: number, until: number): number =>
      stateOf(run, 1).heard.filter(([src, at]) => src === name && at >= since && at < until).length;
    expect(from("n1", 0, milliseconds(1_000)) / 100).toBeGreaterThan(0.5);
    expect(from("n1", 0, milliseconds(1_000)) / 100).toBeLessThan(0.9);
    expect(from("n3", 0, milliseconds(1_000))).toBe(99);
    expect(from("n1", milliseconds(1_001), milliseconds(2_000))).toBe(100);
  });

  it("doubles", () => {
    const run = runNotebook({ faults: [{ kind: "duplication", ...span(0, 100), ...links, rate: 1_000_000 }] });
    expect(stateOf(run, 1).heard.filter(([src]) => src === "n1").length).toBeGreaterThanOrEqual(17);
  });

  it("delays", () => {
    const run = runNotebook({ faults: [{ kind: "delay", ...span(0, 100), ...links, by: constant(milliseconds(30)) }] });
    expect(stateOf(run, 1).heard.find(([src]) => src === "n1")?.[1]).toBe(milliseconds(41));
  });

  it("holds some back, so that others overtake them", () => {
    const by = uniform(milliseconds(5), milliseconds(40));
    const faults: Fault[] = [{ kind: "reordering", ...span(0, 100), rate: 500_000, by }];
    const run = runNotebook({ faults, options: { record: true } });
    const arrivals = run.trace.filter(({ kind, a, b }) => kind === 2 && a === 0 && b === 1).map(({ c }) => c);
    expect(arrivals).not.toEqual(arrivals.toSorted((one, other) => one - other));
  });

  it("clogs: what is sent arrives after the span, and nothing is lost", () => {
    const run = runNotebook({ faults: [{ kind: "clogging", ...span(0, 55), ...links }] });
    expect(heard(run, 1, 0, 55)).toBe("n3");
    expect(stateOf(run, 1).heard.filter(([src]) => src === "n1").length).toBe(beats(runNotebook(), 1) / 2);
  });

  it("sends no faster than the bandwidth", () => {
    const faults: Fault[] = [{ kind: "bandwidth", ...span(0, 100), ...links, bytesPerSecond: 1_000 }];
    // {"type":"beat"} has 15 bytes: 15 ms each at 1,000 bytes a second, one after the other.
    const at = stateOf(runNotebook({ faults }), 1)
      .heard.filter(([src]) => src === "n1")
      .map(([, time]) => time);
    expect(at.slice(0, 3)).toEqual([26_000, 41_000, 56_000]);
  });

  it("leaves a fault's draws as they were when another is taken away", () => {
    const loss: Fault = { kind: "loss", ...span(0, 500), ...links, rate: 300_000 };
    const other: Fault = { kind: "duplication", ...span(0, 500), from: ["n3"], rate: 300_000 };
    const arrivals = (faults: readonly Fault[]): unknown =>
      stateOf(runNotebook({ faults, until: 500 }), 1).heard.filter(([src]) => src === "n1");
    expect(arrivals([other, loss])).toEqual(arrivals([loss]));
  });
});

describe("processes", () => {
  it("a crash takes what is volatile and keeps what is durable", () => {
    const run = runNotebook({ faults: [{ kind: "crash", ...span(40, 60), node: "n1" }], notesAt: [20] });
    expect(stateOf(run, 0).notes).toEqual(["1"]);
    expect(stateOf(run, 0).heard.every(([, at]) => at >= milliseconds(60))).toBe(true);
  });

  it("a wiped node comes back with an empty disk", () => {
    const run = runNotebook({ faults: [{ kind: "wipe", ...span(40, 60), node: "n1" }], notesAt: [20, 70] });
    expect(stateOf(run, 0)).toMatchObject({ notes: ["2"], count: 1 });
  });

  it("a paused node handles nothing and does not notice: all that came waits for it", () => {
    const run = runNotebook({ faults: [{ kind: "pause", ...span(15, 65), node: "n1" }] });
    const { heard: all, clock } = stateOf(run, 0);
    expect(all.filter(([, at]) => at > milliseconds(15) && at < milliseconds(65))).toEqual([]);
    expect(all.filter(([, at]) => at === milliseconds(65)).length).toBe(10);
    expect(clock[1]).toBe(milliseconds(65));
  });

  it("a slow node takes its time for each event, one after the other", () => {
    const run = runNotebook({ faults: [{ kind: "slow-node", ...span(0, 100), node: "n1", by: milliseconds(4) }] });
    // Both beats of its peers arrive at 11 ms; it is busy with its own from 10 to 14.
    expect(stateOf(run, 0).heard.slice(0, 2)).toEqual([
      ["n2", 14_000],
      ["n3", 18_000],
    ]);
  });
});

describe("disks", () => {
  const write = { notesAt: [10, 20, 30] };

  it("a lost fsync: a crash takes what was written since, though it was acknowledged", () => {
    const lost: Fault = { kind: "lost-fsync", ...span(15, 60), node: "n1" };
    const crash: Fault = { kind: "crash", ...span(40, 50), node: "n1" };
    const run = runNotebook({ ...write, faults: [lost, crash] });
    expect(run.history.map(({ outcome }) => outcome)).toEqual(["ok", "ok", "ok"]);
    expect(stateOf(run, 0).notes).toEqual(["1"]);
    expect(stateOf(runNotebook({ ...write, faults: [crash] }), 0).notes).toEqual(["1", "2", "3"]);
    const over: Fault = { ...lost, until: milliseconds(35) };
    expect(stateOf(runNotebook({ ...write, faults: [over, crash] }), 0).notes).toEqual(["1", "2", "3"]);
  });

  it("a torn write leaves some records new and some old, and nothing of it is said", () => {
    const torn = (pick: number): Run =>
      runNotebook({ ...write, faults: [{ kind: "torn-write", ...span(15, 28), node: "n1", pick }] });
    expect(torn(0).history[1]?.outcome).toBe("open");
    const left = [0, 1, 2, 3].map((pick) => {
      const { notes, count } = stateOf(runNotebook({ notesAt: [10, 20], faults: torn(pick).faults }), 0);
      return `${notes.join(" ")}/${String(count)}`;
    });
    expect(new Set(left)).toEqual(new Set(["1/1", "1 2/1", "1/2", "1 2/2"]));
  });

  it("bit rot shows at the next restart: the field is lost and the node is told", () => {
    const crash: Fault = { kind: "crash", ...span(40, 50), node: "n1" };
    const rot: Fault = { kind: "bit-rot", ...span(35, 35), node: "n1", pick: 1 };
    const { notes, count, told } = stateOf(runNotebook({ ...write, faults: [rot, crash] }), 0);
    expect({ notes, count, told }).toEqual({ notes: ["1", "2", "3"], count: 0, told: ["lost count"] });
    const mended = runNotebook({
      ...write,
      faults: [{ ...rot, at: milliseconds(15), until: milliseconds(15) }, crash],
    });
    expect(stateOf(mended, 0).count).toBe(3);
  });

  it("a misdirected write leaves its own record old and another damaged", () => {
    const crash: Fault = { kind: "crash", ...span(24, 28), node: "n1" };
    const faults: Fault[] = [{ kind: "misdirected-write", ...span(15, 22), node: "n1", pick: 0 }, crash];
    const { notes, count, told } = stateOf(runNotebook({ notesAt: [10, 20], faults }), 0);
    expect({ notes, count, told }).toEqual({ notes: ["1"], count: 0, told: ["lost count"] });
  });

  it("a full disk stops a node at its first change until there is room", () => {
    const run = runNotebook({ ...write, faults: [{ kind: "full-disk", ...span(15, 28), node: "n1" }] });
    expect(run.history.map(({ outcome }) => outcome)).toEqual(["ok", "open", "ok"]);
    expect(stateOf(run, 0).notes).toEqual(["1", "3"]);
  });

  it("a slow disk holds back what the node says", () => {
    const run = runNotebook({ notesAt: [10], faults: [{ kind: "slow-disk", ...span(0, 50), node: "n1", by: 9_000 }] });
    expect(run.history[0]!.returnedAt - run.history[0]!.calledAt).toBe(milliseconds(2) + 9_000);
  });
});

describe("clocks", () => {
  const clockAt = (run: Run, node: number, beat: number): number => stateOf(run, node).clock[beat]!;

  it("a step changes the time of day while it lasts, and no stopwatch or timer", () => {
    const run = runNotebook({ faults: [{ kind: "clock-step", ...span(15, 35), node: "n1", by: -milliseconds(7) }] });
    expect([0, 1, 2, 3].map((beat) => clockAt(run, 0, beat))).toEqual([10_000, 13_000, 23_000, 40_000]);
    expect(
      stateOf(run, 0)
        .heard.slice(0, 4)
        .map(([, at]) => at),
    ).toEqual([11_000, 11_000, 21_000, 21_000]);
  });

  it("drift gains time that stays; a failed synchronisation is set right in one step", () => {
    const drift = { ...span(0, 50), node: "n1", drift: 100_000 } as const;
    const stays = runNotebook({ faults: [{ kind: "clock-drift", ...drift }] });
    const stepped = runNotebook({ faults: [{ kind: "sync-failure", ...drift }] });
    // The first timer was set by a true clock; at 50 ms the clock shows 55.
    const last = (run: Run): number => stateOf(run, 0).clock.at(-1)!;
    expect(clockAt(stays, 0, 0)).toBe(11_000);
    expect(last(stays) - last(stepped)).toBeGreaterThanOrEqual(4_999);
    expect(clockAt(stays, 1, 8)).toBe(90_000);
  });

  it("a leap second is repeated by each clock when it shows it", () => {
    const clocks = [0, 1, 2].map((node) => ({ offset: milliseconds(10 * node), drift: 0 }));
    const run = runNotebook({ faults: [{ kind: "leap-second", ...span(35, 35) }], scenario: { clocks } });
    const backAt = [0, 1, 2].map((node) => stateOf(run, node).clock.findIndex((time) => time < 0));
    expect(backAt).toEqual([3, 2, 1]);
  });
});

describe("operators", () => {
  it("a command goes to a part of the nodes, and one that is down misses it", () => {
    const crash: Fault = { kind: "crash", ...span(5, 50), node: "n2" };
    const say: Fault = { kind: "operator", ...span(10, 10), command: "say", nodes: ["n1", "n2"], data: "hello" };
    const run = runNotebook({ faults: [crash, say] });
    expect([0, 1, 2].map((node) => stateOf(run, node).told)).toEqual([["hello"], [], []]);
  });

  it("an unknown command is refused by name", () => {
    const say: Fault = { kind: "operator", ...span(10, 10), command: "shout", nodes: ["n1"], data: null };
    expect(() => runNotebook({ faults: [say] })).toThrow('no operator\'s command "shout"; it knows say');
  });

  it("a rolling upgrade restarts one node after the other under new code, with its durable state", () => {
    const upgrade: Fault = { kind: "upgrade", ...span(30, 90), nodes: ["n1", "n2"], downtime: milliseconds(5) };
    const run = runNotebook({ faults: [upgrade], notesAt: [10], options: { record: true } });
    expect([0, 1, 2].map((node) => stateOf(run, node).told)).toEqual([["version 2"], ["version 2"], []]);
    expect(stateOf(run, 0).notes).toEqual(["1"]);
    const restarts = run.trace.filter(({ kind }) => kind === 8).map(({ time, a }) => [time, a]);
    expect(restarts).toEqual([
      [35_000, 0],
      [65_000, 1],
    ]);
  });
});

describe("what is wrong with a fault", () => {
  const nodes = ["n1", "n2"];
  const problem = (fault: Fault): string | undefined => faultProblem(fault, nodes, [...nodes, "c1"]);

  it.each<readonly [Fault, string]>([
    [{ kind: "crash", at: 5, until: 3, node: "n1" }, "the end can not be before the beginning"],
    [{ kind: "crash", at: 0, until: 3, node: "n7" }, 'it names "n7"; the system has n1, n2'],
    [{ kind: "pause", at: 0, until: 3, node: "c1" }, 'it names "c1"; the system has n1, n2'],
    [{ kind: "loss", at: 0, until: 3, rate: 2_000_000 }, '"rate" is a whole number from 0 to 1000000'],
    [{ kind: "bandwidth", at: 0, until: 3, bytesPerSecond: 0 }, '"bytesPerSecond" is a whole number from 1'],
    [{ kind: "clock-drift", at: 0, until: 3, node: "n1", drift: 1e9 }, '"drift" is a whole number from -500000'],
    [{ kind: "flapping", at: 0, until: 3, sides: [["n1"], ["n2"]], cut: 0, open: 1 }, '"cut" is a whole number from 1'],
  ])("%j", (fault, says) => {
    expect(problem(fault)).toContain(says);
  });

  it("nothing, when it fits", () => {
    expect(problem({ kind: "partition", at: 0, until: 3, sides: [["n1"], ["c1"]] })).toBeUndefined();
  });
});
