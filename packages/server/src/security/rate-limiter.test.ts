import { describe, expect, it } from "vitest";
import { clientAddress } from "./client-address.ts";
import { RateLimiter } from "./rate-limiter.ts";

describe("a rate limit", () => {
  it("lets the burst pass, then what a minute gives back", () => {
    let now = 0;
    const limiter = new RateLimiter({ burst: 3, perMinute: 6 }, () => now);
    expect([1, 2, 3, 4].map(() => limiter.take("ada"))).toEqual([0, 0, 0, 10]);
    now = 9_999;
    expect(limiter.take("ada")).toBe(1);
    now = 10_000;
    expect([1, 2].map(() => limiter.take("ada"))).toEqual([0, 10]);
    now = 3_600_000;
    expect([1, 2, 3, 4].map(() => limiter.take("ada"))).toEqual([0, 0, 0, 10]);
  });

  it("is each person's own", () => {
    const limiter = new RateLimiter({ burst: 1, perMinute: 1 }, () => 0);
    expect(["ada", "bob", "ada"].map((key) => limiter.take(key))).toEqual([0, 0, 60]);
  });

  it("keeps its memory bounded and forgets the one that was used the longest ago", () => {
    const limiter = new RateLimiter({ burst: 1, perMinute: 1, mostKeys: 100 }, () => 0);
    for (let index = 0; index < 1_000; index += 1) {
      limiter.take("ada");
      limiter.take(`stranger ${index}`);
    }
    expect(limiter.size).toBe(100);
    expect(limiter.take("ada")).toBe(60);
  });
});

describe("the address of a client", () => {
  it.each([
    ["192.0.2.1", "203.0.113.9", 0, "192.0.2.1"],
    ["127.0.0.1", "198.51.100.7, 203.0.113.9", 1, "203.0.113.9"],
    ["127.0.0.1", "198.51.100.7, 203.0.113.9", 2, "198.51.100.7"],
    ["192.0.2.1", undefined, 1, "192.0.2.1"],
    ["::ffff:192.0.2.1", undefined, 0, "192.0.2.1"],
    ["2001:db8::1", undefined, 0, "2001:db8:0:0::/64"],
    ["2001:db8:0:0:ffff::2", undefined, 0, "2001:db8:0:0::/64"],
    ["2001:0db8:0:1::2", undefined, 0, "2001:db8:0:1::/64"],
  ])("%s with %j behind %d proxies is %s", (socket, forwarded, proxies, expected) => {
    expect(clientAddress(socket, forwarded, proxies)).toBe(expected);
  });
});
