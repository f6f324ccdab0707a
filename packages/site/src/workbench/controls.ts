import { make, makeButton } from "../claim/dom.ts";
import type { Setup } from "./setup.ts";
import { clientsAtMost, operationsAtMost, seedAtMost } from "./setup.ts";
import type { SystemData } from "./system-data.ts";

type NumberField = "nodes" | "clients" | "operations" | "seed";

/** The form that says which run is made. */
export class Controls {
  readonly element = make("form", { class: "wb-form", novalidate: true, "aria-label": "Which run" });
  readonly #system: SystemData;
  readonly #mutant: HTMLSelectElement;
  readonly #beside: HTMLSelectElement;
  readonly #weather: HTMLSelectElement;
  readonly #numbers: Readonly<Record<NumberField, HTMLInputElement>>;
  readonly #run = make("button", { type: "submit", class: "claim-run" }, "Run");
  readonly #problem = make("p", { class: "claim-alert", role: "alert" });

  /** @param onRun told when a run is asked for */
  constructor(system: SystemData, onRun: () => void) {
    this.#system = system;
    const mutants = system.mutants.map(({ id, says }) => make("option", { value: id, title: says }, id));
    this.#mutant = make("select", {}, make("option", { value: "" }, "the correct system"), ...mutants);
    this.#beside = make(
      "select",
      {},
      make("option", { value: "" }, "nothing"),
      make("option", { value: "correct" }, "the correct system"),
      ...system.mutants.map(({ id }) => make("option", { value: id }, id)),
    );
    this.#weather = make(
      "select",
      {},
      make("option", { value: "swarm" }, "drawn from the seed"),
      make("option", { value: "calm" }, "none"),
    );
    const { nodes } = system.sizes;
    const number = (min: number, max: number): HTMLInputElement => make("input", { type: "number", min, max, step: 1 });
    this.#numbers = {
      nodes: number(nodes.min, nodes.max),
      clients: number(0, clientsAtMost),
      operations: number(0, operationsAtMost),
      seed: number(0, seedAtMost),
    };
    this.#build(onRun);
  }

  #build(onRun: () => void): void {
    const labelled = (text: string, field: HTMLElement): HTMLElement =>
      make("label", { class: "wb-field" }, `${text} `, field);
    const { nodes, clients, operations, seed } = this.#numbers;
    const next = makeButton("Next seed", () => {
      seed.value = String((Number(seed.value) + 1) % (seedAtMost + 1));
      onRun();
    });
    const random = makeButton("Random seed", () => {
      seed.value = String(crypto.getRandomValues(new Uint32Array(1))[0]);
      onRun();
    });
    this.element.append(
      labelled("Run", this.#mutant),
      labelled("beside it", this.#beside),
      labelled("faults", this.#weather),
      labelled("nodes", nodes),
      labelled("clients", clients),
      labelled("operations", operations),
      labelled("seed", seed),
      make("div", { class: "wb-actions" }, this.#run, next, random),
      this.#problem,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      onRun();
    });
    for (const select of [this.#mutant, this.#beside, this.#weather]) select.addEventListener("change", onRun);
  }

  set(setup: Setup): void {
    this.#mutant.value = setup.mutant ?? "";
    this.#beside.value = setup.beside ?? "";
    this.#weather.value = setup.weather;
    for (const [field, input] of Object.entries(this.#numbers)) input.value = String(setup[field as NumberField]);
  }

  /** What the form says; undefined when a number does not fit, which is then told and has the focus. */
  read(): Setup | undefined {
    for (const [field, input] of Object.entries(this.#numbers)) {
      const value = Number(input.value);
      const fits =
        input.value !== "" && Number.isInteger(value) && value >= Number(input.min) && value <= Number(input.max);
      input.setAttribute("aria-invalid", String(!fits));
      if (fits) continue;
      this.#problem.textContent = `${field}: a whole number from ${input.min} to ${input.max} is needed. Nothing was run.`;
      input.focus();
      return undefined;
    }
    this.#problem.textContent = "";
    const number = (field: NumberField): number => Number(this.#numbers[field].value);
    return {
      system: this.#system.id,
      ...(this.#mutant.value === "" ? {} : { mutant: this.#mutant.value }),
      nodes: number("nodes"),
      clients: number("clients"),
      operations: number("operations"),
      seed: number("seed"),
      weather: this.#weather.value === "calm" ? "calm" : "swarm",
      ...(this.#beside.value === "" ? {} : { beside: this.#beside.value }),
    };
  }

  focusRun(): void {
    this.#run.focus({ preventScroll: true });
  }

  setSeed(seed: number): void {
    this.#numbers.seed.value = String(seed);
  }
}
