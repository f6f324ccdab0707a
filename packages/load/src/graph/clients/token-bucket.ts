const parts = 1_000_000;

/**
 * A retry budget: each call earns `share` of a token, each retry spends a whole one, at most `burst` are kept. Starts
 * full. In millionths of a token, so that the arithmetic is exact.
 */
export class TokenBucket {
  readonly #earned: number;
  readonly #full: number;
  #balance: number;

  constructor({ share, burst }: { readonly share: number; readonly burst: number }) {
    this.#earned = Math.round(share * parts);
    this.#full = Math.round(burst * parts);
    this.#balance = this.#full;
  }

  earn(): void {
    this.#balance = Math.min(this.#full, this.#balance + this.#earned);
  }

  /** False, and nothing taken, when there is no whole token. */
  spend(): boolean {
    if (this.#balance < parts) return false;
    this.#balance -= parts;
    return true;
  }
}
