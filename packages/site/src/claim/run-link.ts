import { fitParameters, maxSeed, ParameterError, writeValue } from "@fieldbook/lab";
import type { AnyValues, ParameterValue } from "@fieldbook/lab";
import type { ClaimData, Side } from "./claim-data.ts";

/** What a link asks for, as far as it makes sense, and a sentence for each part that does not. */
export interface LinkedRun {
  readonly side: Side;
  readonly values: AnyValues;
  readonly seed: number;
  readonly problems: readonly string[];
}

/** Parts of an address that are no parameters of an experiment. */
const reserved = new Set(["claim", "side", "seed", "lens"]);

/** An address that reproduces exactly this run: claim, side, seed and every parameter, whatever the claim's become. */
export function linkTo(base: string, data: ClaimData, run: { side: Side; values: AnyValues; seed: number }): string {
  const url = new URL(base);
  const lens = url.searchParams.get("lens");
  url.search = "";
  if (lens !== null) url.searchParams.set("lens", lens);
  url.searchParams.set("claim", data.id);
  if (run.side === "control") url.searchParams.set("side", "control");
  url.searchParams.set("seed", String(run.seed));
  for (const [name, value] of Object.entries(run.values)) url.searchParams.set(name, writeValue(value));
  url.hash = `claim-${data.id}`;
  return url.href;
}

/** The run that an address asks of this claim; undefined when it asks for none or for another's. */
export function linkedRun(address: string, data: ClaimData): LinkedRun | undefined {
  const query = new URL(address).searchParams;
  if (query.get("claim") !== data.id) return undefined;
  const problems: string[] = [];
  const sideText = query.get("side") ?? "claim";
  const side: Side = sideText === "control" ? "control" : "claim";
  if (sideText !== "control" && sideText !== "claim")
    problems.push(`The link's "side" is "${sideText}"; it takes claim or control. The claim's is used.`);
  const values: Record<string, ParameterValue> = { ...data.sides[side] };
  for (const [name, text] of query) {
    if (reserved.has(name)) continue;
    try {
      const fitted: AnyValues = fitParameters(data.parameters, { [name]: text });
      values[name] = fitted[name]!;
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error;
      problems.push(`${error.message} The link's value is left out.`);
    }
  }
  return { side, values, seed: readSeed(query.get("seed"), data, problems), problems };
}

function readSeed(text: string | null, data: ClaimData, problems: string[]): number {
  if (text === null) return data.seed;
  const seed = parseSeed(text);
  if (seed !== undefined) return seed;
  problems.push(
    `A seed is a whole number from 0 to ${String(maxSeed)}; the link has "${text}". Seed ${String(data.seed)} is used.`,
  );
  return data.seed;
}

/** The seed that a text stands for; undefined when it is none. */
export function parseSeed(text: string): number | undefined {
  const seed = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  return seed <= maxSeed ? seed : undefined;
}
