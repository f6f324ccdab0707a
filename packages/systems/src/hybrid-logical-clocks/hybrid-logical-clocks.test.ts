import { searchSeeds } from "@fieldbook/engine";
import type { Observed, Property } from "@fieldbook/engine";
import { milliseconds } from "@fieldbook/kernel";
import { describe, expect, it } from "vitest";
import { judged, outputs, play, received, watched, withOutput } from "../lamport-mutual-exclusion/script.fixture.ts";
import type { Play, Played, Step } from "../lamport-mutual-exclusion/script.fixture.ts";
import {
  answersInOrder,
  causesComeFirst,
  counterIsTheChain,
  everyMessageIsAnEvent,
  largestClockKnown,
  nothingForgotten,
} from "./clock-properties.ts";
import { isBefore, localEvent, receiveEvent } from "./hybrid-logical-clock.ts";
import type { ClockRules, Stamp } from "./hybrid-logical-clock.ts";
import { correct, hybridLogicalClocksSystem } from "./hybrid-logical-clocks-system.ts";
import { hybridLogicalClocks } from "./hybrid-logical-clocks.ts";
import type { ClockRequest, Event, HybridLogicalClocksState } from "./hybrid-logical-clocks.ts";

const stamp = (l: number, c: number): Stamp => ({ l, c });

describe("the rules of the hybrid logical clock (Kulkarni et al. 2014, figure 5)", () => {
  it("take the physical time when it leads, and begin to count anew", () => {
    expect(localEvent(stamp(10, 4), 11, correct)).toEqual(stamp(11, 0));
    expect(receiveEvent(stamp(10, 4), stamp(9, 7), 11, correct)).toEqual(stamp(11, 0));
  });

  it("keep l and count on when the physical time does not lead", () => {
    expect(localEvent(stamp(10, 4), 10, correct)).toEqual(stamp(10, 5));
    expect(localEvent(stamp(10, 4), 3, correct)).toEqual(stamp(10, 5));
  });

  it("follow the message when its l leads, the node when its own does, and both when they are equal", () => {
    expect(receiveEvent(stamp(10, 4), stamp(12, 7), 11, correct)).toEqual(stamp(12, 8));
    expect(receiveEvent(stamp(12, 4), stamp(10, 7), 11, correct)).toEqual(stamp(12, 5));
    expect(receiveEvent(stamp(12, 4), stamp(12, 7), 11, correct)).toEqual(stamp(12, 8));
    expect(receiveEvent(stamp(12, 9), stamp(12, 7), 11, correct)).toEqual(stamp(12, 10));
  });

  it("let l run away from physical time in the naive form", () => {
    let naive = stamp(10, 0);
    for (let event = 0; event < 100; event += 1) naive = localEvent(naive, 10, { ...correct, rule: "naive" });
    expect(naive.l).toBe(110);
  });
});

const ask = (at: number, node: number, type: ClockRequest["type"]): Step<ClockRequest> => [at, node, { type }];

const run = (script: Play<ClockRequest>, config: Partial<ClockRules> = {}): Played<HybridLogicalClocksState> =>
  play(hybridLogicalClocks, { ...correct, ...config }, script);

describe("hybrid logical clocks on nodes", () => {
  /** n1's clock is 50 ms ahead; n2 hears from it and is asked itself. */
  const ahead: Play<ClockRequest> = {
    clients: [[ask(0, 1, "announce"), ask(20, 2, "stamp")]],
    clocks: [
      { offset: milliseconds(50), drift: 0 },
      { offset: 0, drift: 0 },
      { offset: 0, drift: 0 },
    ],
  };

  it("stamp an effect later than its cause although its clock is behind", () => {
    expect(outputs(run(ahead))).toEqual([stamp(55_000, 0), stamp(55_000, 2)]);
    expect(run(ahead).marks.get("a message came from the future")?.times).toBeGreaterThan(0);
  });

  it("do not, when timestamps of messages are ignored", () => {
    const [cause, effect] = outputs(run(ahead, { readsMessages: false })) as Stamp[];
    expect(isBefore(effect!, cause!)).toBe(true);
  });

  it("go on from the disk after a crash, with a clock that was set back meanwhile", () => {
    const { nodes } = run({
      clients: [[ask(100, 1, "stamp"), ask(150, 1, "stamp")]],
      faults: [
        { kind: "crash", node: "n1", at: milliseconds(120), until: milliseconds(130) },
        { kind: "clock-step", node: "n1", at: milliseconds(110), until: milliseconds(900), by: milliseconds(-80) },
      ],
    });
    expect(nodes[0]!.state.last.stamp).toEqual(stamp(105_000, 1));
  });
});

