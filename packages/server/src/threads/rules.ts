import type { Actor, Role } from "../accounts/actor.ts";
import { ThreadError } from "./thread-error.ts";

/** From the least to the most. */
const ranks: Readonly<Record<Role, number>> = { reader: 0, contributor: 1, editor: 2, owner: 3 };

/** Whether somebody is at least this. */
export const isAtLeast = (actor: Actor | undefined, role: Role): boolean =>
  actor !== undefined && ranks[actor.role] >= ranks[role];

/** Contributors write, and start threads of every kind. */
export const mayPost = (actor: Actor): boolean => isAtLeast(actor, "contributor");

/** A post says what its author says: nobody else edits it, whatever their role. */
export const mayEditPost = (
  actor: Actor,
  post: { readonly authorId: string; readonly deletedAt: number | null },
): boolean => post.deletedAt === null && post.authorId === actor.id && mayPost(actor);

/** The author takes a post back, an editor takes it away; either leaves a trace. */
export const mayDeletePost = (
  actor: Actor,
  post: { readonly authorId: string; readonly deletedAt: number | null },
): boolean => post.deletedAt === null && ((post.authorId === actor.id && mayPost(actor)) || isAtLeast(actor, "editor"));

/** Settled by an editor only: readers act by a decision, and a dispute is about a claim. */
const settledByEditors: ReadonlySet<string> = new Set(["decision", "counterexample"]);

/** Whoever asked may settle it; so may an editor. */
export const maySettle = (actor: Actor, thread: { readonly authorId: string; readonly kind: string }): boolean =>
  isAtLeast(actor, "editor") || (thread.authorId === actor.id && !settledByEditors.has(thread.kind) && mayPost(actor));

/** Title, kind and lens belong to the author, and to editors, who keep the lists in order. */
export const mayEditThread = (actor: Actor, thread: { readonly authorId: string }): boolean =>
  isAtLeast(actor, "editor") || (thread.authorId === actor.id && mayPost(actor));

/** What a post said before its edits is shown to its author and to editors. */
export const maySeeHistory = (actor: Actor, post: { readonly authorId: string }): boolean =>
  post.authorId === actor.id || isAtLeast(actor, "editor");

export const historyIsNotYours = (): ThreadError =>
  new ThreadError("not-allowed", "What a post said before is shown to its author and to editors.");
