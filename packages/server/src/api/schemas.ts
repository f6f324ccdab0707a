import * as v from "valibot";
import { lensIds } from "../threads/lens-ids.ts";
import {
  longestAnchor,
  longestBody,
  longestReason,
  longestRun,
  longestTitle,
  threadKinds,
  threadStates,
} from "../threads/thread.ts";

/* What comes in and goes out, in the words of the API. */

const id = v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}$/, "an id has 36 characters, hexadecimal digits and hyphens"));
export const threadParams = v.object({ thread: id });
export const postParams = v.object({ post: id });

const kind = v.picklist(threadKinds, `one of ${threadKinds.join(", ")} is expected`);
const state = v.picklist(threadStates, `one of ${threadStates.join(", ")} is expected`);
const lens = v.picklist(lensIds, `one of ${lensIds.join(", ")} is expected`);
/** "operate/queues"; empty for what is about the whole. */
const chapterSchema = v.pipe(
  v.string("the id of a chapter is expected"),
  v.maxLength(200),
  v.regex(/^$|^[a-z0-9-]+(?:\/[a-z0-9-]+)*$/, 'the id of a chapter is expected, such as "operate/queues"'),
);
const title = v.pipe(
  v.string("a text is expected"),
  v.maxLength(longestTitle, `at most ${longestTitle} characters are expected`),
);
const body = v.pipe(
  v.string("Markdown is expected"),
  v.maxLength(longestBody, `at most ${longestBody} characters are expected`),
  v.regex(/\S/, "it may not be empty"),
  // PostgreSQL has no text with a NUL in it.
  v.regex(/^[^\0]*$/, "the character NUL is not allowed"),
);
const jsonOf = (longest: number): v.GenericSchema =>
  v.pipe(
    v.unknown(),
    v.check(
      (value) => (JSON.stringify(value) ?? "").length <= longest,
      `at most ${longest} characters of JSON are expected`,
    ),
  );

/** A target of a W3C Web Annotation; what it says is read where the chapter is at hand. */
const anchor = v.pipe(
  v.looseObject({}, "the target of a W3C Web Annotation is expected"),
  v.check(
    (value) => JSON.stringify(value).length <= longestAnchor,
    `at most ${longestAnchor} characters of JSON are expected`,
  ),
);

const number = v.pipe(v.number(), v.integer(), v.minValue(0));
const person = v.strictObject({ id: v.string(), name: v.string(), handle: v.string() });

export const threadAnswer = v.strictObject({
  id,
  kind,
  state,
  chapter: v.string(),
  lens: v.nullable(v.string()),
  title: v.nullable(v.string()),
  anchor: v.unknown(),
  run: v.unknown(),
  author: person,
  createdAt: number,
  activeAt: number,
  version: number,
  postCount: number,
});
export const postAnswer = v.strictObject({
  id,
  threadId: id,
  author: person,
  body: v.string(),
  html: v.string(),
  createdAt: number,
  editedAt: v.nullable(number),
  deletedAt: v.nullable(number),
  version: number,
});
const eventAnswer = v.strictObject({ id, person, state, reason: v.string(), at: number });

