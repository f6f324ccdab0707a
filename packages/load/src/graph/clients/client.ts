import type { Microseconds } from "@fieldbook/kernel";
import type { Call as CallDeclaration } from "../declaration.ts";
import type { Call } from "../records.ts";

import { Breaker } from "./breaker.ts";
import { Throttle } from "./throttle.ts";
import { TokenBucket } from "./token-bucket.ts";

/** More than ever are open at once: a small integer, which is counted faster than Infinity. */
const unlimited = 2 ** 30;

/** What one instance of a caller keeps about one service that it calls: breaker, budget, connections. */
export class Client {
  readonly breaker: Breaker | undefined;
  readonly throttle: Throttle | undefined;
  readonly budget: TokenBucket | undefined;
  /** Where the round robin stands. */
  turn = 0;
  calls = 0;
  hedges = 0;
  freeConnections: number;
  /** Calls that wait for a connection, first come first served. */
  firstWaiting: Call | undefined = undefined;
  lastWaiting: Call | undefined = undefined;
  /** When what it shows to be let in expires. */
  credentialExpiresAt: Microseconds = Infinity;

  constructor({ breaker, throttle, retry, pool }: CallDeclaration) {
    this.breaker = breaker === undefined ? undefined : new Breaker(breaker);
    this.throttle = throttle === undefined ? undefined : new Throttle(throttle);
    this.budget = retry?.budget === undefined ? undefined : new TokenBucket(retry.budget);
    this.freeConnections = pool?.size ?? unlimited;
  }

  waitForConnection(call: Call): void {
    call.next = undefined;
    if (this.lastWaiting === undefined) this.firstWaiting = call;
    else this.lastWaiting.next = call;
    this.lastWaiting = call;
  }

  /** The call that has waited longest. */
  nextWaiting(): Call | undefined {
    const call = this.firstWaiting;
    if (call === undefined) return undefined;
    this.firstWaiting = call.next;
    if (this.firstWaiting === undefined) this.lastWaiting = undefined;
    call.next = undefined;
    return call;
  }

  /** A call that no longer waits. O(waiting). */
  removeWaiting(call: Call): void {
    let before: Call | undefined;
    for (let at = this.firstWaiting; at !== undefined; before = at, at = at.next) {
      if (at !== call) continue;
      if (before === undefined) this.firstWaiting = at.next;
      else before.next = at.next;
      if (this.lastWaiting === at) this.lastWaiting = before;
      at.next = undefined;
      return;
    }
  }
}
