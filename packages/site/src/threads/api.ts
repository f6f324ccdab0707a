/** What the server of the handbook says of discussions; see /api/v1/openapi.json. Where there is none, nothing is shown. */

export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface Thread {
  readonly id: string;
  readonly kind: "question" | "correction" | "counterexample" | "field-report" | "decision";
  readonly state: "open" | "resolved";
  readonly title: string | null;
  readonly author: Person;
  readonly activeAt: number;
  readonly version: number;
  readonly postCount: number;
}

export interface Place {
  readonly state: "exact" | "moved" | "edited" | "earlier text" | "none";
  readonly block: string | null;
  /** Counted in letters and digits of the block. */
  readonly letters: { readonly start: number; readonly end: number } | null;
  readonly claim: string | null;
  /** Name of the claim's figure, where the thread is about it rather than the claim. */
  readonly figure: string | null;
  readonly oldText: string | null;
  readonly diff: readonly { readonly kind: "same" | "removed" | "added"; readonly text: string }[];
  readonly changes: readonly ("number" | "negation")[];
  readonly confirmed: boolean;
  readonly mayConfirm: boolean;
}

export interface PlacedThread {
  readonly thread: Thread;
  readonly place: Place;
}

export interface Dispute {
  readonly claim: string | null;
  readonly threadId: string;
  readonly says: string;
  readonly reproduced: boolean;
}

export interface PlacedThreads {
  readonly actor: {
    readonly id: string;
    readonly name: string;
    readonly role: "reader" | "contributor" | "editor" | "owner";
  } | null;
  readonly threads: readonly PlacedThread[];
  readonly disputes: readonly Dispute[];
}

export interface WholeThread {
  readonly thread: Thread;
  readonly posts: readonly {
    readonly id: string;
    readonly author: Person;
    /** Sanitised by the server. */
    readonly html: string;
    readonly createdAt: number;
    readonly editedAt: number | null;
    readonly deletedAt: number | null;
  }[];
  readonly events: readonly { readonly state: string; readonly reason: string; readonly person: Person }[];
}

/** What was chosen on the page. */
export type Selection =
  | {
      readonly kind: "letters";
      readonly block: string;
      readonly start: number;
      readonly end: number;
      readonly exact: string;
    }
  | { readonly kind: "block"; readonly block: string }
  | { readonly kind: "claim"; readonly claim: string; readonly figure?: string };

/** The server refused, or did not answer; the message is for people. */
class ApiError extends Error {
  override readonly name = "ApiError";
}

const root = "/api/v1";

async function ask<Answer>(method: string, path: string, body?: unknown, version?: number): Promise<Answer> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (version !== undefined) headers["If-Match"] = `"${String(version)}"`;
  let response: Response;
  try {
    response = await fetch(root + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError("The server did not answer. What you wrote is kept: try again.");
  }
  const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
  const answer = isJson ? ((await response.json()) as unknown) : undefined;
  if (response.ok && isJson) return answer as Answer;
  if (response.status === 401) {
    throw new ApiError("You are signed out. What you wrote is kept: sign in in another tab, then send it again.");
  }
  const { detail } = (answer ?? {}) as { readonly detail?: string };
  throw new ApiError(detail ?? `The server answered ${String(response.status)}. What you wrote is kept: try again.`);
}

/** @returns undefined where no server answers for discussions, as on a plain host of files */
export async function placedThreads(chapter: string): Promise<PlacedThreads | undefined> {
  return ask<PlacedThreads>("GET", `/placed-threads?chapter=${encodeURIComponent(chapter)}`).catch(() => undefined);
}

export const readThread = async (id: string): Promise<WholeThread> => ask("GET", `/threads/${id}`);

export interface NewThread {
  readonly kind: string;
  readonly chapter: string;
  readonly body: string;
  readonly lens: string | null;
  readonly selection?: Selection | undefined;
  readonly run?: unknown;
}

export const startThread = async (thread: NewThread): Promise<Thread> => ask("POST", "/threads", thread);
export const reply = async (id: string, body: string): Promise<unknown> =>
  ask("POST", `/threads/${id}/posts`, { body });
export const setState = async ({ id, version }: Thread, state: string, reason: string): Promise<Thread> =>
  ask("PATCH", `/threads/${id}`, { state, reason }, version);
export const confirmPlace = async ({ id, version }: Thread, confirm: boolean): Promise<unknown> =>
  ask("POST", `/threads/${id}/place`, { confirm }, version);
