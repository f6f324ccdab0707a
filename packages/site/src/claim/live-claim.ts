import { describeMetric, describeProperty } from "@fieldbook/lab";
import type { AnyValues, RunResult, Tally } from "@fieldbook/lab";
import { againstOf, otherSide, valuesOfSide } from "./against.ts";
import { propertyOf } from "./claim-data.ts";
import type { ClaimData, Side } from "./claim-data.ts";
import { make, makeButton } from "./dom.ts";
import { Guess } from "./guess.ts";
import { Knobs } from "./knobs.ts";
import { loadFigures, Outcome } from "./outcome.ts";
import { request, warmUp } from "./run-client.ts";
import { linkedRun, linkTo } from "./run-link.ts";
import { tellRun } from "../threads/run-event.ts";
import { words } from "../words/words.ts";
import { SeedPicker } from "./seed-picker.ts";

/** Gives a claim of the page its guess, knobs, seed, run, campaign, control and link. */
export function makeLive(root: HTMLElement, data: ClaimData): void {
  const claim = new LiveClaim(root, data);
  claim.attach();
  claim.followLink();
}

class LiveClaim {
  readonly #root: HTMLElement;
  readonly #data: ClaimData;
  readonly #outcome: Outcome;
  readonly #guess: Guess;
  readonly #knobs: Knobs;
  readonly #seed: SeedPicker;
  readonly #alert = make("p", { class: "claim-alert", role: "alert" });
  readonly #status = make("p", { class: "claim-status", role: "status" });
  readonly #progress = make("progress", {
    class: "claim-progress",
    max: 1,
    "aria-label": words.runsDone,
    hidden: true,
  });
  readonly #run = make("button", { type: "submit", class: "claim-run" }, words.run);
  readonly #stop = makeButton(words.cancel, () => this.#cancel(), { hidden: true });
  readonly #control: HTMLButtonElement;
  #side: Side = "claim";
  /** Ends what the worker does for this claim; undefined when it does nothing. */
  #end: (() => void) | undefined;
  #tally: Tally | undefined;

  constructor(root: HTMLElement, data: ClaimData) {
    this.#root = root;
    this.#data = data;
    const id = `claim-${data.id}`;
    this.#outcome = new Outcome(root, data, (seed) => {
      this.#seed.set(seed);
      // The button that offered the seed goes with the run it belonged to.
      this.#run.focus({ preventScroll: true });
      this.#start();
    });
    this.#guess = new Guess(data.guess, id);
    this.#knobs = new Knobs({ id, parameters: data.parameters, first: data.knobs, values: data.sides.claim });
    this.#seed = new SeedPicker(id, data.seed, () => this.#start());
    this.#control = makeButton(data.controlLabel, () => this.#toggleControl(), {
      "aria-pressed": "false",
      title: data.controlSays,
    });
  }

  /** Puts the controls where the static claim has a place for them. */
  attach(): void {
    const link = makeButton(words.linkToRun, () => void this.#link());
    const actions = make("div", { class: "claim-actions" }, this.#run, this.#stop, this.#control, link);
    const form = make(
      "form",
      { class: "claim-form", novalidate: true, "aria-label": words.runThisClaim },
      this.#guess.element,
      this.#knobs.element,
      this.#seed.element,
      actions,
      this.#progress,
      this.#status,
      this.#alert,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
    // Who comes near the controls may run: worker and figures are loaded before the click.
    const prepare = (): void => {
      warmUp();
      void loadFigures();
    };
    for (const sign of ["pointerenter", "focusin"]) form.addEventListener(sign, prepare, { once: true });
    this.#root.querySelector(".claim-controls")?.replaceChildren(form);
    const replaced = this.#root.querySelector(".claim-parameters");
    const hadFocus = replaced?.contains(document.activeElement) === true;
    replaced?.remove();
    // Who came with the keyboard to what goes is led to what takes its place.
    if (hadFocus) (form.querySelector<HTMLElement>(".knobs-rest summary") ?? this.#run).focus();
  }

  /** Makes the run that the page's address asks for, if it asks this claim. */
  followLink(): void {
    const linked = linkedRun(location.href, this.#data);
    if (linked === undefined) return;
    this.#setSide(linked.side);
    this.#knobs.set(linked.values);
    this.#seed.set(linked.seed);
    this.#start();
    if (linked.problems.length > 0) this.#alert.textContent = linked.problems.join(" ");
  }

  /** One run of the seed that is set, at once; then the campaign over many seeds. */
  #start(): void {
    this.#end?.();
    this.#rest();
    const values = this.#knobs.read();
    const seed = this.#seed.read();
    if (values === undefined || seed === undefined) {
      this.#status.textContent = "";
      this.#alert.textContent = words.nothingRun;
      if (values === undefined) this.#knobs.focusWrong();
      else this.#seed.focus();
      return;
    }
    this.#alert.textContent = "";
    this.#status.textContent = words.running;
    this.#stop.hidden = false;
    const { id } = this.#data;
    const against = againstOf(this.#data, this.#side, values);
    this.#end = request(
      { kind: "run", claim: id, values, seed, against, property: propertyOf(this.#data) },
      {
        onResult: (result) => {
          this.#outcome.showRun(result, seed);
          this.#tell(result, values, seed);
        },
        onPicture: (picture) => {
          void this.#outcome.showPicture(picture);
          this.#startCampaign(values);
        },
        onRefused: (message) => this.#refused(message),
      },
    );
  }

  /** For those who want to talk about the run. */
  #tell(result: RunResult, values: AnyValues, seed: number): void {
    const { id, subject, expects } = this.#data;
    const isViolated = subject.kind === "property" && result.verdicts[subject.name]?.verdict === "violated";
    const contradicts = isViolated && expects[this.#side] === "holds";
    tellRun({ claim: id, side: this.#side, values, seed, contradicts });
  }

  #startCampaign(values: AnyValues): void {
    const { id, seeds, subject } = this.#data;
    this.#progress.value = 0;
    this.#progress.hidden = false;
    this.#end = request(
      { kind: "campaign", claim: id, values, seeds, wanted: subject.kind === "property" ? [subject.name] : [] },
      {
        onTally: (tally) => this.#showTally(tally, values),
        onRefused: (message) => this.#refused(message),
      },
    );
  }

  #showTally(tally: Tally, values: AnyValues): void {
    const { seeds, subject, sides } = this.#data;
    this.#tally = tally;
    this.#progress.value = tally.runs / seeds;
    if (tally.runs < seeds) {
      this.#outcome.showSoFar(tally, seeds);
      return;
    }
    this.#rest();
    const found =
      subject.kind === "property"
        ? describeProperty(tally, subject.name)
        : describeMetric({ [subject.name]: subject.spec }, tally, subject.name);
    this.#outcome.showFound(tally, found);
    this.#status.textContent = words.done;
    const isClaim = Object.entries(sides.claim).every(([name, value]) => values[name] === value);
    if (isClaim) this.#guess.reveal();
  }

  #cancel(): void {
    this.#end?.();
    this.#outcome.showStopped(this.#tally, this.#data.seeds);
    this.#rest();
    this.#status.textContent = words.cancelled;
  }

  #refused(message: string): void {
    this.#rest();
    this.#status.textContent = "";
    // What is wrong with a link stands there already, and is no less wrong for this.
    this.#alert.textContent = `${this.#alert.textContent} ${message}`.trim();
  }

  /** Nothing is worked on any more. The focus is not lost with the button that goes. */
  #rest(): void {
    if (document.activeElement === this.#stop) this.#run.focus();
    this.#stop.hidden = true;
    this.#progress.hidden = true;
    this.#end = undefined;
    this.#tally = undefined;
  }

  /** Changes what differs between the sides, leaves the reader's other knobs as they are, and runs. */
  #toggleControl(): void {
    this.#setSide(otherSide(this.#side));
    const values = this.#knobs.read() ?? this.#data.sides[this.#side];
    this.#knobs.set(valuesOfSide(this.#data, this.#side, values));
    this.#start();
  }

  #setSide(side: Side): void {
    this.#side = side;
    this.#control.setAttribute("aria-pressed", String(side === "control"));
  }

  async #link(): Promise<void> {
    const values = this.#knobs.read();
    const seed = this.#seed.read();
    if (values === undefined || seed === undefined) {
      this.#alert.textContent = words.noLink;
      return;
    }
    const link = linkTo(location.href, this.#data, { side: this.#side, values, seed });
    history.replaceState(history.state, "", link);
    this.#status.textContent = await navigator.clipboard.writeText(link).then(
      () => words.linkCopied,
      () => words.linkInAddress,
    );
  }
}
