import { addedFault, describeFault, familyOf, faultChoices } from "@fieldbook/lab";
import type { Fault, FaultKind } from "@fieldbook/lab";
import { make, makeButton } from "../claim/dom.ts";
import { faultFields } from "./fault-fields.ts";

const microseconds = 1_000;
/** How far an arrow key moves a bar, ms. */
const step = 10;
const fineStep = 1;
/** The edges of a bar within which it is stretched, px. */
const edge = 8;

/** What is to be known of a system here. */
export interface FaultySystem {
  readonly survives: readonly FaultKind[];
  readonly nodesAtMost: number;
}

/** What a drag does: moves the whole fault, or one of its ends. */
type Grip = "whole" | "begin" | "end";

/**
 * The faults of a run, a lane each: from its beginning to its end along the time of the chaos. Each can be dragged,
 * stretched at its edges, moved with arrow keys, set with exact numbers and removed; others can be added.
 */
export class FaultLanes {
  readonly element = make("section", { class: "wb-faults", "aria-label": "Faults" });
  readonly #list = make("ol", { class: "wb-lanes" });
  readonly #axis = make("div", { class: "wb-axis", "aria-hidden": "true" });
  readonly #empty = make("p", { class: "wb-no-faults" }, "No faults: calm weather.");
  readonly #system: FaultySystem;
  readonly #onEdit: (faults: readonly Fault[]) => void;
  #faults: readonly Fault[] = [];
  /** Places of the faults whose values are unfolded. */
  readonly #unfolded = new Set<number>();
  #until = 1;
  #nodes = 1;

  /** @param onEdit told of the faults as they are after each edit */
  constructor(system: FaultySystem, onEdit: (faults: readonly Fault[]) => void) {
    this.#system = system;
    this.#onEdit = onEdit;
    const heading = make("h3", {}, "Faults");
    const hint = make(
      "p",
      { class: "wb-hint" },
      "A lane each, from the start of the run to the end of its faults. Drag a bar to move a fault, its ends to stretch it; or use arrow keys (with Shift: 1 ms). Each change runs again, all else as it was.",
    );
    const scroll = make(
      "div",
      { class: "wb-scroll", tabindex: 0, role: "group", "aria-label": "Lanes of faults" },
      this.#axis,
      this.#list,
    );
    this.element.append(heading, hint, scroll, this.#empty, this.#adder());
  }

  /** @param until end of the chaos, µs */
  show(faults: readonly Fault[], until: number, nodes: number): void {
    const focused = this.#list.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset["focus"]
      : undefined;
    this.#faults = faults;
    this.#until = until;
    this.#nodes = nodes;
    this.#list.replaceChildren(...faults.map((fault, index) => this.#lane(fault, index)));
    this.#empty.hidden = faults.length > 0;
    this.#axis.hidden = faults.length === 0;
    const ends = [0, until / 2, until].map((time) => make("span", {}, (time / microseconds).toFixed(0)));
    this.#axis.replaceChildren(make("span", { class: "wb-axis-times" }, ...ends), make("span", {}, "ms"));
    if (focused !== undefined) this.#list.querySelector<HTMLElement>(`[data-focus="${focused}"]`)?.focus();
  }

  #lane(fault: Fault, index: number): HTMLElement {
    const says = describeFault(fault);
    const family = familyOf(fault.kind);
    const bar = make("button", {
      type: "button",
      class: `wb-bar ${family}`,
      "aria-label": `${says}. Arrow keys move it.`,
      title: says,
      "data-focus": `bar-${String(index)}`,
    });
    this.#place(bar, fault);
    bar.addEventListener("pointerdown", (event) => this.#drag(event, bar, index));
    bar.addEventListener("keydown", (event) => this.#key(event, index));
    const from = this.#field("from", index, fault.at, (at) =>
      this.#change(index, { at, until: Math.max(at + 1, fault.until) }),
    );
    const until = this.#field("to", index, fault.until, (end) =>
      this.#change(index, { at: Math.min(fault.at, end - 1), until: end }),
    );
    const remove = makeButton("Remove", () => this.#remove(index), { "aria-label": `Remove the ${says}` });
    const name = make("span", { class: "wb-fault-name" }, `${family}: ${shortName(fault)}`);
    const controls = make("span", { class: "wb-fault-controls" }, from, until, remove);
    return make("li", {}, name, make("div", { class: "wb-track" }, bar), controls, this.#values(fault, index));
  }

  /** Whom the fault is about, its rates and delays; folded until asked for. */
  #values(fault: Fault, index: number): HTMLElement {
    const nodes = namesOfNodes(this.#nodes);
    const fields = faultFields(fault, `value-${String(index)}`, nodes, (changed) => this.#replace(index, changed));
    if (fields.length === 0) return make("div");
    const summary = make("summary", { "data-focus": `values-${String(index)}` }, "Values");
    const label = make("span", { class: "sr-only" }, ` of ${shortName(fault)}`);
    summary.append(label);
    const open = this.#unfolded.has(index);
    const values = make("details", { class: "wb-values", open }, summary, make("div", {}, ...fields));
    values.addEventListener("toggle", () => {
      if (values.open) this.#unfolded.add(index);
      else this.#unfolded.delete(index);
    });
    return values;
  }

  #field(what: "from" | "to", index: number, value: number, set: (time: number) => void): HTMLElement {
    const input = make("input", {
      type: "number",
      min: 0,
      max: this.#until / microseconds,
      step: "any",
      "aria-label": `${what}, ms, of ${shortName(this.#faults[index]!)}`,
      value: value / microseconds,
      "data-focus": `${what}-${String(index)}`,
    });
    input.addEventListener("change", () => {
      const time = Math.round(Number(input.value) * microseconds);
      if (input.value !== "" && Number.isFinite(time)) set(time);
      else input.value = String(value / microseconds);
    });
    return make("label", {}, what === "from" ? "" : "to ", input, what === "from" ? "" : " ms");
  }

  #place(bar: HTMLElement, { at, until }: Pick<Fault, "at" | "until">): void {
    bar.style.insetInlineStart = `${String((100 * at) / this.#until)}%`;
    bar.style.inlineSize = `${String(Math.max(0.5, (100 * (until - at)) / this.#until))}%`;
  }

  #drag(event: PointerEvent, bar: HTMLElement, index: number): void {
    if (event.button !== 0) return;
    const track = bar.parentElement!;
    const fault = this.#faults[index]!;
    const { left, width } = bar.getBoundingClientRect();
    const within = event.clientX - left;
    const grip: Grip = width < 3 * edge ? "whole" : within < edge ? "begin" : within > width - edge ? "end" : "whole";
    const scale = this.#until / track.getBoundingClientRect().width;
    const begin = event.clientX;
    let moved = fault;
    const move = ({ clientX }: PointerEvent): void => {
      moved = { ...fault, ...this.#moved(fault, grip, (clientX - begin) * scale) };
      this.#place(bar, moved);
    };
    const end = (): void => {
      bar.removeEventListener("pointermove", move);
      if (moved !== fault) this.#change(index, moved);
    };
    bar.setPointerCapture(event.pointerId);
    bar.addEventListener("pointermove", move);
    bar.addEventListener("pointerup", end, { once: true });
    bar.addEventListener("pointercancel", end, { once: true });
  }

  /** A fault's span after a drag by some µs, kept within the chaos. */
  #moved({ at, until }: Fault, grip: Grip, by: number): Pick<Fault, "at" | "until"> {
    const least = microseconds;
    if (grip === "begin") return { at: clamp(at + by, 0, until - least), until };
    if (grip === "end") return { at, until: clamp(until + by, at + least, this.#until) };
    const shift = clamp(by, -at, this.#until - until);
    return { at: Math.round(at + shift), until: Math.round(until + shift) };
  }

  #key(event: KeyboardEvent, index: number): void {
    const directions: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };
    const direction = directions[event.key];
    if (event.key === "Delete") return this.#remove(index);
    if (direction === undefined) return;
    event.preventDefault();
    const by = direction * (event.shiftKey ? fineStep : step) * microseconds;
    this.#change(index, this.#moved(this.#faults[index]!, "whole", by));
  }

  #change(index: number, span: Pick<Fault, "at" | "until">): void {
    const { at, until } = span;
    this.#replace(index, { ...this.#faults[index]!, at, until });
  }

