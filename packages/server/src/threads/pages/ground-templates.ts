import type { ThreadPlace } from "../../anchors/read-places.ts";
import type { Dispute } from "../../counterexamples/counterexamples.ts";
import type { ClaimRun } from "../../counterexamples/readers-run.ts";
import type { Thread } from "../thread.ts";
import { markup } from "./html.ts";
import type { Html } from "./html.ts";

const diff = (place: ThreadPlace): Html =>
  markup`<p class="threads-diff">
    ${place.diff.map(({ kind, text }) =>
      kind === "removed"
        ? markup`<del>${text}</del>`
        : kind === "added"
          ? markup`<ins>${text}</ins>`
          : markup`<span>${text}</span>`,
    )}
  </p>`;

const meaning: Readonly<Record<ThreadPlace["changes"][number], string>> = {
  number: "A number is another now.",
  negation: "What was said may now be denied.",
};

const answerForm = (thread: Thread): Html =>
  markup`<form class="threads-row" method="post" action="/threads/${thread.id}/place">
    <input type="hidden" name="version" value="${thread.version}" />
    <button name="confirm" value="1">It still stands there</button>
    <button name="confirm" value="0">It does not</button>
  </form>`;

/** Where the thread stands in the text of today. */
export function placeNote(thread: Thread, place: ThreadPlace): Html {
  const address = `/${place.chapter}/${place.block === null ? "" : `#${place.block}`}`;
  switch (place.state) {
    case "none":
      return markup``;
    case "exact":
      return markup`<p class="threads-soft"><a href="${address}">Show it in the chapter</a></p>`;
    case "moved":
      return markup`<p>It has moved: <a href="${address}">show it in its new place</a>.</p>`;
    case "edited":
      return markup`<p>
          The text was edited since${
            place.confirmed ? ", and the thread still stands at it" : ""
          }: <a href="${address}">show it in the chapter</a>.
          ${place.changes.map((change) => meaning[change]).join(" ")}
        </p>
        ${diff(place)} ${place.mayConfirm && answerForm(thread)}`;
    case "earlier text":
      return markup`<p>What it stood on is no longer in the handbook. It said:</p>
        ${place.diff.some(({ kind }) => kind !== "removed") ? diff(place) : markup`<blockquote>${place.oldText}</blockquote>`}`;
  }
}

/** The address that shows a claim's run in its chapter. */
function addressOf(chapter: string, { claim, side, values, seed }: ClaimRun): string {
  const query = new URLSearchParams({ claim });
  if (side === "control") query.set("side", side);
  query.set("seed", String(seed));
  for (const [name, value] of Object.entries(values)) {
    query.set(name, typeof value === "boolean" ? (value ? "on" : "off") : String(value));
  }
  return `/${chapter}/?${query.toString()}#claim-${claim}`;
}

/** What the run of a counterexample shows, and the way to see it. */
export function disputeNote(thread: Thread, dispute: Dispute, run: ClaimRun | undefined): Html {
  const about = dispute.claim === null ? `the lab on ${dispute.system ?? "a system"}` : `the claim "${dispute.claim}"`;
  const found = dispute.reproduced
    ? markup`It was replayed and contradicts ${about}, which is <strong>disputed</strong> until somebody settles it.`
    : markup`It contradicted ${about} and does so no longer with the present engine; it is <strong>disputed</strong> until
        somebody settles it.`;
  return markup`<p>${found}</p>
    <p>${dispute.says}</p>
    ${run !== undefined && markup`<p><a href="${addressOf(thread.chapter, run)}">Run it in the chapter</a></p>`}`;
}
