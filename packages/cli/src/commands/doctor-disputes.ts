import { readTextFile } from "../files.ts";
import { UserError } from "../terminal.ts";

const timeoutMs = 10_000;

/**
 * The ids of the claims that open counterexamples dispute, whether or not the present engine still shows it: a person
 * settles a dispute.
 *
 * @param where a file with what the server's `/api/v1/disputes` answers, that address, or the server's
 * @throws UserError when it can not be read
 */
export async function readDisputes(where: string): Promise<ReadonlySet<string>> {
  const text = /^https?:\/\//.test(where) ? await fetchText(where) : readTextFile(where);
  const data = parse(text, where);
  const list = isRecord(data) ? data["disputes"] : data;
  if (!Array.isArray(list)) refuse(where, 'an object with a list "disputes" is expected');
  const claims = list.map((item: unknown, index) => {
    const claim = isRecord(item) ? item["claim"] : undefined;
    // A dispute is about a claim or about a system of the lab.
    if (claim === null || typeof claim === "string") return claim;
    return refuse(where, `"disputes.${String(index)}.claim" has to be the id of a claim, or null`);
  });
  return new Set(claims.filter((claim) => claim !== null));
}

async function fetchText(address: string): Promise<string> {
  const url = URL.parse(address);
  if (url === null) throw new UserError(`"${address}" is no address: http://localhost:4321 is one.`);
  if (url.pathname === "/") url.pathname = "/api/v1/disputes";
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (response.ok) return await response.text();
    throw new UserError(`${url.href} answered ${String(response.status)}: is it the address of the handbook's server?`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new UserError(`Can not read ${url.href}: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return refuse(where, "it is not JSON");
  }
}

function refuse(where: string, problem: string): never {
  throw new UserError(`${where}: ${problem}. Save what GET /api/v1/disputes of the server answers.`);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
