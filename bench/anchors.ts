import { generatedHistories } from "../packages/content/src/anchors/corpus/histories.ts";
import { renderDocument } from "../packages/content/src/anchors/corpus/document.ts";
import { measureHistory, scoreOf } from "../packages/content/src/anchors/corpus/measure-anchors.ts";
import { indexRevision, resolveAnchors, selectorsFor } from "../packages/content/src/anchors/index.ts";
import type { Bench, Row } from "./measure.ts";
import { repeat, timed } from "./measure.ts";

const threadsWanted = 10_000;

/** Threads found again in a text that was rewritten harshly: how long it takes, and how many are right. */
export const anchors: Bench = async (effort, listener) => {
  const histories = generatedHistories("held out", [1]).filter(({ name }) => name.includes("harsh"));
  const before = renderDocument(
    histories.flatMap(({ before: text }) => text).map((each, index) => ({ ...each, id: `c/${String(index)}` })),
  );
  const now = renderDocument(
    histories.flatMap(({ now: text }) => text).map((each, index) => ({ ...each, id: `c/${String(index)}` })),
  );
  const chapters = new Map(before.chapters.map((chapter) => [chapter.id, chapter]));
  const places = before.pieces.filter(({ piece }) => piece.text.length > 20);
  const threads = Math.ceil(threadsWanted / effort.divisor);
  const made = Array.from({ length: threads }, (_, index) => {
    const { chapter, block, span } = places[index % places.length]!;
    return selectorsFor(chapters.get(chapter)!, { kind: "text", block, ...span });
  });
  listener.progress(`${String(threads)} threads in ${String(before.chapters.length)} chapters`);
  const resolve = async (): Promise<number> =>
    (await timed(() => resolveAnchors(made, indexRevision(now.chapters), indexRevision(before.chapters)))).seconds;
  for (let round = 0; round < effort.warmUp; round += 1) await resolve();
  const seconds = await repeat(effort.repetitions, resolve);
  const rows: Row[] = [
    {
      bench: "anchors",
      says: `${String(threads)} threads found again`,
      unit: "s",
      ours: seconds,
      bar: { at: "most", value: 2 },
    },
  ];
  for (const [kind, withText] of [
    ["gentle", true],
    ["harsh", true],
    ["gentle", false],
    ["harsh", false],
  ] as const) {
    const wanted = generatedHistories("held out", [1, 2, 3]).filter(({ name }) => name.includes(kind));
    const score = scoreOf(wanted.flatMap((history) => measureHistory(history, withText)));
    const says = `${kind} rewriting, ${withText ? "with the earlier text" : "by quotation alone"}`;
    const of = (share: number) => ({ median: 100 * share, least: 100 * share, most: 100 * share });
    const bar = withText ? { bar: { at: "least", value: 99 } as const } : {};
    rows.push({
      bench: "anchors",
      says: `${says}: right, of ${String(score.surviving)}`,
      unit: "%",
      ours: of(score.right),
      ...bar,
    });
    rows.push({
      bench: "anchors",
      says: `${says}: false, of ${String(score.deleted)} deleted`,
      unit: "%",
      ours: of(score.falseAnchors),
      bar: { at: "most", value: 7 },
    });
  }
  return rows;
};
