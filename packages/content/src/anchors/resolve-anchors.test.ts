import { describe, expect, it } from "vitest";
import { annotationOf, readAnchor, readAnnotation } from "./annotation.ts";
import { contentHash } from "../canonical-text.ts";
import { resolveAnchors } from "./resolve-anchors.ts";
import { indexRevision } from "./revision.ts";
import type { AnchorBlock, AnchorChapter } from "./revision.ts";
import { selectorsFor } from "./selectors-for.ts";
import { wordDiff } from "./word-diff.ts";

const block = (text: string, section?: string): AnchorBlock => {
  const hash = contentHash("paragraph", text);
  return { id: `b-${hash}`, hash, kind: "paragraph", text, section };
};
const claim = (id: string): AnchorBlock => ({ id, hash: "0".repeat(12), kind: "claim", text: id, section: undefined });
const chapter = (...blocks: readonly AnchorBlock[]): AnchorChapter => ({ id: "operate/queues", blocks });

const knee = "Near full load every request waits behind many others.";
const law = "Little's law ties the number in a system to its rate.";
const drill = "A fallback that was not tried this quarter is no fallback.";
const old = chapter(block(`${knee} ${law}`), block(drill, "drills"), claim("five-laws"));

/** An anchor at a sentence of the old text. */
function at(sentence: string) {
  const { id, text } = old.blocks.find((each) => each.text.includes(sentence))!;
  const start = text.indexOf(sentence);
  return selectorsFor(old, { kind: "text", block: id, start, end: start + sentence.length });
}

const resolve = (sentence: string, now: AnchorChapter) =>
  resolveAnchors([at(sentence)], indexRevision([now]), indexRevision([old]))[0]!;

describe("an anchor in a text that changed", () => {
  it("is exact where its sentence stands, whatever else was written", () => {
    const found = resolve(law, chapter(block("Something new comes first."), block(`${knee} ${law}`)));
    expect(found).toMatchObject({ state: "exact", confidence: 1, diff: [] });
  });

  it("has moved when the sentence stands in another section", () => {
    expect(resolve(law, chapter(block(knee), block(drill, "drills"), block(law, "drills"))).state).toBe("moved");
  });

  it("was edited, with what changed, when the words are other ones", () => {
    const found = resolve(law, chapter(block(`${knee} Little's law ties the number in a system to its throughput.`)));
    expect(found).toMatchObject({ state: "edited", oldText: law });
    expect(found.diff).toContainEqual({ kind: "removed", text: "rate" });
    expect(found.confidence).toBeLessThan(1);
  });

  it("says when an edit turned a number or a negation", () => {
    const found = resolve(drill, chapter(block(`${knee} ${law}`), block(drill.replace("is no", "is a"), "drills")));
    expect(found).toMatchObject({ state: "edited", changes: ["negation"] });
  });

  it("belongs to an earlier text when its sentence is gone, though another resembles it a little", () => {
    const found = resolve(drill, chapter(block(`${knee} ${law}`), block("Pages go to whoever is on call.", "drills")));
    expect(found).toMatchObject({ state: "earlier text", oldText: drill, confidence: 0 });
    expect(found.place).toBeUndefined();
  });

  it("is found by its quotation alone when the earlier text is not at hand", () => {
    const [found] = resolveAnchors([at(law)], indexRevision([chapter(block(law), block(knee))]));
    expect(found?.state).toBe("exact");
  });

  it("at a claim goes where the claim goes, and nowhere without it", () => {
    const anchor = selectorsFor(old, { kind: "claim", claim: "five-laws", says: "Five laws hold." });
    const elsewhere = { id: "operate/other", blocks: [claim("five-laws")] };
    expect(resolveAnchors([anchor], indexRevision([old]))[0]?.state).toBe("exact");
    expect(resolveAnchors([anchor], indexRevision([elsewhere]))[0]).toMatchObject({
      state: "moved",
      place: { chapter: "operate/other", block: "five-laws" },
    });
    expect(resolveAnchors([anchor], indexRevision([chapter(block(knee))]))[0]).toMatchObject({
      state: "earlier text",
      oldText: "Five laws hold.",
    });
  });
});

describe("a selection", () => {
  it("is widened to whole sentences", () => {
    const [first] = old.blocks;
    const { selector } = selectorsFor(old, {
      kind: "text",
      block: first!.id,
      start: knee.length + 5,
      end: knee.length + 9,
    });
    expect(selector[1]).toMatchObject({ type: "TextQuoteSelector", exact: law });
  });

  it("is refused with the place and the mend", () => {
    const { id } = old.blocks[0]!;
    expect(() => selectorsFor(old, { kind: "block", block: "b-none" })).toThrow(/has no block "b-none"/);
    expect(() => selectorsFor(old, { kind: "text", block: id, start: 5, end: 5 })).toThrow(/the start below the end/);
    expect(() => selectorsFor(old, { kind: "claim", claim: "five-lawz" })).toThrow(/Did you mean "five-laws"\?/);
  });
});

describe("a W3C annotation", () => {
  it("comes back as it went, beside what others put into it", () => {
    const anchor = at(law);
    const written = JSON.parse(JSON.stringify({ ...annotationOf(anchor, "urn:a"), creator: "Ada" })) as unknown;
    expect(readAnnotation(written)).toEqual(anchor);
  });

  it.each([
    [{}, 'The field "source" of the anchor is missing.'],
    [{ source: "/a/", selector: [] }, /"source"/],
    [{ source: "/a/b/", selector: [{ type: "XPathSelector" }] }, /"FragmentSelector" or a "TextQuoteSelector"/],
    [
      { source: "/a/b/", selector: [{ type: "TextQuoteSelector" }] },
      'The field "selector.0.exact" of the anchor is missing.',
    ],
  ])("names the field that is wrong: %j", (value, message) => {
    expect(() => readAnchor(value)).toThrow(message);
  });
});

it("tells a difference by whole words, and loses none of either text", () => {
  const [one, other] = ["a quick brown fox, 3 times", "a slow brown fox, 30 times"];
  const parts = wordDiff(one, other);
  const join = (kinds: readonly string[]): string =>
    parts
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ text }) => text)
      .join("");
  expect([join(["same", "removed"]), join(["same", "added"])]).toEqual([one, other]);
  expect(parts).toContainEqual({ kind: "removed", text: "quick" });
  expect(wordDiff("same", "same")).toEqual([{ kind: "same", text: "same" }]);
});
