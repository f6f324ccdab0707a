import { make, makeButton } from "../claim/dom.ts";
import type { ClaimData } from "../claim/claim-data.ts";
import { placedThreads } from "./api.ts";
import type { Dispute, PlacedThread, PlacedThreads, Selection } from "./api.ts";
import { allBlocks, putBehind } from "./blocks.ts";
import { makeFoot } from "./foot.ts";
import { rangeOf } from "./letters.ts";
import { makePanel } from "./panel.ts";
import { runEvent } from "./run-event.ts";
import type { ShownRun } from "./run-event.ts";
import { claimFigure, watchSelection } from "./selection-button.ts";
import type { Chosen } from "./selection-button.ts";

/** Where a panel stands: behind a block or in a claim. */
interface Spot {
  readonly place: HTMLElement;
  readonly title: string;
  readonly threads: (found: PlacedThreads) => readonly PlacedThread[];
  readonly selection?: Selection | undefined;
  readonly quote?: string | undefined;
  readonly isCut?: boolean | undefined;
  readonly figureOf?: (() => Promise<string>) | undefined;
  readonly run?: unknown;
  readonly opened?: string | undefined;
  /** What had the focus before. */
  readonly from: HTMLElement | undefined;
}

const countText = (count: number): string => `${String(count)} ${count === 1 ? "thread" : "threads"}`;

/** The discussion of a chapter in its page: marks at sentences, claims and the foot, and one panel at a time. */
export class Discussion {
  readonly #chapter: string;
  #found: PlacedThreads;
  #parts: HTMLElement[] = [];
  #panel: HTMLElement | undefined;
  #spot: Spot | undefined;
  /** The last run of each claim. */
  readonly #runs = new Map<string, ShownRun>();

  constructor(chapter: string, found: PlacedThreads) {
    this.#chapter = chapter;
    this.#found = found;
  }

