import { isFaultKind } from "@fieldbook/lab";
import type { Fault } from "@fieldbook/lab";

/** All that makes a run of a system in the page; a link carries it. */
export interface Setup {
  readonly system: string;
  /** Id of a mutant; the correct system when absent. */
  readonly mutant?: string;
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
  readonly seed: number;
  /** What the seed draws: a mix of faults, or none. */
  readonly weather: "swarm" | "calm";
  /** The faults as the reader edited them, in place of those that were drawn. */
  readonly faults?: readonly Fault[];
  /** Shown beside it under the same weather: "correct", or a mutant. */
  readonly beside?: string;
}

/** Sizes that a system allows. */
export interface Sizes {
  readonly nodes: { readonly default: number; readonly min: number; readonly max: number };
  readonly clients: number;
  readonly operations: number;
  readonly mutants: readonly string[];
}

export const clientsAtMost = 20;
export const operationsAtMost = 500;
export const seedAtMost = 0xffff_ffff;

/** A link that can not be followed; the message names the field and what would be right. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

export const defaultSetup = (system: string, { nodes, clients, operations }: Sizes): Setup => ({
  system,
  nodes: nodes.default,
  clients,
  operations,
  seed: 1,
  weather: "swarm",
});

/** What stands behind the # of a link: packed when it carries faults that were edited, which are long. */
export async function writeSetup(setup: Setup): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(setup));
  if (setup.faults === undefined) return `run=${toLetters(bytes)}`;
  return `packed=${toLetters(await transformed(bytes, new CompressionStream("deflate-raw")))}`;
}

/**
 * The setup that a link asks for, or undefined when it asks for none.
 *
 * @param fragment of the address, with or without its #
 * @throws SetupError naming the field that is wrong
 */
export async function readSetup(fragment: string, system: string, sizes: Sizes): Promise<Setup | undefined> {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  const [plain, packed] = [fields.get("run"), fields.get("packed")];
  if (plain === null && packed === null) return undefined;
  return checked(await parse(plain, packed), system, sizes);
}

function checked(read: Unchecked, system: string, sizes: Sizes): Setup {
  if (read["system"] !== system) {
    throw new SetupError(`The link is of the system ${show(read["system"])}; this page is of "${system}".`);
  }
  const mutants = ["correct", ...sizes.mutants];
  const mutant = optional(read, "mutant", sizes.mutants);
  const beside = optional(read, "beside", mutants);
  const weather = optional(read, "weather", ["swarm", "calm"]);
  const { faults } = read;
  if (faults !== undefined && !isFaults(faults)) {
    throw new SetupError("The link's faults: a list is needed, each with a known kind, at and until as whole µs.");
  }
  return {
    system,
    ...(mutant === undefined ? {} : { mutant }),
    nodes: whole(read, "nodes", sizes.nodes.min, sizes.nodes.max),
    clients: whole(read, "clients", 0, clientsAtMost),
    operations: whole(read, "operations", 0, operationsAtMost),
    seed: whole(read, "seed", 0, seedAtMost),
    weather: weather === "calm" ? "calm" : "swarm",
    ...(faults === undefined ? {} : { faults }),
    ...(beside === undefined ? {} : { beside }),
  };
}

type Unchecked = Readonly<Record<string, unknown>>;

async function parse(plain: string | null, packed: string | null): Promise<Unchecked> {
  try {
    const bytes =
      packed === null
        ? fromLetters(plain!)
        : await transformed(fromLetters(packed), new DecompressionStream("deflate-raw"));
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Unchecked;
  } catch {
    // Told below: whatever went wrong, the link is not whole.
  }
  throw new SetupError("The link is not whole: what follows # can not be read. Copy all of it.");
}

const show = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

function whole(read: Unchecked, field: string, min: number, max: number): number {
  const value = read[field];
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  const range = `a whole number from ${String(min)} to ${String(max)}`;
  throw new SetupError(`The link's ${field}: ${range} is needed; got ${show(value)}.`);
}

function optional(read: Unchecked, field: string, known: readonly string[]): string | undefined {
  const value = read[field];
  if (value === undefined) return undefined;
  if (typeof value === "string" && known.includes(value)) return value;
  throw new SetupError(`The link's ${field}: one of ${known.join(", ")} is needed; got ${show(value)}.`);
}

function isFaults(value: unknown): value is readonly Fault[] {
  return (
    Array.isArray(value) &&
    value.every((fault: unknown) => {
      if (typeof fault !== "object" || fault === null) return false;
      const { kind, at, until } = fault as Unchecked;
      return typeof kind === "string" && isFaultKind(kind) && Number.isSafeInteger(at) && Number.isSafeInteger(until);
    })
  );
}

/** Bytes in letters that need no escape in an address. */
function toLetters(bytes: Uint8Array): string {
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromLetters(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

/** More than any link of the page holds; what would unpack to more is no link of ours. */
const bytesAtMost = 1_000_000;

/** @throws RangeError when more comes out than a link can hold, TypeError when the bytes are not packed */
async function transformed(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(through).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    length += part.value.length;
    if (length > bytesAtMost) {
      await reader.cancel();
      throw new RangeError("There is more in it than a link can hold.");
    }
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
