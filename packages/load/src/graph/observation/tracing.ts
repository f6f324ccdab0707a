import type { Span } from "../graph-run.ts";
import { failures } from "../graph-run.ts";

/** Keeps the spans of every n-th request. */
export class Tracing {
  readonly spans: Span[] = [];
  readonly #every: number;
  #requests = 0;
  #traces = 0;
  #numbered = 0;

  /** @param every 0 for none */
  constructor(every: number) {
    this.#every = every;
  }

  /** The trace of the next request, 0 when it is not traced. */
  nextTrace(): number {
    if (this.#every === 0) return 0;
    this.#requests += 1;
    if ((this.#requests - 1) % this.#every !== 0) return 0;
    this.#traces += 1;
    return this.#traces;
  }

  /** A number for a span that begins. */
  nextSpan(): number {
    this.#numbered += 1;
    return this.#numbered;
  }

  end(span: Omit<Span, "failure">, failure: number): void {
    this.spans.push({ ...span, failure: failure < 0 ? undefined : failures[failure] });
  }
}
