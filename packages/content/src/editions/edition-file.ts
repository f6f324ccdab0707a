import * as v from "valibot";
import type { Place } from "../content-error.ts";
import { ContentError } from "../content-error.ts";
import { rings } from "../front-matter.ts";
import type { Ring } from "../front-matter.ts";
import { partSchema } from "../parts.ts";
import { findLines, keySchema, readYaml, textSchema } from "../yaml-data.ts";

const pageSchema = v.pipe(
  v.string("a page is expected"),
  v.regex(/^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/, "a page is named by its part and file: operate/queues"),
);

const blockSchema = v.pipe(
  v.string("a block is expected"),
  v.regex(
    /^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*#[a-z0-9]+(-[a-z0-9]+)*$/,
    "a block is named by its page and id: operate/queues#the-knee",
  ),
);

const pinSchema = v.optional(
  v.pipe(v.string("a pin is text"), v.regex(/^[0-9a-f]{12}$/, "a pin has 12 hexadecimal digits; quote it")),
);

const valuesSchema = v.record(
  v.string(),
  v.union([v.number(), v.boolean(), v.string()], "a number, on or off, or a word is expected"),
);

const numberSchema = v.number("a number is expected");

const expectSchema = v.union(
  [
    v.strictObject({ holds: textSchema, seeds: numberSchema }),
    v.strictObject({ violated: textSchema, seeds: numberSchema, atLeast: v.optional(numberSchema) }),
    v.strictObject({
      agrees: textSchema,
      value: numberSchema,
      formula: textSchema,
      within: numberSchema,
      seeds: numberSchema,
    }),
    v.strictObject({
      differs: textSchema,
      value: numberSchema,
      formula: textSchema,
      by: numberSchema,
      seeds: numberSchema,
    }),
  ],
  "one of {holds, seeds}, {violated, seeds}, {agrees, value, formula, within, seeds}, {differs, value, formula, by, seeds} is expected",
);

/** What `claim` of the lab takes, as data. */
const ownClaimSchema = v.strictObject({
  id: keySchema,
  experiment: keySchema,
  says: textSchema,
  parameters: valuesSchema,
  expect: expectSchema,
  control: v.strictObject({ label: textSchema, says: textSchema, parameters: valuesSchema, expect: expectSchema }),
  knobs: v.optional(v.array(textSchema)),
  guess: v.strictObject({ question: textSchema, options: v.array(textSchema), answer: numberSchema }),
  sources: v.optional(v.array(keySchema)),
  leavesOut: textSchema,
  breaksWhen: textSchema,
});

const editionSchema = v.strictObject({
  title: textSchema,
  /** Who answers for the edition. */
  owner: textSchema,
  /** "fieldbook", or the name of an edition's folder beside this one. */
  base: v.union([v.literal("fieldbook"), keySchema], "the base is fieldbook, or the name of a folder beside this one"),
  /** What the rings are called here. */
  rings: v.optional(v.partial(v.strictObject(Object.fromEntries(rings.map((ring) => [ring, textSchema]))))),
  /** Parts that are new here, after those of the base. */
  parts: v.optional(v.array(v.omit(partSchema, ["chapters"]), "a list of parts is expected")),
  pages: v.optional(
    v.array(
      v.strictObject({
        add: v.optional(pageSchema),
        replace: v.optional(pageSchema),
        hide: v.optional(pageSchema),
        /** The page of the same part behind which an added one stands; default: the part's last. */
        after: v.optional(pageSchema),
        pin: pinSchema,
        why: textSchema,
      }),
      "a list of pages is expected",
    ),
  ),
  blocks: v.optional(
    v.array(
      v.strictObject({
        replace: v.optional(blockSchema),
        before: v.optional(blockSchema),
        after: v.optional(blockSchema),
        hide: v.optional(blockSchema),
        pin: pinSchema,
        why: textSchema,
        /** In Markdown, as in a chapter. */
        text: v.optional(v.string("a text is expected")),
      }),
      "a list of blocks is expected",
    ),
  ),
  claims: v.optional(
    v.array(
      v.strictObject({
        claim: keySchema,
        pin: pinSchema,
        why: textSchema,
        /** Our own numbers; they hold on both sides, unless the two sides differ in them. */
        parameters: valuesSchema,
        /** Of the control alone. */
        control: v.optional(valuesSchema),
        /** The claim's sentence, and the control's, where they name numbers. */
        says: v.optional(textSchema),
        controlSays: v.optional(textSchema),
        /** The closed form at these numbers, where the claim agrees with one. */
        expect: v.optional(
          v.strictObject({ value: numberSchema, formula: textSchema, within: v.optional(numberSchema) }),
        ),
      }),
      "a list of claims is expected",
    ),
  ),
  /** Claims of the edition's own, about experiments that the lab has. */
  ownClaims: v.optional(v.array(ownClaimSchema, "a list of claims is expected")),
  /** Terms of the base's glossary that `glossary.yaml` defines anew. */
  terms: v.optional(v.array(v.strictObject({ replace: keySchema, pin: pinSchema, why: textSchema }))),
  /** Sources of the base that `sources.yaml` gives anew. */
  sources: v.optional(v.array(v.strictObject({ replace: keySchema, pin: pinSchema, why: textSchema }))),
});

