import { count } from "@fieldbook/lab";
import type { Picture, PropertyVerdict, RunResult, Tally } from "@fieldbook/lab";
import { drawPicture } from "../figures/draw-picture.ts";
import { attachScrubber } from "../figures/scrubber.ts";
import type { ClaimData } from "./claim-data.ts";
import { make, makeButton } from "./dom.ts";
import { metricText, verdictMark } from "./verdict-text.ts";

/** What came of a claim's runs in the page: the verdict of one, its figure, and what the campaign found. */
export class Outcome {
  readonly #data: ClaimData;
  readonly #verdict = make("p", { class: "claim-verdict", "aria-live": "polite" });
  readonly #found = make("p", { class: "claim-found" });
  readonly #offer = make("p", { class: "claim-offer" });
  readonly #hash = make("p", { class: "claim-hash" });
  readonly #figure: HTMLElement;
  readonly #container: HTMLElement | null;
  readonly #showSeed: (seed: number) => void;
  #seed = 0;
  #violated = false;
  #live = false;
  /** The verdicts on what the claim is not about. */
  #others = "";

  constructor(root: HTMLElement, data: ClaimData, showSeed: (seed: number) => void) {
    this.#data = data;
    this.#showSeed = showSeed;
    this.#container = root.querySelector<HTMLElement>(".claim-result");
    this.#figure = root.querySelector<HTMLElement>(".claim-figure") ?? make("div", { class: "claim-figure" });
  }

  /** The page's own findings give way to those of the reader's run. */
  #takeOver(): void {
    if (this.#live) return;
    this.#live = true;
    this.#container?.replaceChildren(this.#verdict, this.#found, this.#offer, this.#figure, this.#hash);
  }

  showRun(result: RunResult, seed: number): void {
    this.#takeOver();
    this.#seed = seed;
    const { subject } = this.#data;
    const own = subject.kind === "property" ? result.verdicts[subject.name] : undefined;
    this.#violated = own?.verdict === "violated";
    this.#verdict.className = `claim-verdict ${own?.verdict ?? ""}`;
    this.#verdict.replaceChildren(...(own === undefined ? this.#figureOf(result) : verdictParts(own, seed)));
    this.#others = Object.entries(result.verdicts)
      .filter(([name]) => name !== subject.name)
      .map(([name, { verdict }]) => `${name} ${verdict}`)
      .join(" · ");
    this.#found.textContent = this.#others;
    this.#offer.replaceChildren();
    this.#hash.textContent = `Trace ${result.traceHash}, ${count(result.events)} events: the same everywhere for these parameters and this seed.`;
  }

  #figureOf({ metrics }: RunResult): (Node | string)[] {
    const { subject } = this.#data;
    if (subject.kind !== "metric") return [];
    const { name, spec, value, formula } = subject;
    const found = metrics[name] === undefined ? "no figure" : metricText(metrics[name], spec);
    const compared = `${spec.label} in the run of seed ${String(this.#seed)}; for the claim, ${formula} gives ${metricText(value, spec)}`;
    return [make("strong", {}, found), ` ${compared}`];
  }

  showPicture(picture: Picture): void {
    const id = `figure-${this.#data.id}`;
    this.#figure.innerHTML = drawPicture(picture, id);
    if (picture.kind === "space-time") attachScrubber(this.#figure, picture, id);
  }

  showSoFar(tally: Tally, seeds: number): void {
    const { subject } = this.#data;
    const violated = subject.kind === "property" ? tally.properties[subject.name]!.violated : 0;
    const found = subject.kind === "property" ? `, violated in ${count(violated)}` : "";
    this.#tell(`${count(tally.runs)} of ${count(seeds)} runs${found}`);
  }

  /** The end of a campaign, and the way to a run that violates the property when this one does not. */
  showFound(tally: Tally, found: string): void {
    this.#tell(found);
    const { subject } = this.#data;
    if (subject.kind !== "property" || this.#violated) return;
    const seed = tally.properties[subject.name]!.violatedSeeds.find((candidate) => candidate !== this.#seed);
    if (seed === undefined) return;
    this.#offer.replaceChildren(makeButton(`Show seed ${String(seed)}, which violates it`, () => this.#showSeed(seed)));
  }

  #tell(found: string): void {
    this.#found.textContent = this.#others === "" ? found : `${found} · this run: ${this.#others}`;
  }
}

function verdictParts({ verdict, says }: PropertyVerdict, seed: number): (Node | string)[] {
  const shape = document.createRange().createContextualFragment(verdictMark(verdict));
  return [shape, " ", make("strong", {}, verdict), ` in the run of seed ${String(seed)}. ${says}`];
}
