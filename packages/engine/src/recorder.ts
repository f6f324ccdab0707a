import type { Microseconds } from "@fieldbook/kernel";
import { hashText } from "@fieldbook/kernel";
import type { Mark, RunOptions, ViewedState } from "./run.ts";
import { TraceKind } from "./trace-kind.ts";

interface Viewed<State> {
  readonly index: number;
  readonly state: State;
  lastView: string | undefined;
}

/** What is kept of a run beside its trace: what nodes showed, which marks they reached. */
export class Recorder<State> {
  readonly recording: boolean;
  /** Whether anything is kept after an event. */
  readonly active: boolean;
  readonly marks = new Map<string, Mark>();
  readonly states: ViewedState[] = [];
  readonly situations = new Set<number>();
  readonly #view: ((state: State) => string) | undefined;
  readonly #keepsSituations: boolean;
  readonly #add: (kind: number, a: number, b: number, c: number, content: number, label: string) => void;

  constructor(
    view: ((state: State) => string) | undefined,
    options: RunOptions,
    add: (kind: number, a: number, b: number, c: number, content: number, label: string) => void,
  ) {
    this.recording = options.record ?? false;
    this.#keepsSituations = options.situations ?? false;
    this.#view = view;
    this.active = view !== undefined && (this.recording || this.#keepsSituations);
    this.#add = add;
  }

  mark(node: number, label: string, reached: number, of: number): void {
    const times = reached >= of ? 1 : 0;
    const known = this.marks.get(label);
    const nearer = known === undefined || reached / of > known.reached / known.of;
    this.marks.set(label, {
      times: (known?.times ?? 0) + times,
      reached: nearer ? reached : known.reached,
      of: nearer ? of : known.of,
    });
    if (times > 0) this.#add(TraceKind.mark, node, 0, 0, hashText(label), label);
  }

  down(node: number, at: Microseconds): void {
    if (this.recording) this.states.push({ node, at, text: "down" });
  }

  handled(node: Viewed<State>, at: Microseconds): void {
    if (this.#view === undefined) return;
    const text = this.#view(node.state);
    if (this.#keepsSituations) this.situations.add(hashText(text) ^ Math.imul(node.index + 1, 0x9e37_79b1));
    if (!this.recording || (text === node.lastView && this.states.length > 0)) return;
    node.lastView = text;
    this.states.push({ node: node.index, at, text });
  }
}
