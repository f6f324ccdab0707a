/** What a thread is for. */
export const threadKinds = ["question", "correction", "counterexample", "field-report", "decision"] as const;
export type ThreadKind = (typeof threadKinds)[number];

export const threadStates = ["open", "resolved"] as const;
export type ThreadState = (typeof threadStates)[number];

/** As people read them. */
export const kindNames: Readonly<Record<ThreadKind, string>> = {
  question: "Question",
  correction: "Correction",
  counterexample: "Counterexample",
  "field-report": "Field report",
  decision: "Decision",
};

/** Limits of what is written, in characters (UTF-16 code units). */
export const longestTitle = 200;
export const longestBody = 20_000;
export const longestReason = 1_000;
/** In characters of JSON. */
export const longestAnchor = 48_000;
export const longestRun = 100_000;
export const mostMentions = 20;

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly handle: string;
}

export interface Thread {
  readonly id: string;
  readonly kind: ThreadKind;
  readonly state: ThreadState;
  readonly chapter: string;
  readonly lens: string | null;
  readonly title: string | null;
  readonly anchor: unknown;
  readonly run: unknown;
  readonly author: Person;
  readonly createdAt: number;
  readonly activeAt: number;
  readonly version: number;
  readonly postCount: number;
}

export interface Post {
  readonly id: string;
  readonly threadId: string;
  readonly author: Person;
  readonly body: string;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  readonly version: number;
}

/** What a post said before an edit. */
export interface PostVersion {
  readonly version: number;
  readonly body: string;
  readonly replacedAt: number;
}

export interface ThreadEvent {
  readonly id: string;
  readonly person: Person;
  readonly state: ThreadState;
  readonly reason: string;
  readonly at: number;
}
