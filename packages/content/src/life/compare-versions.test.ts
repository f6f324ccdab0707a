import { describe, expect, it } from "vitest";
import { compareVersions, readableSource } from "./compare-versions.ts";

const old =
  'One register, three clients.\n\nA read returns what was written last, :number[5 %]{claim="a"} of the time.\n\nGone.';

const told = (now: string): readonly string[] =>
  compareVersions(old, now).map(({ kind, parts }) =>
    [
      kind,
      ...parts.map((part) => ({ same: part.text, removed: `-${part.text}-`, added: `+${part.text}+` })[part.kind]),
    ].join("|"),
  );

describe("two versions side by side", () => {
  it("mark words within a block that was edited, and leave the others whole", () => {
    expect(told(old.replace("5 %", "6 %"))).toEqual([
      "same|One register, three clients.",
      "changed|A read returns what was written last, |-5-|+6+| % of the time.",
      "same|Gone.",
    ]);
  });

  it("tell a block that came from one that went, and what only moved down stays the same", () => {
    expect(told(`A new opening stands here.\n\n${old.replace("\n\nGone.", "")}`)).toEqual([
      "added|+A new opening stands here.+",
      "same|One register, three clients.",
      "same|A read returns what was written last, 5 % of the time.",
      "removed|-Gone.-",
    ]);
  });

  it("do not mistake one block for another that shares few words", () => {
    expect(told(old.replace("Gone.", "Clocks decide who wins."))).toContain("removed|-Gone.-");
  });

  it("are equal when the texts are, however their lines end", () => {
    expect(compareVersions(old, old.replaceAll("\n", "\r\n")).every(({ kind }) => kind === "same")).toBe(true);
  });
});

it("directives are shown as what they show", () => {
  expect(readableSource(':cite[§3]{key="lamport-1978"} :term[goodput]{key="goodput"}\n::claim{id="a-b"}')).toBe(
    "(lamport-1978, §3) goodput\n[claim: a-b]",
  );
});
