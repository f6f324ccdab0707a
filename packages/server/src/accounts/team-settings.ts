import { SettingsError } from "../settings.ts";
import type { SettingDescription } from "../settings.ts";
import type { SignInSettings } from "./sign-in.ts";

export interface TeamSettings extends SignInSettings {
  /** How many proxies of ours stand before the server. */
  readonly trustedProxies: number;
}

/** Every setting of accounts. */
export const teamSettingDescriptions: readonly SettingDescription[] = [
  {
    name: "FIELDBOOK_ACCOUNTS",
    meaning: "`on` switches accounts on: the handbook is private then.",
    fallback: "`off`",
  },
  {
    name: "FIELDBOOK_SECRET",
    meaning: "Signs the cookies; 32 characters or more. Needed with accounts, as is `FIELDBOOK_URL`.",
    fallback: "none",
  },
  {
    name: "FIELDBOOK_TRUSTED_PROXIES",
    meaning: "How many proxies stand before the server, 0 to 9; so much of `X-Forwarded-For` is believed.",
    fallback: "`0`",
  },
  {
    name: "OIDC_DISCOVERY_URL",
    meaning:
      "Single sign-on: `https://login.example.org/.well-known/openid-configuration`. Who comes by it is a reader.",
    fallback: "no single sign-on",
  },
  { name: "OIDC_CLIENT_ID", meaning: "Needed with `OIDC_DISCOVERY_URL`.", fallback: "none" },
  { name: "OIDC_CLIENT_SECRET", meaning: "Needed with `OIDC_DISCOVERY_URL`.", fallback: "none" },
];

type Environment = Readonly<Record<string, string | undefined>>;

const shortestSecret = 32;

/**
 * Reads what accounts need; undefined when they are off.
 *
 * @throws SettingsError naming the first setting that is missing or wrong, and the mend; never a secret
 */
export function readTeamSettings(environment: Environment, publicUrl: string | undefined): TeamSettings | undefined {
  const get = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const need = (name: string, mend: string): string => {
    const value = get(name);
    if (value === undefined) throw new SettingsError(`${name}: is missing. ${mend}`);
    return value;
  };
  const accounts = get("FIELDBOOK_ACCOUNTS") ?? "off";
  if (accounts === "off") {
    const other = ["OIDC_DISCOVERY_URL", "OIDC_CLIENT_ID"].find((name) => get(name) !== undefined);
    if (other === undefined) return undefined;
    throw new SettingsError(
      `FIELDBOOK_ACCOUNTS: is off, and ${other} is set, which does nothing without it. Set it to on.`,
    );
  }
  if (accounts !== "on") {
    throw new SettingsError(`FIELDBOOK_ACCOUNTS: "on" or "off" is expected, and this is "${accounts}".`);
  }
  if (publicUrl === undefined) {
    throw new SettingsError("FIELDBOOK_URL: is missing. Set it to where people reach the handbook.");
  }
  const secret = need("FIELDBOOK_SECRET", "Make one with: openssl rand -base64 32");
  if (secret.length < shortestSecret) {
    throw new SettingsError(
      "FIELDBOOK_SECRET: 32 characters or more are expected. Make one with: openssl rand -base64 32",
    );
  }
  const proxies = get("FIELDBOOK_TRUSTED_PROXIES") ?? "0";
  if (!/^\d$/.test(proxies)) {
    throw new SettingsError(`FIELDBOOK_TRUSTED_PROXIES: a number from 0 to 9 is expected, and this is "${proxies}".`);
  }
  const settings = { publicUrl, secret, trustedProxies: Number(proxies) };
  const discoveryUrl = get("OIDC_DISCOVERY_URL");
  if (discoveryUrl === undefined) {
    const other = ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"].find((name) => get(name) !== undefined);
    if (other === undefined) return settings;
    throw new SettingsError(`OIDC_DISCOVERY_URL: is missing. ${other} is set, which does nothing without it.`);
  }
  if (!/^https?:$/.test(URL.parse(discoveryUrl)?.protocol ?? "")) {
    throw new SettingsError("OIDC_DISCOVERY_URL: an address that begins with https:// is expected.");
  }
  const given = "The provider gives it when you register the handbook.";
  const clientId = need("OIDC_CLIENT_ID", given);
  return { ...settings, oidc: { discoveryUrl, clientId, clientSecret: need("OIDC_CLIENT_SECRET", given) } };
}
