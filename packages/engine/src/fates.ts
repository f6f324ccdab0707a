import type { Microseconds } from "@fieldbook/kernel";

/** How long after sending each copy of a message arrives; empty when none does. */
export type Fate = readonly Microseconds[];

/**
 * What became of messages, by who sent how many to whom before: the decisions of a run, written down one by one, so that
 * each can be taken back. Keys survive a change in the number of nodes.
 */
export type Fates = ReadonlyMap<number, Fate>;

const clientsFrom = 1 << 10;
const most = 1 << 11;

/** A number for an endpoint that does not depend on how many nodes there are: nodes from 0, clients from 1,024. */
export const endpointCode = (index: number, nodes: number): number =>
  index < nodes ? index : clientsFrom + index - nodes;

/** The code of an endpoint by its name: "n1", "c2". */
export const endpointCodeOf = (name: string): number =>
  Number(name.slice(1)) - 1 + (name.startsWith("n") ? 0 : clientsFrom);

/** The key of the k-th message from one endpoint to another, by their codes; k up to 2^31. */
export const fateKey = (from: number, to: number, k: number): number => (from * most + to) * 0x8000_0000 + k;

/** What a key stands for: names as the trace has them, and k counted from 0. */
export function readFateKey(key: number): { readonly from: string; readonly to: string; readonly k: number } {
  const link = Math.floor(key / 0x8000_0000);
  const name = (code: number): string =>
    code < clientsFrom ? `n${String(code + 1)}` : `c${String(code - clientsFrom + 1)}`;
  return { from: name(Math.floor(link / most)), to: name(link % most), k: key % 0x8000_0000 };
}
