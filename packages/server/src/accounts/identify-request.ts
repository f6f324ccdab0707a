import type { Store } from "../data/store.ts";
import type { Accounts } from "./accounts.ts";
import type { Actor } from "./actor.ts";
import { identifyByToken } from "./api-tokens.ts";

const readOnly = new Set(["GET", "HEAD", "OPTIONS"]);

/** Who asks: by the token of the `Authorization` header, and only without one by the session's cookie. */
export const identifyRequest =
  (store: Store, accounts: Accounts) =>
  async (request: Request): Promise<Actor | undefined> => {
    const authorization = request.headers.get("Authorization");
    if (authorization === null) return accounts.identify(request.headers);
    const token = /^Bearer ([\w-]{1,100})$/i.exec(authorization)?.[1];
    return token === undefined ? undefined : identifyByToken(store, token, !readOnly.has(request.method));
  };
