import { describeMetric, describeProperty, maxSeed } from "@fieldbook/lab";
import type { AnyValues, Picture, RunResult, Tally } from "@fieldbook/lab";
import { propertyOf } from "./claim-data.ts";
import type { ClaimData, Side } from "./claim-data.ts";
import { make, makeButton } from "./dom.ts";
import { Guess } from "./guess.ts";
import { Knobs } from "./knobs.ts";
import { Outcome } from "./outcome.ts";
import { startCampaign, startRun, warmUp } from "./run-client.ts";
import { linkedRun, linkTo, parseSeed } from "./run-link.ts";

/** Gives a claim of the page its guess, knobs, seed, run, campaign, control and link. */
export function makeLive(root: HTMLElement, data: ClaimData): void {
  new LiveClaim(root, data).followLink();
}

class LiveClaim {
  readonly #data: ClaimData;
  readonly #outcome: Outcome;
  readonly #guess: Guess;
  readonly #knobs: Knobs;
  readonly #seed: HTMLInputElement;
  readonly #alert = make("p", { class: "claim-alert", role: "alert" });
  readonly #status = make("p", { class: "claim-status", role: "status" });
  readonly #progress = make("progress", {
    class: "claim-progress",
    max: 1,
    value: 0,
    "aria-label": "Runs done",
    hidden: true,
  });
  readonly #run = makeButton("Run", () => this.run(), { class: "claim-run" });
  readonly #cancelButton = makeButton("Cancel", () => this.cancel(), { hidden: true });
  readonly #control: HTMLButtonElement;
  #side: Side = "claim";
  #cancel: (() => void) | undefined;

  constructor(root: HTMLElement, data: ClaimData) {
    this.#data = data;
    const id = `claim-${data.id}`;
    this.#outcome = new Outcome(root, data, (seed) => this.#showSeed(seed));
    this.#guess = new Guess(data.guess, id);
    this.#knobs = new Knobs({
      id,
      parameters: data.parameters,
      first: data.knobs,
      values: data.sides.claim,
      onChange: () => warmUp(),
    });
    this.#seed = make("input", { id: `${id}-seed`, type: "number", min: 0, max: maxSeed, step: 1, value: data.seed });
    this.#control = makeButton(data.controlLabel, () => this.#toggleControl(), {
      class: "claim-control-button",
      "aria-pressed": "false",
      title: data.controlSays,
    });
    root.querySelector(".claim-controls")?.replaceChildren(...this.#controls(id));
    root.querySelector(".claim-parameters")?.remove();
    warmUp();
  }

  #controls(id: string): HTMLElement[] {
    const label = make("label", { for: `${id}-seed` }, "seed");
    const seed = make(
      "div",
      { class: "claim-seed" },
      label,
      makeButton("−", () => this.#stepSeed(-1), { "aria-label": "Seed before" }),
      this.#seed,
      makeButton("+", () => this.#stepSeed(1), { "aria-label": "Next seed" }),
      makeButton("Random", () => this.#showSeed(crypto.getRandomValues(new Uint32Array(1))[0]!)),
    );
    const actions = make(
      "div",
      { class: "claim-actions" },
      this.#run,
      this.#cancelButton,
      this.#control,
      makeButton("Link to this run", () => void this.#link()),
    );
    return [this.#guess.element, this.#knobs.element, seed, actions, this.#progress, this.#status, this.#alert];
  }

  /** One run of the seed that is set, at once; then the campaign over many seeds. */
  run(): void {
    this.cancel();
    const values = this.#knobs.read();
    const seed = parseSeed(this.#seed.value);
    this.#seed.setAttribute("aria-invalid", String(seed === undefined));
    if (values === undefined) {
      this.#alert.textContent = "A parameter does not fit; what is wrong stands at it.";
      this.#knobs.focusWrong();
      return;
    }
    if (seed === undefined) {
      this.#alert.textContent = `A seed is a whole number from 0 to ${String(maxSeed)}; got "${this.#seed.value}".`;
      this.#seed.focus();
      return;
    }
    this.#alert.textContent = "";
    this.#status.textContent = "Running …";
    const { id, sides } = this.#data;
    const against = sides[this.#side === "claim" ? "control" : "claim"];
    startRun(
      { claim: id, values, seed, against, property: propertyOf(this.#data) },
      {
        onResult: (result: RunResult) => this.#outcome.showRun(result, seed),
        onPicture: (picture: Picture) => {
          this.#outcome.showPicture(picture);
          this.#startCampaign(values);
        },
        onRefused: (message) => this.#refused(message),
      },
    );
  }

  #startCampaign(values: AnyValues): void {
    const { id, seeds, subject } = this.#data;
    const wanted = subject.kind === "property" ? [subject.name] : [];
    this.#progress.hidden = false;
    this.#progress.value = 0;
    this.#cancelButton.hidden = false;
    this.#cancel = startCampaign(
      { claim: id, values, seeds, wanted },
      {
        onTally: (tally, done) => this.#showTally(tally, done, values),
        onRefused: (message) => this.#refused(message),
      },
    );
  }

  #showTally(tally: Tally, done: boolean, values: AnyValues): void {
    const { seeds, subject } = this.#data;
    this.#progress.value = tally.runs / seeds;
    if (!done) {
      this.#outcome.showSoFar(tally, seeds);
      return;
    }
    this.#endCampaign();
    const found =
      subject.kind === "property"
        ? describeProperty(tally, subject.name)
        : describeMetric({ [subject.name]: subject.spec }, tally, subject.name);
    this.#outcome.showFound(tally, found);
    this.#status.textContent = `Done: ${found}.`;
    if (this.#isSide("claim", values)) this.#guess.reveal();
  }

  #isSide(side: Side, values: AnyValues): boolean {
    return Object.entries(this.#data.sides[side]).every(([name, value]) => values[name] === value);
  }

  cancel(): void {
    if (this.#cancel === undefined) return;
    const hadFocus = document.activeElement === this.#cancelButton;
    this.#cancel();
    this.#endCampaign();
    this.#status.textContent = "Cancelled.";
    if (hadFocus) this.#run.focus();
  }

  #endCampaign(): void {
    const hadFocus = document.activeElement === this.#cancelButton;
    this.#cancel = undefined;
    this.#progress.hidden = true;
    this.#cancelButton.hidden = true;
    if (hadFocus) this.#run.focus();
  }

  #refused(message: string): void {
    this.#endCampaign();
    this.#status.textContent = "";
    this.#alert.textContent = message;
  }

  #stepSeed(step: number): void {
    const seed = parseSeed(this.#seed.value) ?? this.#data.seed;
    this.#showSeed(Math.min(maxSeed, Math.max(0, seed + step)));
  }

  #showSeed(seed: number): void {
    this.#seed.value = String(seed);
    this.run();
  }

  /** Changes what differs between the sides and leaves the reader's other knobs as they are. */
  #toggleControl(): void {
    const { sides } = this.#data;
    this.#setSide(this.#side === "claim" ? "control" : "claim");
    const changed = Object.entries(sides[this.#side]).filter(
      ([name, value]) => sides.claim[name] !== value || sides.control[name] !== value,
    );
    this.#knobs.set({ ...(this.#knobs.read() ?? sides[this.#side]), ...Object.fromEntries(changed) });
    this.run();
  }

  #setSide(side: Side): void {
    this.#side = side;
    this.#control.setAttribute("aria-pressed", String(side === "control"));
  }

  async #link(): Promise<void> {
    const values = this.#knobs.read();
    const seed = parseSeed(this.#seed.value);
    if (values === undefined || seed === undefined) {
      this.#alert.textContent = "There is no link to a run whose parameters or seed do not fit.";
      return;
    }
    const link = linkTo(location.href, this.#data, { side: this.#side, values, seed });
    history.replaceState(null, "", link);
    this.#status.textContent = await navigator.clipboard.writeText(link).then(
      () => "The link is in the address bar and copied.",
      () => "The link is in the address bar.",
    );
  }

  /** Makes the run that the page's address asks for, if it asks this claim. */
  followLink(): void {
    const linked = linkedRun(location.href, this.#data);
    if (linked === undefined) return;
    this.#setSide(linked.side);
    this.#knobs.set(linked.values);
    this.#seed.value = String(linked.seed);
    this.run();
    if (linked.problems.length > 0) this.#alert.textContent = linked.problems.join(" ");
  }
}
