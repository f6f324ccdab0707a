import { count, metricText } from "@fieldbook/lab";
import type { Picture, PropertyVerdict, RunResult, Tally } from "@fieldbook/lab";
import type { ClaimData } from "./claim-data.ts";
import type * as LiveFigures from "./live-figure.ts";
import { make, makeButton } from "./dom.ts";
import { metricsList } from "./metrics-list.ts";
import { verdictMark } from "./verdict-text.ts";

/** Starts loading what draws figures: it is not needed before the first run. */
export const loadFigures = async (): Promise<typeof LiveFigures> => import("./live-figure.ts");

/** What came of a claim's runs in the page: the verdict of one, its figure, and what the campaign found. */
export class Outcome {
  readonly #data: ClaimData;
  readonly #verdict = make("p", { class: "claim-verdict", role: "status" });
  readonly #found = make("p", { class: "claim-found" });
  readonly #offer = make("p", { class: "claim-offer" });
  readonly #metrics = make("div");
  readonly #hash = make("p", { class: "claim-hash" });
  readonly #figure: HTMLElement;
  readonly #container: HTMLElement | null;
  readonly #showSeed: (seed: number) => void;
  #result: RunResult | undefined;
  #seed = 0;
  #isLive = false;

  constructor(root: HTMLElement, data: ClaimData, showSeed: (seed: number) => void) {
    this.#data = data;
    this.#showSeed = showSeed;
    this.#container = root.querySelector<HTMLElement>(".claim-result");
    this.#figure = root.querySelector<HTMLElement>(".claim-figure") ?? make("div", { class: "claim-figure" });
  }

  /** The page's own findings give way to those of the reader's run. */
  #takeOver(): void {
    if (this.#isLive) return;
    this.#isLive = true;
    this.#keepFocus(() => {
      const parts = [this.#verdict, this.#found, this.#metrics, this.#offer, this.#figure, this.#hash];
      this.#container?.replaceChildren(...parts);
    });
  }

  /** Who is in the figure while it is put in place or drawn anew stays in it. */
  #keepFocus(change: () => void): void {
    const within = this.#figure.contains(document.activeElement);
    change();
    if (within) this.#figure.querySelector<HTMLElement>(".figure-box")?.focus({ preventScroll: true });
  }

  showRun(result: RunResult, seed: number): void {
    this.#takeOver();
    this.#result = result;
    this.#seed = seed;
    const { subject } = this.#data;
    const own = subject.kind === "property" ? result.verdicts[subject.name] : undefined;
    this.#verdict.className = `claim-verdict ${own?.verdict ?? "measured"}`;
    this.#verdict.replaceChildren(...(own === undefined ? this.#measured(result) : verdictParts(own, seed)));
    this.#found.textContent = "";
    this.#metrics.innerHTML = metricsList(this.#data.metrics, result.metrics);
    this.#offer.replaceChildren();
    const others = Object.entries(result.verdicts).filter(([name]) => name !== subject.name);
    const beside = others.map(([name, { verdict }]) => `${name}: ${verdict}. `).join("");
    const hash = `Trace ${result.traceHash}, ${count(result.events)} events: the same on every machine for these parameters and this seed.`;
    this.#hash.textContent = `${beside}${hash}`;
  }

  #measured({ metrics }: RunResult): (Node | string)[] {
    const { subject } = this.#data;
    if (subject.kind !== "metric") return [];
    const { name, spec, value, formula } = subject;
    const found = metrics[name] === undefined ? "no figure" : metricText(metrics[name], spec);
    const compared = `${spec.label} in the run of seed ${String(this.#seed)}. For the claim, ${formula} gives ${metricText(value, spec)}.`;
    return [make("strong", {}, found), ` ${compared}`];
  }

  async showPicture(picture: Picture): Promise<void> {
    const { showFigure } = await loadFigures();
    this.#keepFocus(() => showFigure(this.#figure, picture, `figure-${this.#data.id}`));
  }

  showSoFar(tally: Tally, seeds: number): void {
    const { subject } = this.#data;
    const violated = subject.kind === "property" ? (tally.properties[subject.name]?.violated ?? 0) : 0;
    const found = subject.kind === "property" ? `, violated in ${count(violated)} of them` : "";
    this.#found.textContent = `${count(tally.runs)} of ${count(seeds)} runs${found}`;
  }

  /** The end of a campaign, and the way to a run that violates the property when this one does not. */
  showFound(tally: Tally, found: string): void {
    this.#found.textContent = `Over seeds 1 to ${count(tally.runs)}: ${found}.`;
    const means = Object.entries(tally.metrics).map(([name, { mean }]) => [name, mean] as const);
    const measured = metricsList(this.#data.metrics, this.#result?.metrics ?? {}, Object.fromEntries(means));
    this.#metrics.innerHTML = measured;
    const { subject } = this.#data;
    if (subject.kind !== "property" || this.#result?.verdicts[subject.name]?.verdict === "violated") return;
    const seed = tally.properties[subject.name]?.violatedSeeds[0];
    if (seed === undefined) return;
    const show = makeButton(`Show seed ${String(seed)}`, () => this.#showSeed(seed));
    this.#offer.replaceChildren("This run holds; another does not. ", show);
  }

  /** What was found so far is no longer worked on. */
  showStopped(tally: Tally | undefined, seeds: number): void {
    if (tally === undefined) return;
    this.showSoFar(tally, seeds);
    this.#found.textContent += "; stopped there";
  }
}

/** Why it holds or is violated stands with the figure; where there is no answer the bound is all there is to say. */
function verdictParts({ verdict, says }: PropertyVerdict, seed: number): (Node | string)[] {
  const shape = document.createRange().createContextualFragment(verdictMark(verdict));
  const why = verdict === "unknown" ? ` ${says}` : "";
  return [shape, " ", make("strong", {}, verdict), ` in the run of seed ${String(seed)}.${why}`];
}
