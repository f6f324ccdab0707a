import type { Fault } from "@fieldbook/lab";
import { make, makeButton } from "../claim/dom.ts";
import { askWorker, warmUp } from "./ask-worker.ts";
import { Controls } from "./controls.ts";
import { FaultLanes } from "./fault-lanes.ts";
import type { Answer, Ask, EditEffect, ShownRun } from "./protocol.ts";
import { describeEdit, showCounterexample, showRuns, showTally } from "./results.ts";
import type { Setup } from "./setup.ts";
import { defaultSetup, readSetup, SetupError, writeSetup } from "./setup.ts";
import type { SystemData } from "./system-data.ts";

/** How many seeds a campaign may have; the first unless the reader asks for more. */
const campaignSizes = [1_000, 10_000, 100_000];

/** Makes the workbench of a system live. */
export function makeWorkbench(root: HTMLElement, system: SystemData): void {
  new Workbench(root, system).attach();
}

class Workbench {
  readonly #root: HTMLElement;
  readonly #system: SystemData;
  readonly #controls: Controls;
  readonly #lanes: FaultLanes;
  readonly #status = make("p", { class: "claim-status", role: "status" });
  readonly #alert = make("p", { class: "claim-alert", role: "alert" });
  readonly #runs = make("div", { class: "wb-runs" });
  readonly #small = make("section", { class: "wb-small", "aria-label": "Counterexample", hidden: true });
  readonly #campaign = make("section", { class: "wb-campaign", "aria-label": "Campaign", hidden: true });
  readonly #tally = make("div");
  readonly #size = make(
    "select",
    {},
    ...campaignSizes.map((size) => make("option", { value: size }, size.toLocaleString("en"))),
  );
  readonly #campaignStatus = make("p", { class: "claim-status", role: "status" });
  readonly #progress = make("progress", { class: "claim-progress", max: 1, "aria-label": "Runs done" });
  readonly #campaignCancel = makeButton("Cancel the campaign", () => this.#stopCampaign(), { hidden: true });
  readonly #shrink: HTMLButtonElement;
  readonly #shrinkWidely: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;
  readonly #restore: HTMLButtonElement;
  /** What the page shows: the faults are those of the seed unless the reader has edited them. */
  #setup: Setup;
  #end: (() => void) | undefined;
  /** The campaign goes on beside the runs that it offers. */
  #endCampaign: (() => void) | undefined;

  constructor(root: HTMLElement, system: SystemData) {
    this.#root = root;
    this.#system = system;
    this.#setup = defaultSetup(system.id, system.sizes);
    this.#controls = new Controls(system, () => this.#runAsSet());
    const faulty = { survives: system.survives, nodesAtMost: system.sizes.nodes.max };
    this.#lanes = new FaultLanes(faulty, (faults) => this.#edited(faults));
    this.#shrink = makeButton("Shrink", () => this.#startShrink(false), { hidden: true });
    this.#shrinkWidely = makeButton("Shrink from other seeds too", () => this.#startShrink(true), { hidden: true });
    this.#cancel = makeButton("Cancel", () => this.#stop("Cancelled."), { hidden: true });
    this.#restore = makeButton("Back to the faults of the seed", () => this.#runAsSet("drawn"), { hidden: true });
  }

  attach(): void {
    const file = make("input", { type: "file", accept: ".json,application/json", class: "wb-file" });
    file.addEventListener("change", () => void this.#open(file));
    const actions = make(
      "div",
      { class: "wb-actions" },
      this.#shrink,
      this.#shrinkWidely,
      make(
        "span",
        { class: "wb-start" },
        makeButton("Campaign", () => this.#startCampaign()),
        make("label", {}, " of ", this.#size, " seeds"),
      ),
      makeButton("Link to this run", () => void this.#link()),
      make("label", { class: "wb-open" }, "Open a counterexample ", file),
      this.#restore,
      this.#cancel,
    );
    // The run that the page was built with stays until the reader makes one: the worker is not small.
    this.#runs.replaceChildren(...this.#root.childNodes);
    this.#lanes.element.hidden = true;
    this.#campaign.append(this.#tally, this.#progress, this.#campaignStatus, this.#campaignCancel);
    this.#root.replaceChildren(
      this.#controls.element,
      actions,
      this.#status,
      this.#alert,
      this.#campaign,
      this.#lanes.element,
      this.#small,
      this.#runs,
    );
    // Who comes near the controls may run.
    for (const sign of ["pointerenter", "focusin"]) {
      this.#controls.element.addEventListener(sign, warmUp, { once: true });
    }
    this.#controls.set(this.#setup);
    void this.#followLink();
    // A link to another run of this page changes nothing but what stands behind the #.
    addEventListener("hashchange", () => void this.#followLink());
  }

  /** Makes the run that the page's address asks for, if it asks for one. */
  async #followLink(): Promise<void> {
    try {
      const linked = await readSetup(location.hash, this.#system.id, this.#system.sizes);
      if (linked === undefined) return;
      this.#alert.textContent = "";
      this.#setup = linked;
      this.#controls.set(linked);
      this.#run();
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      this.#alert.textContent = `${error.message} Nothing was run.`;
    }
  }

  /** A run as the form says. Faults that were edited stay as long as only the system is another, not what is drawn. */
  #runAsSet(faults: "drawn" | "kept" = "kept"): void {
    const setup = this.#controls.read();
    if (setup === undefined) return;
    this.#alert.textContent = "";
    const edited = this.#setup.faults;
    const keeps = faults === "kept" && edited !== undefined && drawsAlike(setup, this.#setup);
    this.#setup = keeps ? { ...setup, faults: edited } : setup;
    this.#run();
  }

  /** The same run with other faults, all else as it was. */
  #edited(faults: readonly Fault[]): void {
    this.#alert.textContent = "";
    const before = this.#setup;
    this.#setup = { ...before, faults };
    this.#run(before);
  }

  #run(before?: Setup): void {
    this.#small.hidden = true;
    this.#restore.hidden = this.#setup.faults === undefined;
    const ask: Ask = { kind: "run", setup: this.#setup, ...(before === undefined ? {} : { before }) };
    this.#ask(ask, "Running …", (answer) => {
      if (answer.kind !== "run") return;
      const { run, beside, difference, edit } = answer;
      showRuns(this.#runs, run, beside, difference);
      this.#lanes.element.hidden = false;
      this.#lanes.show(run.faults, run.healedAt, this.#setup.nodes);
      this.#shrink.hidden = run.verdict !== "violated";
      // Faults that were edited are of this seed alone.
      this.#shrinkWidely.hidden = this.#shrink.hidden || this.#setup.faults !== undefined;
      this.#status.textContent = statusOf(run, edit);
    });
  }

  #startShrink(widely: boolean): void {
    const { code } = this.#system;
    this.#ask({ kind: "shrink", setup: this.#setup, code, widely }, "Shrinking …", (answer) => this.#hearSmall(answer));
  }

  async #open(file: HTMLInputElement): Promise<void> {
    const [chosen] = file.files ?? [];
    if (chosen === undefined) return;
    const text = await chosen.text();
    file.value = "";
    const { id, code } = this.#system;
    this.#ask({ kind: "open", system: id, file: text, code }, "Replaying …", (answer) => this.#hearSmall(answer));
  }

  #hearSmall(answer: Answer): void {
    if (answer.kind === "progress") this.#status.textContent = answer.says;
    if (answer.kind !== "counterexample") return;
    showCounterexample(this.#small, answer.counterexample, this.#system.id);
    this.#small.hidden = false;
    const { events, replayed } = answer.counterexample;
    this.#status.textContent = replayed ?? `The smallest run has ${String(events)} events.`;
    this.#small.scrollIntoView({ block: "start" });
  }

  #startCampaign(): void {
    const setup = this.#controls.read();
    if (setup === undefined) return;
    this.#endCampaign?.();
    this.#alert.textContent = "";
    this.#tally.replaceChildren();
    this.#progress.value = 0;
    this.#progress.hidden = false;
    this.#campaign.hidden = false;
    this.#campaignCancel.hidden = false;
    this.#campaignStatus.textContent = "Running …";
    const runs = Number(this.#size.value);
    this.#endCampaign = askWorker({ kind: "campaign", setup, runs }, (answer) => {
      if (answer.kind === "tally") this.#showTally(answer, runs);
      if (answer.kind === "refused") this.#alert.textContent = answer.message;
      if (answer.kind === "over") this.#campaignOver("Done.");
    });
  }

  #showTally({ tally, sometimes }: Answer & { readonly kind: "tally" }, runs: number): void {
    // Who is on a violation's button stays on it while others come.
    const focused = [...this.#tally.querySelectorAll("button")].indexOf(document.activeElement as HTMLButtonElement);
    showTally(this.#tally, tally, sometimes, (seed) => {
      this.#controls.setSeed(seed);
      this.#controls.focusRun();
      this.#runAsSet("drawn");
    });
    if (focused >= 0) this.#tally.querySelectorAll("button")[focused]?.focus({ preventScroll: true });
    this.#progress.value = tally.runs / runs;
  }

  #stopCampaign(): void {
    this.#endCampaign?.();
    this.#campaignOver("Cancelled; this is what was found until then.");
  }

  #campaignOver(says: string): void {
    this.#endCampaign = undefined;
    this.#campaignStatus.textContent = says;
    if (document.activeElement === this.#campaignCancel) this.#controls.focusRun();
    this.#campaignCancel.hidden = true;
    this.#progress.hidden = true;
  }

  /** One request at a time: a new one ends the last. */
  #ask(ask: Ask, says: string, hear: (answer: Answer) => void): void {
    this.#end?.();
    this.#status.textContent = says;
    this.#cancel.hidden = false;
    this.#end = askWorker(ask, (answer) => {
      if (answer.kind === "refused") {
        this.#alert.textContent = answer.message;
        this.#status.textContent = "";
      } else if (answer.kind === "over") {
        this.#end = undefined;
        if (document.activeElement === this.#cancel) this.#controls.focusRun();
        this.#cancel.hidden = true;
      } else {
        hear(answer);
      }
    });
  }

  #stop(says: string): void {
    this.#end?.();
    this.#end = undefined;
    // The focus is not lost with the button that goes.
    if (document.activeElement === this.#cancel) this.#controls.focusRun();
    this.#cancel.hidden = true;
    this.#status.textContent = says;
  }

  async #link(): Promise<void> {
    // In this way the page does not take it for a link to follow.
    history.replaceState(null, "", `#${await writeSetup(this.#setup)}`);
    try {
      await navigator.clipboard.writeText(location.href);
      this.#status.textContent = "The link is in the clipboard and in the address bar.";
    } catch {
      this.#status.textContent = "The link is in the address bar.";
    }
  }
}

/** Whether two setups draw the same from the seed, so that faults of one fit the other. */
const drawsAlike = (one: Setup, other: Setup): boolean =>
  (["nodes", "clients", "operations", "seed", "weather"] as const).every((field) => one[field] === other[field]);

const statusOf = ({ verdict, property }: ShownRun, edit: EditEffect | undefined): string => {
  const what = verdict === "holds" ? "Every property holds." : `${verdict}: ${property}.`;
  return edit === undefined ? what : `${what} ${describeEdit(edit)}`;
};
