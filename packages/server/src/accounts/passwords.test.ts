import { describe, expect, it } from "vitest";
import { PasswordHasher } from "./passwords.ts";

const hasher = new PasswordHasher();

describe("a password", () => {
  it("is known again, and no other is", async () => {
    const hash = await hasher.hash("correct horse battery");
    expect(await hasher.verify("correct horse battery", hash)).toBe(true);
    for (const wrong of ["correct horse batterz", "", " correct horse battery", "Correct horse battery"]) {
      expect(await hasher.verify(wrong, hash), wrong).toBe(false);
    }
  });

  it("is hashed with its own salt and the settings that OWASP gives", async () => {
    const [one, other] = await Promise.all([hasher.hash("same"), hasher.hash("same")]);
    expect(one).not.toBe(other);
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  });

  it("of nobody is never right", async () => {
    expect(await hasher.verify("", undefined)).toBe(false);
    expect(await hasher.verify("anything", null)).toBe(false);
    expect(await hasher.verify("anything", "plain$anything")).toBe(false);
  });

  it("waits its turn when many are checked at once", async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => hasher.verify("x", undefined)));
    expect(answers).toEqual([false, false, false, false, false, false]);
  });
});
