import type { Claim, Evidence } from "@fieldbook/lab";
import { describe, expect, it } from "vitest";
import type { Chapter } from "../chapter.ts";
import { rings } from "../front-matter.ts";
import { parseFixture } from "../small-book.fixture.ts";
import { criteria, entryCriteria, shortfallsOf } from "./criteria.ts";
import type { Standing } from "./criteria.ts";
import { reviewStatus } from "./review-status.ts";
import { verificationStatus } from "./verification-status.ts";

const fixture = parseFixture();
const [first] = fixture.sources;
const chapter: Chapter = { ...fixture, sources: [first!, { ...first!, key: "another" }] };

const side = (met: boolean, digest: string) =>
  ({ met, digest, parameters: {} }) as unknown as Evidence["sides"]["claim"];
const evidence = (claim: string, controlMet = true, date = "2026-11-23"): Evidence => ({
  claim,
  says: "It holds.",
  engine: { version: "0.1.0", digest: "aaaaaaaaaaaa" },
  date,
  sides: { claim: side(true, "11111111"), control: side(controlMet, "22222222") },
});

const standing = (changes: Partial<Standing> = {}): Standing => ({
  today: "2026-12-01",
  proofs: new Map([["twenty", evidence("twenty")]]),
  claims: new Map(),
  refuted: new Map(),
  disputed: new Set(),
  placeOfSource: (key) => ({ path: "book/sources.yaml", line: key === "another" ? 9 : 2 }),
  ...changes,
});

const found = (changes: Partial<Standing>, of: Chapter = chapter): readonly string[] =>
  shortfallsOf(of, standing(changes)).map(({ place, problem }) => `${place.path}:${String(place.line)}: ${problem}`);

describe("ready for production", () => {
  it("is what the fixture is", () => {
    expect(shortfallsOf(chapter, standing())).toEqual([]);
  });

  it("is lost by a review that lapsed, the day after it was due", () => {
    expect(chapter.reviewDue).toBe("2027-05-22");
    expect(found({ today: "2027-05-22" })).toEqual([]);
    expect(found({ today: "2027-05-23" })).toEqual([
      "book/operate/series.md:7: The review was due on 2027-05-22 and is overdue by 1 day.",
    ]);
  });

  it("is lost by a source that is said to be looked up on a day to come", () => {
    const sources = chapter.sources.map((source) => ({ ...source, checked: "2026-12-02" }));
    expect(found({}, { ...chapter, sources })[0]).toMatch(
      /is said to be looked up on 2026-12-02, and today is 2026-12-01/,
    );
  });

  it("is lost by a review that is dated ahead", () => {
    const dated = { sources: chapter.sources.map((source) => ({ ...source, checked: "2026-11-01" })) };
    expect(found({ today: "2026-11-22" }, { ...chapter, ...dated })).toEqual([
      "book/operate/series.md:7: The review is dated 2026-11-23, and today is 2026-11-22.",
    ]);
  });

  it("is lost by a claim that is proved false, and by a control that does not fail, with what was found", () => {
    const [met, unmet] = [side(true, "1"), { met: false, expect: { kind: "holds" }, says: "violated in 3 runs" }];
    const against = (sides: object) => new Map([["twenty", { claim: "twenty", sides } as unknown as Evidence]]);
    expect(found({ proofs: new Map(), refuted: against({ claim: unmet, control: met }) })[0]).toMatch(
      /: The claim "twenty" is false: expected "holds", found violated in 3 runs\.$/,
    );
    expect(found({ proofs: new Map(), refuted: against({ claim: met, control: unmet }) })[0]).toContain(
      'The control of the claim "twenty" does not fail as it should',
    );
  });

  it("is lost by a number that the claim's evidence does not have, at the number's line", () => {
    const claims = new Map([
      ["twenty", { id: "twenty", experiment: { metrics: {}, parameters: {} } } as unknown as Claim],
    ]);
    const [number] = chapter.numbers;
    const problems = found({ claims }, { ...chapter, numbers: [{ ...number!, of: "nothing" }] });
    expect(problems).toEqual([
      'book/operate/series.md:14: A number is wrong: the claim "twenty" has no number "nothing"; there are .',
    ]);
    expect(found({ claims, proofs: new Map() }, { ...chapter, numbers: [number!] }).join()).not.toContain("A number");
  });

  it("is lost by a claim that the present engine has not proved, at the claim's line", () => {
    const line = chapter.blocks.find((block) => block.kind === "claim")!.line;
    expect(found({ proofs: new Map() })).toEqual([
      `book/operate/series.md:${String(line)}: The claim "twenty" is not proved by the present engine.`,
      "book/operate/series.md:1: No claim of the chapter has a control that fails as it should.",
    ]);
  });

  it("is lost by a claim without a control that fails", () => {
    expect(found({ proofs: new Map([["twenty", evidence("twenty", false)]]) })).toEqual([
      "book/operate/series.md:1: No claim of the chapter has a control that fails as it should.",
    ]);
  });

  it("is lost by a claim that readers dispute", () => {
    expect(found({ disputed: new Set(["twenty", "elsewhere"]) }).map((line) => line.split(": ")[1])).toEqual([
      'The claim "twenty" is disputed by an open counterexample.',
    ]);
  });

  it("is lost with one source, or with one that nobody has looked up for 401 days", () => {
    expect(found({}, { ...chapter, sources: chapter.sources.slice(0, 1) })).toEqual([
      "book/operate/series.md:1: The chapter rests on 1 source, and 2 are needed.",
    ]);
    const [one, other] = chapter.sources;
    const aged: Chapter = { ...chapter, sources: [one!, { ...other!, checked: "2025-10-26" }] };
    expect(found({ today: "2026-11-30" }, aged)).toEqual([]);
    expect(found({ today: "2026-12-01" }, aged)).toEqual([
      'book/sources.yaml:9: The source "another" was last looked up on 2025-10-26, 401 days ago.',
    ]);
  });

  it("is lost without a box for each reader or without limits", () => {
    const bare: Chapter = { ...chapter, blocks: chapter.blocks.filter(({ kind }) => kind === "claim") };
    expect(shortfallsOf(bare, standing()).map(({ criterion }) => criterion)).toEqual([
      "managers-box",
      "executives-box",
      "limits-said",
    ]);
  });
});