  get #mayWrite(): boolean {
    return this.#found.actor !== null && this.#found.actor.role !== "reader";
  }

  attach(): void {
    this.#draw();
    if (!this.#mayWrite) return;
    watchSelection((chosen) => this.#discussChosen(chosen));
    document.addEventListener(runEvent, (event) => this.#hearRun((event as CustomEvent<ShownRun>).detail));
  }

  /** Everything but the panel. */
  #draw(): void {
    for (const part of this.#parts) part.remove();
    this.#parts = [];
    this.#drawHead();
    this.#drawMarks();
    for (const claim of document.querySelectorAll<HTMLElement>("fieldbook-claim")) this.#drawClaim(claim);
    const onChange = async (): Promise<void> => this.#refresh();
    const foot = makeFoot({ chapter: this.#chapter, found: this.#found, onChange });
    document.querySelector(".sl-markdown-content")?.after(foot);
    this.#parts.push(foot);
  }

  #drawHead(): void {
    const open = this.#found.threads.filter(({ thread }) => thread.state === "open").length;
    const count = make("a", { href: "#threads-foot-title" }, open === 0 ? "No open thread" : `${countText(open)} open`);
    const head = make("p", { class: "threads-head-line not-content", "data-thread-ui": true }, count);
    if (this.#mayWrite) {
      const choose = makeButton("Choose a paragraph to discuss", () => this.#toggleChoice(choose), {
        "aria-pressed": "false",
        title: "Or select a sentence.",
      });
      head.append(choose);
    }
    const { actor } = this.#found;
    // On one's own machine there is no account to lead to.
    if (actor !== null && actor.id !== "local") {
      head.append(make("a", { href: "/threads/news/" }, "News"), make("a", { href: "/account/" }, actor.name));
    }
    document.querySelector(".sl-markdown-content")?.before(head);
    this.#parts.push(head);
  }

  /** While it is on, each block has a button, for who does not select with a pointer. */
  #toggleChoice(button: HTMLButtonElement): void {
    const chosen = document.querySelectorAll(".threads-choose");
    button.setAttribute("aria-pressed", String(chosen.length === 0));
    if (chosen.length > 0) {
      for (const each of chosen) each.remove();
      return;
    }
    for (const block of allBlocks()) {
      const words = (block.textContent ?? "").trim().slice(0, 60);
      const choose = makeButton("Discuss", () => this.#discussBlock(block, choose), {
        class: "threads-choose",
        "data-thread-ui": true,
        "aria-label": `Discuss: ${words}`,
      });
      putBehind(block, choose);
      this.#parts.push(choose);
    }
  }

  #drawMarks(): void {
    const ranges: Range[] = [];
    const byBlock = Map.groupBy(
      this.#found.threads.filter(({ place }) => place.block !== null && place.claim === null),
      ({ place }) => place.block,
    );
    for (const [id, threads] of byBlock) {
      const block = id === null ? null : document.getElementById(id);
      if (block === null) continue;
      for (const { place } of threads) {
        const range = place.letters === null ? undefined : rangeOf(block, place.letters);
        if (range !== undefined) ranges.push(range);
      }
      const mark = makeButton(countText(threads.length), () => this.#toggle(this.#spotOf(block, mark)), {
        class: "threads-mark",
        "data-thread-ui": true,
        "aria-expanded": "false",
      });
      putBehind(block, mark);
      this.#parts.push(mark);
    }
    // Not every browser has them; the buttons are there in any case.
    if (typeof Highlight !== "undefined") CSS.highlights.set("threads", new Highlight(...ranges));
  }

  #spotOf(block: HTMLElement, from: HTMLElement | undefined, selection?: Selection): Spot {
    return {
      place: block,
      title: "Discussion of this passage",
      threads: ({ threads }) => threads.filter(({ place }) => place.block === block.id && place.claim === null),
      selection: selection ?? { kind: "block", block: block.id },
      from,
    };
  }

  #discussChosen({ place, selection, quote, isCut }: Chosen): void {
    if (selection.kind !== "claim") {
      this.#open({ ...this.#spotOf(place, undefined, selection), quote, isCut });
      return;
    }
    const { claim, figure } = selection;
    const which = figure === undefined ? "claim" : "figure";
    const from = place.querySelector<HTMLElement>(`.threads-claim > [data-about="${which}"]`) ?? undefined;
    this.#open(this.#spotOfClaim(place, claim, from, figure));
  }

  #discussBlock(block: HTMLElement, from: HTMLElement): void {
    this.#open(this.#spotOf(block, from));
  }

  #drawClaim(claim: HTMLElement): void {
    const id = claim.id.replace(/^claim-/, "");
    const dispute = this.#found.disputes.find((each) => each.claim === id);
    if (dispute !== undefined) this.#drawDispute(claim, dispute);
    const row = make("div", { class: "threads-claim", "data-thread-ui": true });
    for (const figure of [undefined, claimFigure]) {
      const about = figure === undefined ? "claim" : "figure";
      const count = this.#threadsOf(id, figure).length;
      if (count === 0 && !this.#mayWrite) continue;
      const label = `Discuss the ${about}${count === 0 ? "" : `: ${countText(count)}`}`;
      const button = makeButton(label, () => this.#toggle(this.#spotOfClaim(claim, id, button, figure)), {
        "aria-expanded": "false",
        "data-about": about,
      });
      row.append(button);
    }
    const run = this.#runs.get(id);
    if (run?.contradicts === true) {
      const post = makeButton("Post this counterexample", () => {
        const spot = this.#spotOfClaim(claim, id, post);
        this.#open({ ...spot, run: { claim: id, side: run.side, values: run.values, seed: run.seed } });
      });
      row.append(post);
    }
    if (row.childElementCount === 0) return;
    claim.append(row);
    this.#parts.push(row);
  }

  #threadsOf(claim: string, figure: string | undefined, { threads } = this.#found): readonly PlacedThread[] {
    return threads.filter(({ place }) => place.claim === claim && (place.figure === null) === (figure === undefined));
  }

  #spotOfClaim(claim: HTMLElement, id: string, from: HTMLElement | undefined, figure?: string): Spot {
    const spot = { place: claim, threads: (found: PlacedThreads) => this.#threadsOf(id, figure, found), from };
    if (figure === undefined) {
      return { ...spot, title: "Discussion of this claim", selection: { kind: "claim", claim: id } };
    }
    const data = JSON.parse(claim.dataset["claim"] ?? "") as ClaimData;
    // The reader's last run, or the one that the page came with; not one that is made while they write.
    const shown = this.#runs.get(id) ?? { side: "claim", values: data.sides.claim, seed: data.seed };
    const figureOf = async (): Promise<string> => {
      const { linkTo } = await import("../claim/run-link.ts");
      const { pathname, search, hash } = new URL(linkTo(location.href, data, shown));
      return pathname + search + hash;
    };
    const selection = { kind: "claim", claim: id, figure } as const;
    return { ...spot, title: "Discussion of this figure", selection, figureOf };
  }

  #drawDispute(claim: HTMLElement, { threadId, says, reproduced }: Dispute): void {
    const link = make("a", { href: `/threads/${threadId}/` }, "the counterexample");
    const state = reproduced ? says : `It is no longer reproduced. ${says}`;
    const note = make(
      "p",
      { class: "claim-disputed", "data-thread-ui": true },
      make("strong", {}, "✕ Disputed"),
      " until somebody settles it: see ",
      link,
      `. ${state}`,
    );
    claim.querySelector(".claim-says")?.after(note);
    this.#parts.push(note);
  }

  /** A run in the page: one that contradicts the claim can be posted. */
  #hearRun(run: ShownRun): void {
    const was = this.#runs.get(run.claim)?.contradicts ?? false;
    this.#runs.set(run.claim, run);
    const claim = document.getElementById(`claim-${run.claim}`);
    if (claim === null || was === run.contradicts) return;
    claim.querySelector(".threads-claim")?.remove();
    this.#drawClaim(claim);
  }

  #toggle(spot: Spot): void {
    const isOpen = this.#panel !== undefined && this.#spot?.place === spot.place && this.#spot.from === spot.from;
    if (isOpen) this.#close();
    else this.#open(spot);
  }

  #open(spot: Spot): void {
    this.#panel?.remove();
    this.#spot?.from?.setAttribute("aria-expanded", "false");
    this.#spot = spot;
    const { title, selection, quote, isCut, figureOf, run, opened } = spot;
    const panel = makePanel({
      chapter: this.#chapter,
      title,
      actor: this.#found.actor,
      threads: spot.threads(this.#found),
      opened,
      selection,
      quote,
      isCut,
      figureOf,
      run,
      onChange: async (threadId) => {
        await this.#refresh(threadId);
      },
      onClose: () => this.#close(),
    });
    this.#panel = panel;
    if (spot.place.localName === "fieldbook-claim") spot.place.append(panel);
    else spot.place.after(panel);
    spot.from?.setAttribute("aria-expanded", "true");
    panel.querySelector<HTMLElement>(".threads-panel-title")?.focus();
  }

  #close(): void {
    this.#panel?.remove();
    this.#panel = undefined;
    const from = this.#spot?.from;
    this.#spot = undefined;
    from?.setAttribute("aria-expanded", "false");
    from?.focus();
  }

  /** Reads everything anew and shows the panel again, with a new thread opened. */
  async #refresh(opened?: string): Promise<void> {
    const found = await placedThreads(this.#chapter);
    if (found !== undefined) this.#found = found;
    const spot = this.#spot;
    this.#draw();
    if (spot !== undefined) this.#open({ ...spot, opened, run: undefined });
  }
}
