import type { Actor } from "../accounts/actor.ts";
import { route } from "../api/route.ts";
import type { Route } from "../api/route.ts";
import * as schemas from "../api/schemas.ts";
import type { Dispute } from "../counterexamples/counterexamples.ts";
import type { Ground } from "../threads/admit-thread.ts";
import { readThread } from "../threads/read-threads.ts";
import { ThreadError } from "../threads/thread-error.ts";
import type { PublishedText } from "./published-text.ts";
import { readPlace, readPlacedThreads } from "./read-places.ts";

const shownActor = (actor: Actor | undefined) =>
  actor === undefined ? null : { id: actor.id, name: actor.name, role: actor.role };

/** Whether the chapter holds the claim that is disputed. */
const isIn = (text: PublishedText | undefined, chapter: string, { claim }: Dispute): boolean =>
  text?.chapters
    .find(({ id }) => id === chapter)
    ?.blocks.some(({ kind, text: id }) => kind === "claim" && id === claim) ?? false;

/** Where threads stand, and which claims they dispute. */
export const placeRoutes = ({ places, counterexamples }: Ground): readonly Route[] => [
  route({
    name: "listPlacedThreads",
    method: "GET",
    path: "/placed-threads",
    summary: "The threads of a chapter with their places in its text, and the claims of it that are disputed",
    needs: "reader",
    query: schemas.placedThreadsQuery,
    status: 200,
    answer: schemas.placedThreadsAnswer,
    handle: async ({ store, actor, query: { chapter } }) => {
      await places?.resolveMissing();
      const threads = await readPlacedThreads(store, places?.text, chapter, actor);
      const all = (await counterexamples?.disputes()) ?? [];
      const disputes = all.filter((dispute) => isIn(places?.text, chapter, dispute));
      const body = { revision: places?.text.revision ?? null, actor: shownActor(actor), threads, disputes };
      return { status: 200, body };
    },
  }),
  route({
    name: "confirmPlace",
    method: "POST",
    path: "/threads/:thread/place",
    summary: "Says whether a thread still stands at its sentence, which was edited",
    needs: "contributor",
    params: schemas.threadParams,
    body: schemas.placeBody,
    guarded: true,
    status: 200,
    answer: schemas.placeAnswer,
    handle: async ({ store, actor, params, body, ifVersion }) => {
      if (places === undefined || actor === undefined) {
        throw new ThreadError("invalid", "The text of the handbook is not at hand here.");
      }
      const version = await places.decide(actor, params.thread, ifVersion ?? 0, body.confirm);
      const thread = await readThread(store.db, params.thread);
      const place = await readPlace(store, places.text, thread, actor);
      return { status: 200, body: { thread, place }, version };
    },
  }),
  route({
    name: "listDisputes",
    method: "GET",
    path: "/disputes",
    summary: "What open counterexamples dispute, each with what its run shows",
    needs: "reader",
    status: 200,
    answer: schemas.disputesAnswer,
    handle: async () => ({ status: 200, body: { disputes: (await counterexamples?.disputes()) ?? [] } }),
  }),
];
