import { shortestPassword } from "./passwords.ts";

let known: Promise<ReadonlySet<string>> | undefined;

/** Loaded when somebody chooses a password, which is seldom. */
async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"].map((password) => password.toLowerCase()));
}

/** The shortest run of letters that a password is made of by repeating it: "abcabcabcabc" gives "abc". */
function unitOf(password: string): string {
  for (let length = 1; length <= password.length / 2; length += 1) {
    const unit = password.slice(0, length);
    if (unit.repeat(Math.ceil(password.length / length)).slice(0, password.length) === password) return unit;
  }
  return password;
}

/**
 * Whether a password is one of the tens of thousands that are tried first (the list of zxcvbn), one of them with digits or
 * signs at its end, or a repeated one. Few of the list are as long as a password has to be here: without the ends it would
 * refuse hardly anything.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  known ??= load();
  const common = await known;
  const lower = password.toLowerCase();
  const word = lower.replace(/[^\p{L}]+$/u, "");
  const isDressed = word.length > 0 && lower.length - word.length < shortestPassword;
  const unit = unitOf(lower);
  return common.has(lower) || common.has(unit) || unit.length <= 3 || (isDressed && common.has(word));
}