  #replace(index: number, changed: Fault): void {
    this.#edit(this.#faults.map((fault, other) => (other === index ? changed : fault)));
  }

  #remove(index: number): void {
    // The focus goes to the fault that takes its place, or to where another can be added.
    const next = Math.min(index, this.#faults.length - 2);
    this.#unfolded.clear();
    this.#edit(this.#faults.filter((_, other) => other !== index));
    const place = next < 0 ? ".wb-adder select" : `[data-focus="bar-${String(next)}"]`;
    this.element.querySelector<HTMLElement>(place)?.focus({ preventScroll: true });
  }

  #edit(faults: readonly Fault[]): void {
    this.show(faults, this.#until, this.#nodes);
    this.#onEdit(faults);
  }

  #adder(): HTMLElement {
    const choices = faultChoices(this.#system);
    const kind = make(
      "select",
      {},
      ...choices.map(({ kind: id, family, survived }) =>
        make("option", { value: id }, `${family}: ${id}${survived ? "" : " (more than it is made for)"}`),
      ),
    );
    const names = namesOfNodes(this.#system.nodesAtMost);
    const node = make("select", {}, ...names.map((name) => make("option", { value: name }, name)));
    const nodeLabel = make("label", {}, "about ", node);
    const follow = (): void => {
      nodeLabel.hidden = choices.find(({ kind: id }) => id === kind.value)?.about !== "node";
    };
    kind.addEventListener("change", follow);
    follow();
    const add = makeButton("Add", () => {
      const about = Number(node.value.slice(1)) <= this.#nodes ? node.value : "n1";
      const plan = { nodes: this.#nodes, healedAt: this.#until };
      this.#edit([...this.#faults, addedFault(kind.value as FaultKind, plan, about)]);
    });
    return make("div", { class: "wb-adder" }, make("label", {}, "A fault more ", kind), nodeLabel, add);
  }
}

const namesOfNodes = (nodes: number): string[] => Array.from({ length: nodes }, (_, index) => `n${String(index + 1)}`);

const clamp = (value: number, min: number, max: number): number => Math.round(Math.min(max, Math.max(min, value)));

/** Without its times, which stand beside it. */
const shortName = (fault: Fault): string => describeFault(fault).replace(/ (from|at) [\d.]+ ms.*$/, "");
