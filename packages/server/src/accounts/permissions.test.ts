import { describe, expect, it } from "vitest";
import { localPerson } from "./actor.ts";
import type { Role } from "./actor.ts";
import { may, permissions } from "./permissions.ts";

const roles: readonly Role[] = ["reader", "contributor", "editor", "owner"];
const all = [...permissions.owner];
const somebody = (role: Role) => ({ id: "p", name: "P", role });

describe("permissions", () => {
  it("give a stranger nothing", () => {
    expect(all.filter((permission) => may(undefined, permission))).toEqual([]);
  });

  it("give each role what the one before it has, and more", () => {
    for (const [index, role] of roles.entries()) {
      const before = roles[index - 1];
      if (before === undefined) continue;
      expect(permissions[role].isSupersetOf(permissions[before]), role).toBe(true);
      expect(permissions[role].size, role).toBeGreaterThan(permissions[before].size);
    }
  });

  it.each([
    ["read", "reader"],
    ["post", "contributor"],
    ["edit-own", "contributor"],
    ["moderate", "editor"],
    ["settle", "editor"],
    ["invite", "owner"],
    ["manage-people", "owner"],
    ["read-audit", "owner"],
  ] as const)("%s begins with the %s", (permission, first) => {
    const allowed = roles.filter((role) => may(somebody(role), permission));
    expect(allowed).toEqual(roles.slice(roles.indexOf(first)));
  });

  it("give everything to the one person without accounts", () => {
    expect(all.every((permission) => may(localPerson, permission))).toBe(true);
  });
});
