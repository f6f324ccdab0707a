import type { AnchorState } from "@fieldbook/content/anchors";
import { sql } from "kysely";
import { verifyAudit } from "../accounts/audit-log.ts";
import type { AuditVerdict } from "../accounts/audit-log.ts";
import { anchorDatabase } from "../anchors/anchor-tables.ts";
import { counterexampleDatabase } from "../counterexamples/counterexample-tables.ts";
import type { Store } from "../data/store.ts";
import manifest from "../../package.json" with { type: "json" };

/** How the server and its data are, for whoever operates it. */
export interface ServerState {
  /** Of the process that answers. */
  readonly process: {
    readonly version: string;
    readonly node: string;
    /** Milliseconds since 1970. */
    readonly startedAt: number;
    readonly residentBytes: number;
  };
  readonly data: {
    readonly kind: "sqlite" | "postgres";
    readonly bytes: number;
    /** The last step of the schema. */
    readonly schema: string;
    readonly people: number;
    readonly threads: number;
    readonly openThreads: number;
    readonly posts: number;
  };
  readonly mail: {
    readonly waiting: number;
    /** When the one that has waited longest was asked for; null when none waits. */
    readonly oldestWaiting: number | null;
    readonly givenUp: number;
  };
  /** Null where the site publishes no text. */
  readonly anchors: {
    readonly revision: string;
    /** Threads by the state of their place in it. */
    readonly states: Readonly<Record<AnchorState, number>>;
    /** Edited sentences that their owner has not confirmed. */
    readonly toConfirm: number;
  } | null;
  readonly counterexamples: {
    readonly reproduced: number;
    readonly notReproduced: number;
    readonly lastReplay: number | null;
  };
  readonly audit: AuditVerdict;
}

/** Reads it all; the audit log is gone through from its beginning. */
export async function readState(store: Store, revision: string | undefined): Promise<ServerState> {
  return {
    process: {
      version: manifest.version,
      node: process.version,
      startedAt: Math.round(Date.now() - process.uptime() * 1_000),
      residentBytes: process.memoryUsage.rss(),
    },
    data: await readData(store),
    mail: await readMail(store),
    anchors: revision === undefined ? null : await readAnchors(store, revision),
    counterexamples: await readCounterexamples(store),
    audit: await verifyAudit(store),
  };
}

async function readData(store: Store): Promise<ServerState["data"]> {
  const size =
    store.kind === "postgres"
      ? sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`
      : sql<{ bytes: number }>`select page_count * page_size as bytes from pragma_page_count, pragma_page_size`;
  const { rows } = await size.execute(store.db);
  const last = await sql<{ name: string }>`select max(name) as name from fieldbook_migration`.execute(store.db);
  const count = async (table: "person" | "thread" | "post"): Promise<number> =>
    (await store.db.selectFrom(table).select(countAll).executeTakeFirstOrThrow()).count;
  const open = store.db.selectFrom("thread").select(countAll).where("state", "=", "open");
  return {
    kind: store.kind,
    bytes: rows[0]!.bytes,
    schema: last.rows[0]!.name,
    people: await count("person"),
    threads: await count("thread"),
    openThreads: (await open.executeTakeFirstOrThrow()).count,
    posts: await count("post"),
  };
}

const countAll = sql<number>`count(*)`.as("count");

async function readMail(store: Store): Promise<ServerState["mail"]> {
  const rows = await store.db
    .selectFrom("notification")
    .select(["mail_state", countAll, sql<number>`min(created_at)`.as("oldest")])
    .where("mail_state", "in", ["wanted", "failed"])
    .groupBy("mail_state")
    .execute();
  const of = (state: string) => rows.find(({ mail_state }) => mail_state === state);
  return {
    waiting: of("wanted")?.count ?? 0,
    oldestWaiting: of("wanted")?.oldest ?? null,
    givenUp: of("failed")?.count ?? 0,
  };
}

async function readAnchors(store: Store, revision: string): Promise<ServerState["anchors"]> {
  const rows = await anchorDatabase(store)
    .selectFrom("anchor_place")
    .select(["state", "confirmed", countAll])
    .where("revision", "=", revision)
    .groupBy(["state", "confirmed"])
    .execute();
  const states: Record<AnchorState, number> = { exact: 0, moved: 0, edited: 0, "earlier text": 0 };
  for (const { state, count } of rows) states[state] += count;
  const unconfirmed = rows.filter(({ state, confirmed }) => state === "edited" && confirmed === 0);
  return { revision, states, toConfirm: unconfirmed.reduce((sum, { count }) => sum + count, 0) };
}

async function readCounterexamples(store: Store): Promise<ServerState["counterexamples"]> {
  const rows = await counterexampleDatabase(store)
    .selectFrom("counterexample")
    .select(["reproduced", countAll, sql<number>`max(replayed_at)`.as("last")])
    .groupBy("reproduced")
    .execute();
  const of = (reproduced: number): number => rows.find((row) => row.reproduced === reproduced)?.count ?? 0;
  return {
    reproduced: of(1),
    notReproduced: of(0),
    lastReplay: rows.length === 0 ? null : Math.max(...rows.map(({ last }) => last)),
  };
}