describe("what is asked of timestamps can be violated:", () => {
  const outcome = run({ clients: [[ask(0, 1, "stamp"), ask(20, 1, "stamp")]] });
  const node = (last: Event, began = 0): Observed<HybridLogicalClocksState>[] => [
    { name: last.id.slice(0, 2), up: true, state: { config: correct, last, began } },
  ];
  const event = (id: string, l: number, c: number, pt: number, cause: string | null = null): Event => ({
    id,
    stamp: stamp(l, c),
    pt,
    cause,
  });
  const says = (property: Property<HybridLogicalClocksState>, ...events: readonly Event[]): string =>
    watched(property, node(event("n1/0", 0, 0, 0)), node(event("n2/0", 0, 0, 0)), ...events.map((one) => node(one)));

  it("an effect stamped before its cause", () => {
    expect(says(causesComeFirst, event("n1/1", 9, 0, 9), event("n2/1", 9, 1, 5, "n1/1"))).toBe("");
    expect(says(causesComeFirst, event("n1/1", 9, 0, 9), event("n2/1", 5, 0, 5, "n1/1"))).toBe(
      "n2/1 is stamped 5+0, and n1/1, which happened before it, 9+0.",
    );
  });

  it("an l that no clock has shown", () => {
    expect(says(largestClockKnown, event("n1/1", 9, 0, 9), event("n2/1", 9, 1, 5, "n1/1"))).toBe("");
    expect(says(largestClockKnown, event("n1/1", 10, 0, 9))).toBe(
      "n1/1 has l 10; the largest clock reading that it can know of is 9.",
    );
  });

  it("a counter that counts what is not there", () => {
    expect(says(counterIsTheChain, event("n1/1", 9, 0, 9), event("n1/2", 9, 1, 9))).toBe("");
    expect(says(counterIsTheChain, event("n1/1", 9, 0, 9), event("n1/2", 10, 1, 10))).toBe(
      "n1/2 has c 1 where 0 is due at l 10.",
    );
  });

  it("a message that is no event, or has no cause", () => {
    const state = (last: Event): HybridLogicalClocksState => ({ ...outcome.nodes[0]!.state, last });
    const told = (after: Event): string =>
      received(everyMessageIsAnEvent, [state(event("n1/1", 9, 0, 9)), state(after)], tell, "n2");
    const tell = { type: "tell", event: "n2/1", stamp: stamp(9, 0) };
    expect(told(event("n1/2", 9, 1, 9, "n2/1"))).toBe("");
    expect(told(event("n1/1", 9, 0, 9))).toContain('n1 took "tell" of n2 and has no event for it');
    expect(told(event("n1/2", 9, 1, 9))).toContain("its last is n1/2");
  });

  it("a node that forgets", () => {
    const [before, same, less] = [event("n1/1", 9, 0, 9), event("n1/1", 9, 0, 9), event("n1/0", 0, 0, 0)];
    const first = [node(less), node(before)] as const;
    expect(watched(nothingForgotten, ...first, node(same, 7))).toBe("");
    expect(watched(nothingForgotten, ...first, node(less, 7))).toBe(
      "n1 is back with 0+0 although it had stamped n1/1 with 9+0.",
    );
  });

  it("answers out of order", () => {
    const answers = withOutput(withOutput(outcome, 0, [5, 0]), 1, [25, 0]);
    expect(judged(answersInOrder, answers)).toBe("");
    expect(judged(answersInOrder, withOutput(answers, 1, [5, 0]))).toBe("A node answered 5+0 and to a later call 5+0.");
  });
});

describe("the default campaign over hybrid logical clocks", () => {
  it("raises no alarm over the correct system", () => {
    expect(searchSeeds(hybridLogicalClocksSystem, {}, 1, 100).found?.says).toBeUndefined();
  });

  it.each(hybridLogicalClocksSystem.mutants.map(({ id }) => id))("finds the mutant %s", (mutant) => {
    expect(searchSeeds(hybridLogicalClocksSystem, { mutant }, 1, 200).found?.verdict).toBe("violated");
  });
});