export type EditionFile = v.InferOutput<typeof editionSchema>;
export type PageEntry = NonNullable<EditionFile["pages"]>[number];
export type BlockEntry = NonNullable<EditionFile["blocks"]>[number];
export type OwnExpectation = v.InferOutput<typeof expectSchema>;
export type ClaimEntry = NonNullable<EditionFile["claims"]>[number];

/** An edition's plan with the lines that errors name. */
export interface EditionPlan extends EditionFile {
  /** As errors name the file. */
  readonly path: string;
  readonly placeOf: (...keys: readonly (string | number)[]) => Place;
}

/**
 * Reads `edition.yaml`.
 *
 * @throws ContentError at the first thing that is wrong
 */
export function parseEdition(text: string, path: string): EditionPlan {
  const data = readYaml(text, editionSchema, { path, firstLine: 1 });
  const lines = findLines(text);
  const plan: EditionPlan = { ...data, path, placeOf: (...keys) => ({ path, line: lines.of(keys) }) };
  for (const [index, entry] of (plan.pages ?? []).entries()) {
    const action = actionOf(entry, ["add", "replace", "hide"], plan.placeOf("pages", index));
    if (entry.after !== undefined && action !== "add") {
      const mend = "Leave `after` out: the page stays where it is.";
      throw new ContentError(plan.placeOf("pages", index, "after"), "Only an added page has a place.", mend);
    }
  }
  for (const [index, entry] of (plan.blocks ?? []).entries()) {
    const place = plan.placeOf("blocks", index);
    const action = actionOf(entry, ["replace", "before", "after", "hide"], place);
    if (entry.text?.trim().includes("\n") === true && !lines.isBlock(["blocks", index, "text"])) {
      const problem = "A text of several lines stands in quotes: an error in it could not name its line.";
      throw new ContentError(plan.placeOf("blocks", index, "text"), problem, "Write text: | and the lines below it.");
    }
    if ((entry.text === undefined) === (action === "hide")) continue;
    const [problem, mend] =
      action === "hide"
        ? ["A block that is left out has no text.", "Remove the text, or write replace: instead of hide:."]
        : ["The text is missing.", "Add text: | and the Markdown below it."];
    throw new ContentError(place, problem, mend);
  }
  refuseTags(plan, data);
  refuseSameNames(plan);
  return plan;
}

/** Two rings that readers could not tell apart. */
function refuseSameNames({ rings: own = {}, placeOf }: EditionPlan): void {
  const nameOf = (ring: Ring): string => (own[ring] ?? ring).toLowerCase();
  for (const [index, ring] of rings.entries()) {
    const other = rings.slice(0, index).find((before) => nameOf(before) === nameOf(ring));
    if (other === undefined) continue;
    const named = own[ring] === undefined ? other : ring;
    const problem = `"${own[named] ?? named}" is the name of two rings, "${other}" and "${ring}".`;
    throw new ContentError(placeOf("rings", named), problem, "Give one of them another name.");
  }
}

/**
 * The one thing that an entry does.
 *
 * @throws ContentError when it does none or several
 */
export function actionOf<Name extends string>(
  entry: Partial<Record<Name, unknown>>,
  names: readonly Name[],
  place: Place,
): Name {
  const found = names.filter((name) => entry[name] !== undefined);
  const [action] = found;
  if (action !== undefined && found.length === 1) return action;
  const came = found.length === 0 ? "none of these" : found.join(" and ");
  throw new ContentError(place, `An entry is one of ${names.join(", ")}; this is ${came}.`, "Write one of them.");
}

/**
 * Titles and reasons are plain words: they are shown as they are written, and a tag among them is a mistake or worse. The
 * Markdown of passages is looked through where it is read.
 */
function refuseTags(plan: EditionPlan, data: unknown, keys: readonly (string | number)[] = []): void {
  if (typeof data === "object" && data !== null) {
    for (const [key, value] of Object.entries(data)) {
      if (key !== "text") refuseTags(plan, value, [...keys, Array.isArray(data) ? Number(key) : key]);
    }
    return;
  }
  const found = typeof data === "string" ? tag.exec(data)?.[0] : undefined;
  if (found !== undefined) refuseTag(plan.placeOf(...keys), found);
}

const tag = /<\/?[a-z][^>]*>?|<!--/i;

function refuseTag(place: Place, found: string): never {
  const mend = "Say it in plain words; Markdown goes into the text of a passage or a page.";
  throw new ContentError(place, `HTML has no place in an edition: ${found}`, mend);
}

/**
 * The same for the other lists of an edition, whose texts are plain words throughout.
 *
 * @throws ContentError at the line of the tag
 */
export function refuseTagsIn(text: string, path: string): void {
  for (const [index, line] of text.split("\n").entries()) {
    const found = tag.exec(line)?.[0];
    if (found !== undefined) refuseTag({ path, line: index + 1 }, found);
  }
}
