import { SettingsError } from "../settings.ts";
import type { SettingDescription } from "../settings.ts";
import { currentRequest } from "./current-request.ts";

export type LogFormat = "json" | "text" | "off";

/** What can be told of a request. No body, no query, no cookie, no token, no name: a log is read by many. */
export interface RequestEntry {
  readonly requestId: string;
  readonly method: string;
  /** As the table of routes has it, so that ids of threads stay out: "/threads/:thread/". */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/** Writes a line for each request and each fault. */
export interface Log {
  request(entry: RequestEntry): void;
  /** A fault of the server's own, with the id of the request that met it. */
  fault(error: unknown): void;
  /** Something for the person who starts the server, in plain words whatever the form. */
  tell(sentence: string): void;
}

export const logSettingDescriptions: readonly SettingDescription[] = [
  {
    name: "FIELDBOOK_LOG",
    meaning: "Log on standard error: `json` (a line of JSON each), `text`, or `off` (faults only).",
    fallback: "`json` with accounts, `off` without",
  },
];

/** @throws SettingsError */
export function readLogFormat(environment: Readonly<Record<string, string | undefined>>): LogFormat | undefined {
  const given = environment["FIELDBOOK_LOG"]?.trim();
  if (given === undefined || given === "") return undefined;
  if (given === "json" || given === "text" || given === "off") return given;
  throw new SettingsError(`FIELDBOOK_LOG: json, text or off is expected, and this is "${given}".`);
}

/** @param write takes a line with its end */
export function createLog(format: LogFormat, write: (line: string) => void, now: () => number = Date.now): Log {
  const json = (level: string, entry: object): void =>
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), level, ...entry })}\n`);
  return {
    request(entry) {
      if (format === "json") json(levelOf(entry.status), { ...entry, ms: Number(entry.ms.toFixed(2)) });
      if (format === "text") {
        const { method, route, status, ms, requestId } = entry;
        write(`${method} ${route} ${String(status)} ${ms.toFixed(1)} ms ${requestId}\n`);
      }
    },
    fault(error) {
      const requestId = currentRequest()?.id;
      const says = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (format === "json") json("error", { ...(requestId === undefined ? {} : { requestId }), message: says });
      else write(`${requestId === undefined ? "" : `Request ${requestId}: `}${says}\n`);
    },
    tell: (sentence) => write(`${sentence}\n`),
  };
}

const levelOf = (status: number): string => (status >= 500 ? "error" : status >= 400 ? "warn" : "info");
