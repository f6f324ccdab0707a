/** What acceptors have accepted in one instance of Paxos, seen from outside. */
export class Acceptances {
  readonly #ballots = new Map<number, { readonly value: string; readonly acceptors: Set<string> }>();
  #chosen: { readonly number: number; readonly value: string } | undefined;

  /** The chosen value, once there is one. */
  get chosen(): string | undefined {
    return this.#chosen?.value;
  }

  /**
   * Takes note that an acceptor has accepted a proposal, and says what is wrong with that.
   *
   * - A number stands for one value: it is issued once.
   * - P2b: if a proposal with value v is chosen, every higher-numbered proposal has value v ("Paxos Made Simple",
   *   section 2.2). That a majority may accept a lower-numbered one late makes no difference.
   *
   * @param majority acceptors that choose a value
   */
  note(acceptor: string, number: number, value: string, majority: number): string | undefined {
    const ballot = this.#ballots.get(number) ?? { value, acceptors: new Set<string>() };
    this.#ballots.set(number, ballot);
    if (ballot.value !== value) {
      return `Number ${String(number)} stands for ${ballot.value} and for ${value}: ${acceptor} accepted the second.`;
    }
    ballot.acceptors.add(acceptor);
    if (ballot.acceptors.size >= majority && (this.#chosen === undefined || number < this.#chosen.number)) {
      this.#chosen = { number, value };
    }
    if (this.#chosen === undefined) return undefined;
    for (const [later, { value: other, acceptors }] of this.#ballots) {
      if (later <= this.#chosen.number || other === this.#chosen.value) continue;
      const who = [...acceptors].join(" and ");
      const chosen = `${this.#chosen.value} was chosen by number ${String(this.#chosen.number)}`;
      return `${chosen}, and ${who} accepted ${other} by number ${String(later)}.`;
    }
    return undefined;
  }
}

/** What an acceptor must never do, seen from outside: take back a promise, or accept below it. */
export class Promises {
  readonly #promised = new Map<string, number>();

  /**
   * @param promised the number below which it accepts nothing
   * @param accepted the number of what it has just accepted; 0 for nothing
   */
  note(acceptor: string, promised: number, accepted: number): string | undefined {
    const before = this.#promised.get(acceptor) ?? 0;
    if (accepted > 0 && accepted < before) {
      return `${acceptor} had promised number ${String(before)} and accepted number ${String(accepted)}.`;
    }
    if (promised < before) {
      return `${acceptor} had promised number ${String(before)} and now knows of ${String(promised)}.`;
    }
    this.#promised.set(acceptor, promised);
    return undefined;
  }
}
