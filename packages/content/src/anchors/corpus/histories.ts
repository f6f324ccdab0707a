import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readDocument } from "./document.ts";
import type { Document } from "./document.ts";
import type { History } from "./measure-anchors.ts";
import { SeededEditor, gentle, harsh } from "./seeded-editor.ts";

/** Thresholds were chosen on the one half; what is promised holds on the other. */
export type Half = "tuning" | "held out";

/** Chapters whose histories may be looked at while thresholds are chosen; all others are held out. */
const tuningTexts: ReadonlySet<string> = new Set([
  "ducks-in-a-row",
  "queues",
  "delivery",
  "measuring",
  "tail-latency",
  "error-budgets",
]);

const folderOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const namesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .toSorted()
    .map((file) => file.replace(/\.txt$/u, ""));

const sentencesIn = (document: Document): readonly string[] =>
  document.flatMap(({ blocks }) =>
    blocks.flatMap(({ kind, pieces }) => (kind === "heading" ? [] : pieces.map(({ text }) => text))),
  );

/** Numbers the sentences of chapters that were read apart through all of them. */
function join(documents: readonly Document[]): Document {
  let count = 0;
  return documents.flat().map(({ id, blocks }) => ({
    id,
    blocks: blocks.map(({ kind, pieces }) => ({
      kind,
      pieces: pieces.map((piece) => ({ ...piece, from: [(count += 1)] })),
    })),
  }));
}

/** The book's chapters of November 2026, two at a time, rewritten by the seeded editor: gently and harshly. */
export function generatedHistories(half: Half, seeds: readonly number[]): readonly History[] {
  const folder = folderOf("texts");
  const texts = new Map(
    namesIn(folder)
      .filter((name) => tuningTexts.has(name) === (half === "tuning"))
      .map((name) => [name, readDocument(readFileSync(`${folder}/${name}.txt`, "utf8"))]),
  );
  const names = [...texts.keys()];
  return seeds.flatMap((seed) =>
    names.flatMap((name, index) => {
      // Each pair once: a chapter with its neighbour, which differs from seed to seed.
      const other = names[(index + 1 + (seed % (names.length - 1))) % names.length]!;
      const before = join([texts.get(name)!, texts.get(other)!]);
      const foreign = names
        .filter((each) => each !== name && each !== other)
        .flatMap((each) => sentencesIn(texts.get(each)!));
      return [gentle, harsh].map((temper) => ({
        name: `${name} and ${other}, ${temper === gentle ? "gentle" : "harsh"}, seed ${seed}`,
        before,
        now: new SeededEditor(seed * 1_000 + index, temper, foreign).edit(before),
      }));
    }),
  );
}
