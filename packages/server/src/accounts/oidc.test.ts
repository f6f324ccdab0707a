import { Provider } from "oidc-provider";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "../data/store.ts";
import type { Store } from "../data/store.ts";
import { cookiesSet } from "../testing/cookies.ts";
import { accountMigrations } from "./account-tables.ts";
import { createTeam } from "./team.ts";

const origin = "http://localhost:4321";
const client = { clientId: "fieldbook", clientSecret: "only for tests" };

let folder = "";
let store: Store;
let server: Server;
let issuer = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldbook-oidc-"));
  store = await openStore({ dataFolder: folder }, accountMigrations);
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [`${origin}/api/auth/callback/oidc`],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: "Grace", email: `${id}@example.org`, email_verified: true }),
    }),
  });
  const answer = provider.callback();
  server.on("request", (request, response) => void answer(request, response));
}, 30_000);

afterAll(async () => {
  server.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A browser as far as is needed: it follows where it is led, keeps cookies by host and fills the provider's forms. */
async function signInAtProvider(start: string): Promise<string> {
  const jar = new Map<string, string>();
  let next: { address: string; form?: URLSearchParams } = { address: start };
  for (let step = 0; step < 15; step += 1) {
    if (next.address.startsWith(origin)) return next.address;
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const init = next.form === undefined ? {} : { method: "POST", body: next.form };
    const response: Response = await fetch(next.address, { ...init, headers: { Cookie: cookie }, redirect: "manual" });
    for (const each of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (each.split(";")[0] ?? "").split("=");
      jar.set(name, value);
    }
    const location = response.headers.get("Location");
    if (location !== null) {
      next = { address: new URL(location, next.address).href };
      continue;
    }
    const page = await response.text();
    const action = /action="([^"]+)"/.exec(page)?.[1] ?? "";
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? "";
    next = {
      address: new URL(action, next.address).href,
      form: new URLSearchParams({ prompt, login: "grace", password: "any" }),
    };
  }
  throw new Error("The provider never sent the browser back.");
}

it("single sign-on makes a reader of whom the provider knows, and refuses an answer that was not asked for", async () => {
  const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
  const settings = { publicUrl: origin, secret: "only for tests, 0123456789abcdefghij", trustedProxies: 0 };
  const team = createTeam({ store, settings: { ...settings, oidc: { ...client, discoveryUrl } } });
  const started = await team.routes.request(`${origin}/sign-in/oidc/`);
  expect(started.status).toBe(303);
  const address = started.headers.get("Location") ?? "";
  expect(new URL(address).searchParams.get("code_challenge_method")).toBe("S256");
  const back = await signInAtProvider(address);
  const stolen = await team.routes.request(back);
  expect(await team.accounts.identify(new Headers({ Cookie: cookiesSet(stolen.headers) }))).toBeUndefined();
  const again = await team.routes.request(`${origin}/sign-in/oidc/`);
  const answer = await signInAtProvider(again.headers.get("Location") ?? "");
  const entered = await team.routes.request(answer, { headers: { Cookie: cookiesSet(again.headers) } });
  expect([entered.status, entered.headers.get("Location")]).toEqual([302, "/"]);
  const actor = await team.accounts.identify(new Headers({ Cookie: cookiesSet(entered.headers) }));
  expect(actor).toMatchObject({ name: "Grace", role: "reader" });
}, 30_000);
