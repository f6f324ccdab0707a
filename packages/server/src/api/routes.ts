import { accountRoutes } from "../accounts/account-routes.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Actor } from "../accounts/actor.ts";
import { placeRoutes } from "../anchors/place-routes.ts";
import { operationsRoutes } from "../operations/operations-routes.ts";
import { admitThread } from "../threads/admit-thread.ts";
import type { Ground } from "../threads/admit-thread.ts";
import { knownPosts } from "../threads/known-posts.ts";
import { markRead, readNotifications } from "../threads/notifications.ts";
import {
  countThreads,
  listThreads,
  readEvents,
  readPost,
  readPostVersions,
  readThread,
} from "../threads/read-threads.ts";
import type { PostRenderer } from "../threads/render-post.ts";
import { historyIsNotYours, maySeeHistory } from "../threads/rules.ts";
import { ThreadError } from "../threads/thread-error.ts";
import type { Post } from "../threads/thread.ts";
import { changeThread } from "../threads/change-thread.ts";
import { deletePost, editPost, reply, setSubscription } from "../threads/write-threads.ts";
import { route } from "./route.ts";
import type { Route } from "./route.ts";
import * as schemas from "./schemas.ts";

/** Routes with a role always have somebody who asks; where strangers read, this one does not. */
function whoever(actor: Actor | undefined): Actor {
  if (actor === undefined) throw new ThreadError("not-allowed", "Sign in first.");
  return actor;
}

/**
 * The whole API: the pages can do nothing that is not in it, but for what begins a session or gives a password.
 *
 * @param accounts of a team; without them there are no people to manage
 */
export function apiRoutes(renderer: PostRenderer, ground: Ground, accounts?: Accounts): readonly Route[] {
  const withHtml = (post: Post): Post & { readonly html: string } => ({ ...post, html: renderer.render(post) });
  return [
    ...aboutThreads(withHtml, ground),
    ...placeRoutes(ground),
    ...aboutPosts(withHtml),
    ...aboutOldPosts(withHtml),
    ...aboutPeople(),
    ...operationsRoutes(ground),
    ...(accounts === undefined ? [] : accountRoutes(accounts)),
  ];
}

type WithHtml = (post: Post) => Post & { readonly html: string };

const aboutThreads = (withHtml: WithHtml, ground: Ground): readonly Route[] => [
  route({
    name: "listThreads",
    method: "GET",
    path: "/threads",
    summary: "Threads by filter, the last active first, a page at a time",
    needs: "reader",
    query: schemas.listQuery,
    status: 200,
    answer: schemas.listAnswer,
    handle: async ({ store, query: { after, size, ...filter } }) => {
      const page = await listThreads(store.db, filter, { after, size });
      return { status: 200, body: { ...page, counts: await countThreads(store.db, filter) } };
    },
  }),
  route({
    name: "startThread",
    method: "POST",
    path: "/threads",
    summary: "Starts a thread with its first post",
    needs: "contributor",
    body: schemas.newThreadBody,
    status: 201,
    answer: schemas.threadAnswer,
    handle: async ({ store, actor, body }) => {
      const { threadId } = await admitThread(store, ground, whoever(actor), body);
      const thread = await readThread(store.db, threadId);
      return { status: 201, body: thread, version: thread.version, location: `/threads/${threadId}` };
    },
  }),
  route({
    name: "readThread",
    method: "GET",
    path: "/threads/:thread",
    summary: "A thread with its posts and the changes of its state",
    needs: "reader",
    params: schemas.threadParams,
    status: 200,
    answer: schemas.wholeThreadAnswer,
    handle: async ({ store, params }) => {
      const thread = await readThread(store.db, params.thread);
      const posts = (await knownPosts(store).read(thread.id)).map(withHtml);
      const events = await readEvents(store.db, thread.id);
      return { status: 200, body: { thread, posts, events }, version: thread.version };
    },
  }),
  route({
    name: "changeThread",
    method: "PATCH",
    path: "/threads/:thread",
    summary: "Changes title, kind or lens; resolves or reopens",
    needs: "contributor",
    params: schemas.threadParams,
    body: schemas.threadChangeBody,
    guarded: true,
    status: 200,
    answer: schemas.threadAnswer,
    handle: async ({ store, actor, params, body, ifVersion }) => {
      const version = await changeThread(store, whoever(actor), params.thread, ifVersion ?? 0, body);
      return { status: 200, body: await readThread(store.db, params.thread), version };
    },
  }),
];