it("a lesser ring asks for no more than a greater one, but for the number of sources", () => {
  for (const [index, ring] of rings.entries()) {
    const greater = rings[index - 1];
    if (greater === undefined) continue;
    const asked = new Set<string>([...entryCriteria[greater], "has-source"]);
    expect(entryCriteria[ring].filter((criterion) => !asked.has(criterion))).toEqual([]);
  }
  expect(shortfallsOf(chapter, standing({ today: "2030-01-01" }), "trial")).toEqual([]);
  expect(shortfallsOf({ ...chapter, sources: [] }, standing(), "assess")).toHaveLength(1);
});

it("every criterion is asked for by some ring", () => {
  const asked = new Set(rings.flatMap((ring) => entryCriteria[ring]));
  expect(Object.keys(criteria).filter((criterion) => !asked.has(criterion as keyof typeof criteria))).toEqual([]);
});

describe("the two clocks", () => {
  it("tell of people", () => {
    expect(reviewStatus(chapter, "2027-05-25")).toEqual({
      owner: "The editors",
      reviewed: "2026-11-23",
      everyDays: 180,
      due: "2027-05-22",
      overdueDays: 3,
      sources: 2,
      sourcesChecked: first!.checked,
    });
  });

  it("and of machines: the oldest proof's day, and a digest that changes with the runs", () => {
    const engine = { version: "0.1.0", digest: "aaaaaaaaaaaa" };
    const proofs = new Map([evidence("a", true, "2026-11-20"), evidence("b")].map((one) => [one.claim, one]));
    const status = verificationStatus({ claims: ["a", "b", "c"] }, proofs, engine);
    expect(status).toMatchObject({ claims: 3, proved: 2, controls: 2, engine: "0.1.0", date: "2026-11-20" });
    expect(status.digest).toMatch(/^[0-9a-f]{12}$/);
    expect(verificationStatus({ claims: ["b", "a"] }, proofs, engine).digest).toBe(status.digest);
    expect(verificationStatus({ claims: ["a"] }, proofs, engine).digest).not.toBe(status.digest);
    expect(verificationStatus({ claims: ["c"] }, proofs, engine)).toEqual({
      claims: 1,
      proved: 0,
      controls: 0,
      engine: "0.1.0",
    });
  });
});
