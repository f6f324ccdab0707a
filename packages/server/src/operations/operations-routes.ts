import * as v from "valibot";
import { verifyAudit } from "../accounts/audit-log.ts";
import { route } from "../api/route.ts";
import type { Route } from "../api/route.ts";
import type { Ground } from "../threads/admit-thread.ts";
import { readAuditEntries } from "./audit-entries.ts";
import { readState } from "./state.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const time = count;

const auditVerdict = v.variant("whole", [
  v.object({ whole: v.literal(true), head: v.object({ sequence: count, hash: v.string() }) }),
  v.object({ whole: v.literal(false), sequence: count, why: v.string() }),
]);

const placesByState = v.object({ exact: count, moved: count, edited: count, "earlier text": count });

const stateAnswer = v.object({
  process: v.object({ version: v.string(), node: v.string(), startedAt: time, residentBytes: count }),
  data: v.object({
    kind: v.picklist(["sqlite", "postgres"]),
    bytes: count,
    schema: v.string(),
    people: count,
    threads: count,
    openThreads: count,
    posts: count,
  }),
  mail: v.object({ waiting: count, oldestWaiting: v.nullable(time), givenUp: count }),
  anchors: v.nullable(v.object({ revision: v.string(), states: placesByState, toConfirm: count })),
  counterexamples: v.object({ reproduced: count, notReproduced: count, lastReplay: v.nullable(time) }),
  audit: auditVerdict,
});

const wholeNumber = (least: number, most: number, what: string) =>
  v.pipe(v.string(), v.regex(/^\d{1,10}$/, what), v.transform(Number), v.minValue(least, what), v.maxValue(most, what));

const auditQuery = v.object({
  before: v.optional(wholeNumber(1, 2_147_483_647, "the number of an entry is expected")),
  size: v.optional(wholeNumber(1, 500, "a whole number from 1 to 500 is expected")),
});

const auditAnswer = v.object({
  verdict: auditVerdict,
  entries: v.array(
    v.object({
      sequence: count,
      at: time,
      actorId: v.string(),
      actor: v.nullable(v.string()),
      action: v.string(),
      subject: v.string(),
      detail: v.string(),
    }),
  ),
});

const everyEntry = 2_147_483_647;

/** What an operator asks. */
export const operationsRoutes = ({ places }: Ground): readonly Route[] => [
  route({
    name: "readState",
    method: "GET",
    path: "/operations",
    summary: "How the server and its data are: process, store, mail, places of threads, counterexamples, audit log",
    needs: "owner",
    status: 200,
    answer: stateAnswer,
    handle: async ({ store }) => ({ status: 200, body: await readState(store, places?.text.revision) }),
  }),
  route({
    name: "readAudit",
    method: "GET",
    path: "/audit",
    summary: "The audit log, the newest entry first, and whether its chain of hashes is whole",
    needs: "owner",
    query: auditQuery,
    status: 200,
    answer: auditAnswer,
    handle: async ({ store, query: { before = everyEntry, size = 100 } }) => ({
      status: 200,
      body: { verdict: await verifyAudit(store), entries: await readAuditEntries(store, before, size) },
    }),
  }),
];
