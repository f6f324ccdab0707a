import { expect, it } from "vitest";
import { isCommonPassword } from "./common-passwords.ts";

it.each(["passwordpassword", "Password1234!", "qwertyqwerty", "123456123456", "aaaaaaaaaaaaaaaa", "football2024!!!"])(
  "%s is tried first",
  async (password) => {
    expect(await isCommonPassword(password)).toBe(true);
  },
);

it.each(["correct horse battery", "a long one of our own", "Xq7!fr02-blue-lamp", "密码是很长的一个句子吗"])(
  "%s is nobody else's",
  async (password) => {
    expect(await isCommonPassword(password)).toBe(false);
  },
);
