/** A retry budget's terms: retries may be `percent` % of first attempts, plus a burst of `burst` retries. */
export interface RetryBudgetTerms {
  /** A whole number: each first attempt earns percent / 100 of a token. */
  readonly percent: number;
  /** A whole number: how many tokens the bucket holds; 0 allows no retry at all. It starts full. */
  readonly burst: number;
}

const hundredths = 100;

/**
 * A token bucket that every client shares: a first attempt earns a part of a token, a retry costs one. While most
 * requests succeed it never runs dry; when all fail, it lets `percent` % through and no more.
 *
 * Kept in hundredths of a token, so that the arithmetic is exact.
 */
export class RetryBudget {
  readonly #percent: number;
  readonly #full: number;
  #balance: number;

  /** @throws RangeError when a term is not a whole number or is negative */
  constructor({ percent, burst }: RetryBudgetTerms) {
    for (const [name, value] of [
      ["percent", percent],
      ["burst", burst],
    ] as const) {
      if (!Number.isSafeInteger(value) || value < 0) {
        throw new RangeError(`A retry budget's ${name} is a whole number, 0 or more; got ${String(value)}.`);
      }
    }
    this.#percent = percent;
    this.#full = burst * hundredths;
    this.#balance = this.#full;
  }

  /** Tokens in the bucket; a retry needs a whole one. */
  get tokens(): number {
    return this.#balance / hundredths;
  }

  /** A first attempt was sent. What the bucket can not hold is lost. */
  earn(): void {
    this.#balance = Math.min(this.#full, this.#balance + this.#percent);
  }

  /** Takes a token for a retry; false, and nothing taken, when there is no whole one. */
  spend(): boolean {
    if (this.#balance < hundredths) return false;
    this.#balance -= hundredths;
    return true;
  }
}