const aboutPosts = (withHtml: WithHtml): readonly Route[] => [
  route({
    name: "reply",
    method: "POST",
    path: "/threads/:thread/posts",
    summary: "Adds a post to a thread",
    needs: "contributor",
    params: schemas.threadParams,
    body: schemas.postBody,
    status: 201,
    answer: schemas.postAnswer,
    handle: async ({ store, actor, params, body }) => {
      const postId = await reply(store, whoever(actor), params.thread, body.body);
      return {
        status: 201,
        body: withHtml(await readPost(store.db, postId)),
        version: 1,
        location: `/posts/${postId}`,
      };
    },
  }),
  route({
    name: "readPost",
    method: "GET",
    path: "/posts/:post",
    summary: "One post",
    needs: "reader",
    params: schemas.postParams,
    status: 200,
    answer: schemas.postAnswer,
    handle: async ({ store, params }) => {
      const post = withHtml(await readPost(store.db, params.post));
      return { status: 200, body: post, version: post.version };
    },
  }),
  route({
    name: "editPost",
    method: "PATCH",
    path: "/posts/:post",
    summary: "Replaces what one's own post says; what it said is kept",
    needs: "contributor",
    params: schemas.postParams,
    body: schemas.postBody,
    guarded: true,
    status: 200,
    answer: schemas.postAnswer,
    handle: async ({ store, actor, params, body, ifVersion }) => {
      const version = await editPost(store, whoever(actor), params.post, ifVersion ?? 0, body.body);
      return { status: 200, body: withHtml(await readPost(store.db, params.post)), version };
    },
  }),
];

const aboutOldPosts = (withHtml: WithHtml): readonly Route[] => [
  route({
    name: "deletePost",
    method: "DELETE",
    path: "/posts/:post",
    summary: "Takes away what a post says and leaves its trace",
    needs: "contributor",
    params: schemas.postParams,
    guarded: true,
    status: 200,
    answer: schemas.postAnswer,
    handle: async ({ store, actor, params, ifVersion }) => {
      await deletePost(store, whoever(actor), params.post, ifVersion ?? 0);
      const post = withHtml(await readPost(store.db, params.post));
      return { status: 200, body: post, version: post.version };
    },
  }),
  route({
    name: "readPostVersions",
    method: "GET",
    path: "/posts/:post/versions",
    summary: "What a post said before its edits; for its author and editors",
    needs: "contributor",
    params: schemas.postParams,
    status: 200,
    answer: schemas.versionsAnswer,
    handle: async ({ store, actor, params }) => {
      const post = await readPost(store.db, params.post);
      if (!maySeeHistory(whoever(actor), { authorId: post.author.id })) throw historyIsNotYours();
      return { status: 200, body: { versions: await readPostVersions(store.db, post.id) } };
    },
  }),
];

const aboutPeople = (): readonly Route[] => [
  route({
    name: "setSubscription",
    method: "PUT",
    path: "/threads/:thread/subscription",
    summary: "Follows a thread, or leaves it",
    needs: "reader",
    params: schemas.threadParams,
    body: schemas.subscriptionBody,
    status: 200,
    answer: schemas.subscriptionBody,
    handle: async ({ store, actor, params, body }) => {
      await setSubscription(store, whoever(actor), params.thread, body.active);
      return { status: 200, body };
    },
  }),
  route({
    name: "listNotifications",
    method: "GET",
    path: "/notifications",
    summary: "One's own last 100 notifications, the newest first",
    needs: "reader",
    status: 200,
    answer: schemas.notificationsAnswer,
    handle: async ({ store, actor }) => ({
      status: 200,
      body: { notifications: await readNotifications(store.db, whoever(actor).id) },
    }),
  }),
  route({
    name: "markNotificationsRead",
    method: "POST",
    path: "/notifications/read",
    summary: "Marks one's own notifications as read, up to one of them",
    needs: "reader",
    body: schemas.readBody,
    status: 200,
    answer: schemas.notificationsAnswer,
    handle: async ({ store, actor, body }) => {
      await markRead(store, whoever(actor).id, body.upTo);
      return { status: 200, body: { notifications: await readNotifications(store.db, whoever(actor).id) } };
    },
  }),
];
