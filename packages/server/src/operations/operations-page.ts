import { Hono } from "hono";
import type { Actor } from "../accounts/actor.ts";
import type { Store } from "../data/store.ts";
import type { Ground } from "../threads/admit-thread.ts";
import { markup } from "../threads/pages/html.ts";
import type { Html } from "../threads/pages/html.ts";
import { layout } from "../threads/pages/layout.ts";
import { isAtLeast } from "../threads/rules.ts";
import { readAuditEntries } from "./audit-entries.ts";
import type { AuditEntry } from "./audit-entries.ts";
import { readState } from "./state.ts";
import type { ServerState } from "./state.ts";

export interface OperationsPageOptions {
  readonly store: Store;
  readonly identify: (request: Request) => Promise<Actor | undefined>;
  readonly ground: Ground;
  readonly styleSheets: readonly string[];
}

const entriesShown = 50;
const beyondEveryEntry = 2_147_483_647;

/** `/operations/`: how the server and its data are, for owners. */
export function operationsPage({ store, identify, ground, styleSheets }: OperationsPageOptions): Hono {
  const pages = new Hono();
  pages.get("/operations/", async (context) => {
    context.header("Cache-Control", "no-store");
    const actor = await identify(context.req.raw);
    if (actor === undefined) return context.redirect("/sign-in/", 303);
    if (!isAtLeast(actor, "owner")) return context.text("This needs the role of owner.\n", 403);
    const state = await readState(store, ground.places?.text.revision);
    const entries = await readAuditEntries(store, beyondEveryEntry, entriesShown);
    const frame = { title: "Operations", styleSheets, actor };
    return context.html(layout(frame, page(state, entries)).text);
  });
  return pages;
}

const minute = (time: number): string => new Date(time).toISOString().slice(0, 16).replace("T", " ");
const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

type Fact = readonly [name: string, value: string | number];

const facts = (title: string, rows: readonly Fact[]): Html =>
  markup`<h2>${title}</h2><table class="threads-facts"><tbody>${rows.map(
    ([name, value]) => markup`<tr><th scope="row">${name}</th><td>${String(value)}</td></tr>`,
  )}</tbody></table>`;

const page = (state: ServerState, entries: readonly AuditEntry[]): Html =>
  markup`<h1>Operations</h1>
    <p class="threads-soft">Times are in UTC. The same as JSON: <code>/api/v1/operations</code>. For probes:
      <code>/healthz</code>, <code>/readyz</code>.</p>
    ${facts("This process", processFacts(state))}
    ${facts("Data", dataFacts(state))}
    ${facts("Mail", mailFacts(state))}
    ${facts("Threads and the text", groundFacts(state))}
    ${auditPart(state, entries)}`;

const processFacts = ({ process: { version, node, startedAt, residentBytes } }: ServerState): readonly Fact[] => [
  ["Fieldbook", version],
  ["Node.js", node],
  ["Started", minute(startedAt)],
  ["Memory", megabytes(residentBytes)],
];

const dataFacts = ({ data }: ServerState): readonly Fact[] => [
  ["Store", data.kind === "postgres" ? "PostgreSQL" : "SQLite"],
  ["Size", megabytes(data.bytes)],
  ["Last step of the schema", data.schema],
  ["People", data.people],
  ["Threads", `${data.threads}, ${data.openThreads} open`],
  ["Posts", data.posts],
];

const mailFacts = ({ mail }: ServerState): readonly Fact[] => [
  ["Waiting", mail.oldestWaiting === null ? "none" : `${mail.waiting}, the oldest since ${minute(mail.oldestWaiting)}`],
  ["Given up", mail.givenUp],
];

function groundFacts({ anchors, counterexamples }: ServerState): readonly Fact[] {
  const counted = Object.entries(anchors?.states ?? {}).filter(([, count]) => count > 0);
  const places = counted.map(([state, count]) => `${count} ${state}`);
  const { reproduced, notReproduced, lastReplay } = counterexamples;
  return [
    ["Published text", anchors?.revision ?? "none"],
    ["Places of threads", places.join(", ") || "none"],
    ["Edited sentences to confirm", anchors?.toConfirm ?? 0],
    ["Counterexamples", `${reproduced} reproduced, ${notReproduced} not`],
    ["Last replay", lastReplay === null ? "none" : minute(lastReplay)],
  ];
}

function auditPart({ audit }: ServerState, entries: readonly AuditEntry[]): Html {
  const verdict = audit.whole
    ? markup`<p>The chain is whole up to entry ${String(audit.head.sequence)}. Keep its hash where who writes the database can
        not write; <code>fieldbook data audit</code> holds the log against it: <code>${String(audit.head.sequence)}:${audit.head.hash}</code></p>`
    : markup`<p class="threads-wrong" role="alert">Entry ${String(audit.sequence)} is not as it was written: ${audit.why}</p>`;
  return markup`<h2>Audit log</h2>${verdict}
    ${
      entries.length > 0 &&
      markup`<div class="threads-scroll" tabindex="0" role="region" aria-label="Last entries of the audit log"><table class="threads-facts">
        <thead><tr><th scope="col">No.</th><th scope="col">Time</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Whom</th></tr></thead>
        <tbody>${entries.map(
          ({ sequence, at, actor, actorId, action, subject, detail }) =>
            markup`<tr><td>${String(sequence)}</td><td>${minute(at)}</td><td>${actor ?? actorId}</td>
            <td>${action}${detail !== "" && ` (${detail})`}</td><td>${subject}</td></tr>`,
        )}</tbody></table></div>`
    }`;
}
