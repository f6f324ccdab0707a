import { describe, expect, it } from "vitest";
import { SettingsError } from "../settings.ts";
import { readTeamSettings } from "./team-settings.ts";

const url = "https://handbook.example.org";
const secret = "0123456789abcdef0123456789abcdef";
const on = { FIELDBOOK_ACCOUNTS: "on", FIELDBOOK_SECRET: secret };

describe("settings of accounts", () => {
  it("are absent until a team switches them on", () => {
    expect(readTeamSettings({ FIELDBOOK_SECRET: secret }, url)).toBeUndefined();
  });

  it("are read from the environment", () => {
    expect(readTeamSettings(on, url)).toEqual({ publicUrl: url, secret, trustedProxies: 0 });
    const oidc = { OIDC_DISCOVERY_URL: "https://login.example.org/x", OIDC_CLIENT_ID: "a", OIDC_CLIENT_SECRET: "b" };
    expect(readTeamSettings({ ...on, ...oidc, FIELDBOOK_TRUSTED_PROXIES: "2" }, url)).toMatchObject({
      trustedProxies: 2,
      oidc: { discoveryUrl: "https://login.example.org/x", clientId: "a", clientSecret: "b" },
    });
  });

  it.each([
    [{ FIELDBOOK_ACCOUNTS: "yes" }, url, /^FIELDBOOK_ACCOUNTS: "on" or "off"/],
    [{ FIELDBOOK_ACCOUNTS: "on" }, url, /^FIELDBOOK_SECRET: is missing.*openssl/],
    [on, undefined, /^FIELDBOOK_URL: is missing/],
    [{ ...on, FIELDBOOK_SECRET: "hunter2" }, url, /^FIELDBOOK_SECRET: 32 characters/],
    [{ ...on, FIELDBOOK_TRUSTED_PROXIES: "all" }, url, /^FIELDBOOK_TRUSTED_PROXIES: a number/],
    [{ ...on, OIDC_DISCOVERY_URL: "login" }, url, /^OIDC_DISCOVERY_URL: an address/],
    [{ ...on, OIDC_DISCOVERY_URL: "https://l" }, url, /^OIDC_CLIENT_ID: is missing/],
  ])("refuse %j at %s with the name and the mend, without the secret", (environment, publicUrl, message) => {
    const read = () => readTeamSettings(environment, publicUrl);
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/hunter2/);
  });
});
