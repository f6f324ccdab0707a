import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../data/store.ts";
import type { Store } from "../data/store.ts";
import { cookiesSet } from "../testing/cookies.ts";
import { accountMigrations } from "./account-tables.ts";
import type { Actor } from "./actor.ts";
import { createTeam } from "./team.ts";

/** A provider that says what a test wants said, to see what is taken from it. */

const origin = "http://localhost:4321";
const client = { clientId: "fieldbook", clientSecret: "only for tests" };
const own = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const foreign = generateKeyPairSync("rsa", { modulusLength: 2_048 });

interface Token {
  readonly header?: object;
  readonly claims?: object;
  readonly sign?: (text: string) => string;
}

let folder = "";
let store: Store;
let server: Server;
let issuer = "";
let idToken = "";

const signedBy =
  ({ privateKey }: typeof own) =>
  (text: string): string =>
    createSign("RSA-SHA256").update(text).sign(privateKey, "base64url");

function forge(nonce: string | null, { header = {}, claims = {}, sign = signedBy(own) }: Token): string {
  const now = Math.floor(Date.now() / 1_000);
  const person = { sub: "grace", name: "Grace", email: "grace@example.org", email_verified: true };
  const valid = { iss: issuer, aud: client.clientId, iat: now, exp: now + 300, nonce, ...person };
  const parts = [
    { alg: "RS256", typ: "JWT", kid: "own", ...header },
    { ...valid, ...claims },
  ];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${sign(text)}`;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldbook-forged-"));
  store = await openStore({ dataFolder: folder }, accountMigrations);
  const jwk = { ...own.publicKey.export({ format: "jwk" }), kid: "own", alg: "RS256", use: "sig" };
  server = createServer(({ url }, response) => {
    const answers: Readonly<Record<string, object>> = {
      "/.well-known/openid-configuration": {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ["RS256"],
      },
      "/keys": { keys: [jwk] },
      "/token": { access_token: "any", token_type: "Bearer", expires_in: 300, id_token: idToken },
    };
    const answer = answers[url ?? ""];
    response.writeHead(answer === undefined ? 404 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 30_000);

afterAll(async () => {
  server.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Who is signed in after the provider has answered with this token. */
async function signInWith(token: Token): Promise<Actor | undefined> {
  const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
  const settings = { publicUrl: origin, secret: "only for tests, 0123456789abcdefghij", trustedProxies: 0 };
  const team = createTeam({ store, settings: { ...settings, oidc: { ...client, discoveryUrl } } });
  const started = await team.routes.request(`${origin}/sign-in/oidc/`);
  const asked = new URL(started.headers.get("Location") ?? "").searchParams;
  idToken = forge(asked.get("nonce"), token);
  const back = `${origin}/api/auth/callback/oidc?${new URLSearchParams({ code: "any", state: asked.get("state") ?? "" })}`;
  const answer = await team.routes.request(back, { headers: { Cookie: cookiesSet(started.headers) } });
  return team.accounts.identify(new Headers({ Cookie: cookiesSet(answer.headers) }));
}

describe("an ID token of the provider", () => {
  it("lets in whom it names, when nothing is wrong with it", async () => {
    expect(await signInWith({})).toMatchObject({ name: "Grace", role: "reader" });
  });

  const hour = Math.floor(Date.now() / 1_000) - 3_600;
  const unsigned = (): string => "";
  const publicKey = own.publicKey.export({ format: "pem", type: "spki" });
  const keyAsSecret = (text: string): string => createHmac("sha256", publicKey).update(text).digest("base64url");
  const secretAsKey = (text: string): string =>
    createHmac("sha256", client.clientSecret).update(text).digest("base64url");
  it.each<[string, Token]>([
    ["that is over", { claims: { iat: hour, exp: hour + 300 } }],
    ["that is not valid yet", { claims: { nbf: hour + 7_200, exp: hour + 9_000 } }],
    ["for another client", { claims: { aud: "other" } }],
    ["of another issuer", { claims: { iss: "https://other.example.org" } }],
    ["for another sign-in", { claims: { nonce: "other" } }],
    ["without a nonce", { claims: { nonce: undefined } }],
    ["signed with a key that is not the provider's", { sign: signedBy(foreign) }],
    ["that is not signed", { header: { alg: "none" }, sign: unsigned }],
    ["signed with the public key as a secret", { header: { alg: "HS256" }, sign: keyAsSecret }],
    [
      "signed with the client's secret, which the provider does not list",
      { header: { alg: "HS256" }, sign: secretAsKey },
    ],
    ["changed after it was signed", { sign: () => signedBy(own)("other text") }],
  ])("lets nobody in %s", async (_what, token) => {
    expect(await signInWith(token)).toBeUndefined();
  });
});