export const listQuery = v.strictObject({
  kind: v.optional(kind),
  state: v.optional(state),
  lens: v.optional(lens),
  chapter: v.optional(chapterSchema),
  text: v.optional(v.pipe(v.string(), v.maxLength(200, "at most 200 characters are expected"))),
  after: v.optional(v.pipe(v.string(), v.maxLength(80))),
  size: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(?:[1-9]\d?|1\d\d|200)$/, "a whole number from 1 to 200 is expected"),
      v.transform(Number),
    ),
  ),
});
export const listAnswer = v.strictObject({
  threads: v.array(threadAnswer),
  counts: v.strictObject({ open: number, resolved: number }),
  next: v.optional(v.string()),
});
const offset = v.pipe(v.number("a number is expected"), v.integer("a whole number is expected"), v.minValue(0));
const name = v.pipe(v.string("a text is expected"), v.nonEmpty("it may not be empty"), v.maxLength(200));
const selection = v.variant(
  "kind",
  [
    v.strictObject({
      kind: v.literal("text"),
      block: name,
      start: offset,
      end: offset,
      exact: v.optional(v.pipe(v.string("a text is expected"), v.maxLength(20_000))),
    }),
    v.strictObject({
      kind: v.literal("letters"),
      block: name,
      start: offset,
      end: offset,
      exact: v.pipe(v.string("a text is expected"), v.maxLength(20_000)),
    }),
    v.strictObject({ kind: v.literal("block"), block: name }),
    v.strictObject({ kind: v.literal("claim"), claim: name, figure: v.exactOptional(name) }),
  ],
  'a selection has the kind "text", "letters", "block" or "claim"',
);
export const newThreadBody = v.strictObject({
  kind,
  chapter: v.optional(chapterSchema, ""),
  lens: v.optional(v.nullable(lens)),
  title: v.optional(v.nullable(title)),
  anchor: v.optional(v.nullable(anchor)),
  /** In place of an anchor: what was chosen on the page. */
  selection: v.optional(selection),
  run: v.optional(jsonOf(longestRun)),
  body,
});
export const wholeThreadAnswer = v.strictObject({
  thread: threadAnswer,
  posts: v.array(postAnswer),
  events: v.array(eventAnswer),
});
const place = v.strictObject({
  state: v.picklist(["exact", "moved", "edited", "earlier text", "none"]),
  chapter: v.string(),
  block: v.nullable(v.string()),
  start: v.nullable(number),
  end: v.nullable(number),
  letters: v.nullable(v.strictObject({ start: number, end: number })),
  claim: v.nullable(v.string()),
  figure: v.nullable(v.string()),
  oldText: v.nullable(v.string()),
  diff: v.array(v.strictObject({ kind: v.picklist(["same", "removed", "added"]), text: v.string() })),
  changes: v.array(v.picklist(["number", "negation"])),
  confirmed: v.boolean(),
  mayConfirm: v.boolean(),
});
const dispute = v.strictObject({
  claim: v.nullable(v.string()),
  system: v.nullable(v.string()),
  threadId: id,
  since: number,
  says: v.string(),
  reproduced: v.boolean(),
  engine: v.string(),
});
export const placedThreadsQuery = v.strictObject({ chapter: chapterSchema });
export const placedThreadsAnswer = v.strictObject({
  /** Of the published text in which the places are; null when the site was built without it. */
  revision: v.nullable(v.string()),
  actor: v.nullable(v.strictObject({ id: v.string(), name: v.string(), role: v.string() })),
  threads: v.array(v.strictObject({ thread: threadAnswer, place })),
  disputes: v.array(dispute),
});
export const placeAnswer = v.strictObject({ thread: threadAnswer, place });
export const placeBody = v.strictObject({ confirm: v.boolean("true or false is expected") });
export const disputesAnswer = v.strictObject({ disputes: v.array(dispute) });
export const threadChangeBody = v.strictObject({
  kind: v.optional(kind),
  lens: v.optional(v.nullable(lens)),
  title: v.optional(v.nullable(title)),
  state: v.optional(state),
  reason: v.optional(
    v.pipe(v.string(), v.maxLength(longestReason, `at most ${longestReason} characters are expected`)),
  ),
});
export const postBody = v.strictObject({ body });
export const versionsAnswer = v.strictObject({
  versions: v.array(v.strictObject({ version: number, body: v.string(), replacedAt: number })),
});
export const subscriptionBody = v.strictObject({ active: v.boolean("true or false is expected") });
export const notificationsAnswer = v.strictObject({
  notifications: v.array(
    v.strictObject({
      id,
      threadId: id,
      postId: v.nullable(id),
      reason: v.picklist(["mention", "reply", "state"]),
      createdAt: number,
      readAt: v.nullable(number),
    }),
  ),
});
export const readBody = v.strictObject({ upTo: id });
