import { describe, expect, it } from "vitest";
import { isOwnRequest } from "./same-site.ts";

const origin = "https://handbook.example.org";
const asks = (method: string, headers: Record<string, string>): boolean =>
  isOwnRequest(new Request(`${origin}/threads`, { method, headers }), origin);

describe("a request that changes something", () => {
  it.each([
    { "Sec-Fetch-Site": "same-origin", Cookie: "a=b" },
    { "Sec-Fetch-Site": "same-origin", Origin: "null", Cookie: "a=b" },
    { "Sec-Fetch-Site": "none", Cookie: "a=b" },
    { Origin: origin, Cookie: "a=b" },
    { Authorization: "Bearer token" },
  ])("is taken with %j", (headers) => {
    expect(asks("POST", headers)).toBe(true);
  });

  it.each([
    { "Sec-Fetch-Site": "cross-site", Cookie: "a=b" },
    { "Sec-Fetch-Site": "same-site", Origin: origin, Cookie: "a=b" },
    { "Sec-Fetch-Site": "same-origin", Origin: "https://evil.example", Cookie: "a=b" },
    { Origin: "https://evil.example", Cookie: "a=b" },
    { Origin: "https://handbook.example.org.evil.example", Cookie: "a=b" },
    { Origin: "http://handbook.example.org", Cookie: "a=b" },
    { Origin: "null", Cookie: "a=b" },
    { Cookie: "a=b" },
  ])("is refused with %j", (headers) => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) expect(asks(method, headers)).toBe(false);
  });

  it("is not one that reads", () => {
    expect(asks("GET", { "Sec-Fetch-Site": "cross-site", Cookie: "a=b" })).toBe(true);
  });
});
