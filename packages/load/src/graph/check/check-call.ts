import type { Backoff, Balance, Cache, Call, CircuitBreaker, ClientThrottle, Hedge, Retry } from "../declaration.ts";
import type { Checking } from "./checking.ts";

export function checkCall(checking: Checking, path: string, call: Call): void {
  checking.name(`${path}.to`, call.to, "services");
  checking.distribution(`${path}.network`, call.network);
  checking.duration(`${path}.timeout`, call.timeout, "above 0");
  if (call.retry !== undefined) checkRetry(checking, `${path}.retry`, call.retry);
  if (call.breaker !== undefined) checkBreaker(checking, `${path}.breaker`, call.breaker);
  if (call.hedge !== undefined) checkHedge(checking, `${path}.hedge`, call.hedge);
  if (call.throttle !== undefined) checkThrottle(checking, `${path}.throttle`, call.throttle);
  checking.count(`${path}.pool.size`, call.pool?.size);
  checking.duration(`${path}.pool.wait`, call.pool?.wait);
  if (call.balance !== undefined) checkBalance(checking, `${path}.balance`, call.balance);
  if (call.cache !== undefined) checkCache(checking, `${path}.cache`, call.cache);
  if (call.credential !== undefined) checking.name(`${path}.credential`, call.credential, "credentials");
}

function checkRetry(checking: Checking, path: string, { attempts, backoff, budget }: Retry): void {
  checking.count(`${path}.attempts`, attempts);
  checkBackoff(checking, `${path}.backoff`, backoff);
  if (budget === undefined) return;
  checking.share(`${path}.budget.share`, budget.share);
  checking.positive(`${path}.budget.burst`, budget.burst, "or 0");
}

function checkBackoff(checking: Checking, path: string, backoff: Backoff): void {
  if (!checking.kind(path, backoff, ["fixed", "exponential", "full-jitter", "decorrelated-jitter"])) return;
  if (backoff.kind === "fixed") return checking.duration(`${path}.delay`, backoff.delay);
  checking.duration(`${path}.base`, backoff.base, "above 0");
  checking.duration(`${path}.cap`, backoff.cap, "above 0");
  if (backoff.cap >= backoff.base) return;
  checking.refuse(`${path}.cap`, "The cap is below the base.", "Exchange the two.");
}

function checkBreaker(checking: Checking, path: string, breaker: CircuitBreaker): void {
  checking.share(`${path}.failureShare`, breaker.failureShare, "above 0");
  checking.count(`${path}.minimum`, breaker.minimum);
  checking.duration(`${path}.window`, breaker.window, "above 0");
  checking.duration(`${path}.openFor`, breaker.openFor, "above 0");
}

function checkHedge(checking: Checking, path: string, hedge: Hedge): void {
  checking.duration(`${path}.after`, hedge.after);
  checking.share(`${path}.limit`, hedge.limit);
}

function checkThrottle(checking: Checking, path: string, throttle: ClientThrottle): void {
  checking.duration(`${path}.window`, throttle.window, "above 0");
  if (throttle.k >= 1) return;
  checking.refuse(`${path}.k`, `k is 1 or more; got ${String(throttle.k)}.`, "Write 2, as the book has it.");
}

function checkBalance(checking: Checking, path: string, balance: Balance): void {
  const kinds = ["random", "round-robin", "least-requests", "choices", "consistent-hash", "shuffle-sharding"];
  if (!checking.kind(path, balance, kinds)) return;
  if (balance.kind === "choices") checking.count(`${path}.choices`, balance.choices);
  if (balance.kind === "consistent-hash") checking.count(`${path}.virtualNodes`, balance.virtualNodes);
  if (balance.kind === "shuffle-sharding") checking.count(`${path}.shard`, balance.shard);
}

function checkCache(checking: Checking, path: string, cache: Cache): void {
  checking.count(`${path}.capacity`, cache.capacity);
  checking.duration(`${path}.timeToLive`, cache.timeToLive, "above 0");
  checking.distribution(`${path}.hitTime`, cache.hitTime);
  checking.duration(`${path}.staleWhileRevalidate`, cache.staleWhileRevalidate);
  checking.duration(`${path}.staleIfError`, cache.staleIfError);
  checking.positive(`${path}.earlyExpiry`, cache.earlyExpiry, "or 0");
  checking.share(`${path}.warm`, cache.warm);
}
