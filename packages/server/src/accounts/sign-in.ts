import { betterAuth } from "better-auth";
import type { BetterAuthPlugin } from "better-auth";
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import type { Store } from "../data/store.ts";
import { accountDatabase, userFields } from "./account-tables.ts";
import { longestPassword, PasswordHasher, shortestPassword } from "./passwords.ts";

/** Single sign-on by OpenID Connect. Whoever the provider lets in becomes a reader. */
export interface OidcSettings {
  /** "https://login.example.org/.well-known/openid-configuration". */
  readonly discoveryUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface SignInSettings {
  /** Where people reach the handbook: "https://handbook.example.org". */
  readonly publicUrl: string;
  /** Signs the cookies; at least 32 characters. */
  readonly secret: string;
  readonly oidc?: OidcSettings;
}

/** Name of the provider in the address to which it sends people back: /api/auth/callback/oidc. */
export const oidcProvider = "oidc";

const sessionSeconds = 7 * 24 * 60 * 60;
const renewSeconds = 24 * 60 * 60;

/**
 * The library that keeps people, passwords and sessions. It works through the store's own Kysely: on SQLite a second one
 * over the same connection would write into the transactions of the first.
 */
function makeSignIn(store: Store, { publicUrl, secret, oidc }: SignInSettings) {
  const hasher = new PasswordHasher();
  const plugins: BetterAuthPlugin[] = [];
  if (oidc !== undefined) {
    const provider = {
      ...oidc,
      providerId: oidcProvider,
      scopes: ["openid", "profile", "email"],
      pkce: true,
      requireIdTokenVerification: true,
    };
    plugins.push(genericOAuth({ config: [provider] }));
  }
  return betterAuth({
    baseURL: publicUrl,
    basePath: "/api/auth",
    secret,
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: { db: accountDatabase(store), type: store.kind, transaction: false },
    ...userFields,
    emailAndPassword: {
      enabled: true,
      minPasswordLength: shortestPassword,
      maxPasswordLength: longestPassword,
      password: {
        hash: (password) => hasher.hash(password),
        verify: ({ password, hash }) => hasher.verify(password, hash),
      },
    },
    session: { expiresIn: sessionSeconds, updateAge: renewSeconds },
    rateLimit: { enabled: false },
    advanced: { useSecureCookies: publicUrl.startsWith("https:"), cookiePrefix: "fieldbook" },
    plugins,
  });
}

export type SignIn = ReturnType<typeof makeSignIn>;
export const createSignIn: (store: Store, settings: SignInSettings) => SignIn = makeSignIn;
