import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** In characters (UTF-16 units). */
export const shortestPassword = 12;
/** A limit, so that a request can not ask for hashing without end. */
export const longestPassword = 256;

/*
 * scrypt (RFC 7914) with N = 2^15, r = 8, p = 3: one of the settings that OWASP's Password Storage Cheat Sheet gives
 * as equally strong; of these it needs 32 MiB for each hash that is under way.
 */
const cost = 2 ** 15;
const blockSize = 8;
const parallelization = 3;
const keyBytes = 32;
const saltBytes = 16;
/** What scrypt needs is 128 N r bytes; Node counts a little more. */
const memoryLimit = 2 * 128 * cost * blockSize;

/** How many hashes may be under way at once: their memory is what they cost. */
const mostAtOnce = 2;

/**
 * Hashes and checks passwords, a few at a time; the others wait. A password is taken as it is given, neither trimmed
 * nor shortened.
 */
export class PasswordHasher {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #dummy: Promise<string> | undefined;

  /** "scrypt$32768$8$3$salt$key"; salt and key in base64url. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const key = await this.#derive(password, salt, cost, blockSize, parallelization);
    return ["scrypt", cost, blockSize, parallelization, salt.toString("base64url"), key.toString("base64url")].join(
      "$",
    );
  }

  /**
   * Whether the password is the one of the hash. Without a hash (nobody has that address) the same work is done, and the
   * answer is no: the time does not tell who has an account.
   */
  async verify(password: string, hash: string | null | undefined): Promise<boolean> {
    this.#dummy ??= this.hash(randomBytes(saltBytes).toString("hex"));
    const [scheme, n, r, p, salt, key] = (hash ?? (await this.#dummy)).split("$");
    if (scheme !== "scrypt" || salt === undefined || key === undefined) return false;
    const expected = Buffer.from(key, "base64url");
    const actual = await this.#derive(password, Buffer.from(salt, "base64url"), Number(n), Number(r), Number(p));
    const same = expected.length === actual.length && timingSafeEqual(expected, actual);
    return same && typeof hash === "string";
  }

  async #derive(password: string, salt: Buffer, N: number, r: number, p: number): Promise<Buffer> {
    if (this.#running >= mostAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        scrypt(password, salt, keyBytes, { N, r, p, maxmem: memoryLimit }, (error, key) => {
          if (error === null) resolve(key);
          else reject(error);
        });
      });
    } finally {
      // The place is handed on; it is given up only when nobody waits.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
