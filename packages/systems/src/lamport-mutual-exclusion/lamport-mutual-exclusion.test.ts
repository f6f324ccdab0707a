import { searchSeeds } from "@fieldbook/engine";
import type { Observed } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import {
  correct,
  everyEntryWasAsked,
  grantedInOrder,
  lamportMutualExclusionSystem,
  numbersDiffer,
  onceARequest,
  oneAtATime,
} from "./lamport-mutual-exclusion-system.ts";
import { lamportMutualExclusion } from "./lamport-mutual-exclusion.ts";
import type { EnterRequest, MutualExclusionConfig, MutualExclusionState } from "./lamport-mutual-exclusion.ts";
import { judged, outputs, play, watched, withOutput, withState } from "./script.fixture.ts";
import type { Play, Played, Step } from "./script.fixture.ts";

type State = MutualExclusionState;

const enter = (at: number, node: number): Step<EnterRequest> => [at, node, { type: "enter" }];

const run = (script: Play<EnterRequest>, config: Partial<MutualExclusionConfig> = {}): Played<State> =>
  play(lamportMutualExclusion, { ...correct, ...config }, script);

const two: Play<EnterRequest> = { clients: [[enter(0, 1)], [enter(1, 2)]] };

describe("mutual exclusion by logical clocks (Lamport 1978)", () => {
  it("grants requests of one timestamp in the order of the processes: the relation “⇒”", () => {
    const { history, marks } = run(two);
    expect(marks.get("two requests had the same timestamp")?.times).toBeGreaterThan(0);
    expect(history.map(({ output }) => output)).toEqual([1, 2]);
    expect(history[1]!.returnedAt).toBeGreaterThan(history[0]!.returnedAt + correct.hold);
  });

  it("grants requests in the order in which they are made: condition II", () => {
    // They stand in the history in the order of calls: n2's, n3's, n1's.
    expect(outputs(run({ clients: [[enter(30, 1)], [enter(0, 2)], [enter(15, 3)]] }))).toEqual([1, 2, 3]);
  });

  it("lets nobody in before all others were heard later: rule 5 (ii)", () => {
    const cut = { kind: "isolation", node: "n3", at: 0, until: milliseconds(200) } as const;
    const { history } = run({ clients: [[enter(0, 1)]], faults: [cut] });
    expect(history[0]!.outcome).toBe("ok");
    expect(history[0]!.returnedAt).toBeGreaterThan(milliseconds(200));
  });

  it("takes a crash in the section for a long stay there", () => {
    const crash = { kind: "crash", node: "n1", at: milliseconds(15), until: milliseconds(150) } as const;
    const { history } = run({ clients: [[enter(0, 1)], [enter(30, 2)]], faults: [crash] });
    expect(history.map(({ output }) => output)).toEqual([1, 2]);
    expect(history[1]!.returnedAt).toBeGreaterThan(milliseconds(150));
  });

  it("leaves every queue empty and every message heard", () => {
    for (const { state } of run(two).nodes) {
      expect(state.process.queue).toEqual([]);
      expect([...state.process.links.values()].flatMap(({ unheard }) => unheard)).toEqual([]);
    }
  });

  it("sets every clock ahead of the timestamps that come: IR2", () => {
    const clocks = run(two).nodes.map(({ state }) => state.process.clock);
    expect(Math.min(...clocks)).toBeGreaterThan(4);
    // Otherwise nothing later than a request ever comes from processes that have made none.
    const deaf = run({ clients: [[enter(0, 1)]] }, { advancesClock: false });
    expect(deaf.history[0]!.outcome).toBe("open");
  });
});

describe("what is asked of mutual exclusion can be violated:", () => {
  const outcome = run(two);
  const inSection = (name: string, time: number): Observed<State> => ({
    name,
    up: true,
    state: {
      ...outcome.nodes[0]!.state,
      process: { ...outcome.nodes[0]!.state.process, inSection: true, own: { time, node: name } },
    },
  });
  const outside = (name: string): Observed<State> => ({ name, up: true, state: outcome.nodes[0]!.state });

  it("two in the section", () => {
    expect(watched(oneAtATime, [inSection("n1", 1), outside("n2")])).toBe("");
    expect(watched(oneAtATime, [inSection("n1", 1), inSection("n2", 2)])).toBe("n1 and n2 are both in the section.");
  });

  it("a later request granted first", () => {
    expect(watched(grantedInOrder, [inSection("n1", 1)], [inSection("n2", 1)], [inSection("n1", 5)])).toBe("");
    expect(watched(grantedInOrder, [inSection("n2", 1)], [inSection("n1", 1)])).toBe(
      "n1 entered on a request of time 1 after n2 on one of time 1.",
    );
  });

  it("a number given twice, or going back", () => {
    expect(judged(numbersDiffer, outcome)).toBe("");
    expect(judged(numbersDiffer, withOutput(outcome, 0, 2))).toBe("Two callers got the number 2.");
    const later = run({ clients: [[enter(0, 1), enter(50, 2)]] });
    expect(judged(numbersDiffer, withOutput(later, 0, 3))).toContain("got 2 although 3 had been given");
  });

  it("a request that is taken twice", () => {
    const asking = (ids: readonly number[]): Observed<State> => {
      const { state } = outcome.nodes[0]!;
      const clients = ids.map((id) => ({ src: "c1", dest: "n1", body: { type: "enter", msg_id: id } }));
      return { name: "n1", up: true, state: { ...state, process: { ...state.process, clients } } };
    };
    expect(watched(onceARequest, [asking([1])], [asking([1, 2])], [asking([2])])).toBe("");
    expect(watched(onceARequest, [asking([1])], [asking([])], [asking([1])])).toBe("n1 takes c1's request 1 again.");
    expect(watched(onceARequest, [asking([1, 1])])).toBe("n1 takes c1's request 1 again.");
  });

  it("more entries than requests", () => {
    expect(judged(everyEntryWasAsked, outcome)).toBe("");
    const { process } = outcome.nodes[1]!.state;
    const more = withState(outcome, 1, { process: { ...process, value: 3 } });
    expect(judged(everyEntryWasAsked, more)).toBe("The counter stands at 3 after 2 requests.");
  });
});

describe("the default campaign over mutual exclusion", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(lamportMutualExclusionSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(lamportMutualExclusionSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(lamportMutualExclusionSystem, { mutant }, 1, 200).found?.verdict).toBe("violated");
  });
});
