import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** A setting is wrong; the message names it and the mend. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

export interface MailSettings {
  /** "smtp://user:password@host:587" or "smtps://host". */
  readonly url: string;
  /** "Fieldbook <fieldbook@example.org>". */
  readonly from: string;
}

export interface Settings {
  /** Folder of the SQLite file. */
  readonly dataFolder: string;
  /** PostgreSQL in place of SQLite. */
  readonly databaseUrl?: string;
  /** Most connections to PostgreSQL. */
  readonly connections: number;
  /** Where people reach the handbook, without a slash at the end; links in mails and feeds begin with it. */
  readonly publicUrl?: string;
  readonly mail?: MailSettings;
  /** Hears of every query. */
  readonly onQuery?: (statement: string, ms: number, failed: boolean) => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** One row of the table in docs/running.md. */
export interface SettingDescription {
  readonly name: string;
  readonly meaning: string;
  readonly fallback: string;
}

/** Every setting of data, links and mail. */
export const settingDescriptions: readonly SettingDescription[] = [
  {
    name: "FIELDBOOK_DATA",
    meaning: "Folder of the SQLite file; an absolute path. Made when it is not there.",
    fallback: "`~/.local/share/fieldbook`",
  },
  {
    name: "DATABASE_URL",
    meaning: "PostgreSQL in place of SQLite: `postgres://user:password@host:5432/name`.",
    fallback: "SQLite",
  },
  {
    name: "DATABASE_CONNECTIONS",
    meaning: "Most connections of one process to PostgreSQL, 1 to 100.",
    fallback: "`10`",
  },
  {
    name: "FIELDBOOK_URL",
    meaning: "Where people reach the handbook: `https://handbook.example.org`. Links in mails and feeds begin with it.",
    fallback: "the address that the server opens",
  },
  { name: "SMTP_URL", meaning: "Server that takes the mails: `smtps://user:password@host`.", fallback: "no mail" },
  { name: "MAIL_FROM", meaning: "Sender of the mails; needed with `SMTP_URL`.", fallback: "none" },
];

/**
 * Reads the settings from the environment. An empty one counts as absent.
 *
 * @throws SettingsError naming the first setting that is wrong, and the mend
 */
export function readSettings(environment: Environment): Settings {
  const get = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const dataFolder =
    get("FIELDBOOK_DATA") ?? join(get("XDG_DATA_HOME") ?? join(homedir(), ".local/share"), "fieldbook");
  if (!isAbsolute(dataFolder)) refuse("FIELDBOOK_DATA", "an absolute path", dataFolder);
  const databaseUrl = readAddress(get("DATABASE_URL"), "DATABASE_URL", ["postgres:", "postgresql:"]);
  const publicUrl = readAddress(get("FIELDBOOK_URL"), "FIELDBOOK_URL", ["http:", "https:"])?.replace(/\/+$/, "");
  if (publicUrl !== undefined && new URL(publicUrl).pathname !== "/") {
    refuse("FIELDBOOK_URL", "an address without a path, such as https://handbook.example.org,", publicUrl);
  }
  const mail = readMail(get("SMTP_URL"), get("MAIL_FROM"));
  return {
    dataFolder,
    connections: readConnections(get("DATABASE_CONNECTIONS")),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(mail === undefined ? {} : { mail }),
  };
}

/** Secrets stand in some settings: of those only the name is told. */
function refuse(name: string, expected: string, given?: string): never {
  throw new SettingsError(
    given === undefined
      ? `${name}: ${expected} is expected.`
      : `${name}: ${expected} is expected, and this is "${given}".`,
  );
}

function readAddress(text: string | undefined, name: string, protocols: readonly string[]): string | undefined {
  if (text === undefined) return undefined;
  const address = URL.parse(text);
  if (address === null || !protocols.includes(address.protocol) || address.hostname === "") {
    refuse(
      name,
      `an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")} and has a host`,
    );
  }
  return text;
}

function readConnections(text: string | undefined): number {
  if (text === undefined) return 10;
  if (!/^(?:[1-9]\d?|100)$/.test(text)) refuse("DATABASE_CONNECTIONS", "a whole number from 1 to 100", text);
  return Number(text);
}

function readMail(smtp: string | undefined, from: string | undefined): MailSettings | undefined {
  const url = readAddress(smtp, "SMTP_URL", ["smtp:", "smtps:"]);
  if (url === undefined && from !== undefined)
    return refuse("SMTP_URL", "the server that takes the mails, as MAIL_FROM is set,");
  if (url === undefined) return undefined;
  if (from === undefined) return refuse("MAIL_FROM", "the sender of the mails, as SMTP_URL is set,");
  if (!/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/.test(from)) {
    return refuse("MAIL_FROM", 'an address, such as "Fieldbook <fieldbook@example.org>",', from);
  }
  return { url, from };
}
