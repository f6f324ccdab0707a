import type { ServiceGraph } from "@fieldbook/load";
import { simulateGraph } from "@fieldbook/load";
import { manyServers } from "../packages/load/src/theory/many-servers.ts";
import type { PythonPeer } from "./load-peers.ts";
import { installPythonPeer, nameOf, programOf, runPeerProgram } from "./load-peers.ts";
import type { Bench, Effort, Row } from "./measure.ts";
import { compare, timed } from "./measure.ts";
import { PeerError } from "./peers.ts";

/** Customers of one run, on each side. */
const customersWanted = 200_000;
/** A run of ours is short: so many make one repetition. */
const runsOfOurs = 5;
const utilisation = 0.8;
const meanService = 1_000;
const bars: Readonly<Record<PythonPeer, number>> = { simpy: 30, ciw: 50 };

const queueOf = (servers: number, customers: number): ServiceGraph => ({
  name: "Queue",
  duration: Math.round((customers * meanService) / (utilisation * servers)),
  sources: {
    customers: {
      arrivals: { kind: "poisson", rate: (utilisation * servers * 1_000_000) / meanService },
      calls: { to: "queue" },
    },
  },
  services: {
    queue: {
      instances: 1,
      concurrency: servers,
      steps: [{ kind: "work", time: { kind: "exponential", mean: meanService } }],
    },
  },
});

/** A side that simulates another model, or fewer customers, has no figure. The bound is five standard deviations. */
function checkWait(side: string, servers: number, customers: number, meanWait: number): void {
  const truth = manyServers({ arrivalRate: utilisation * servers, meanService: 1, servers }).meanWait;
  if (Math.abs(meanWait / truth - 1) > 0.25 * Math.sqrt(100_000 / customers)) {
    throw new PeerError(`${side} has a mean wait of ${meanWait} services; the truth is ${truth}.`);
  }
}

function runOurs(servers: number, customers: number, seed: number): number {
  const graph = queueOf(servers, customers);
  const run = simulateGraph(graph, seed);
  const { requests } = run.sources["customers"]!.totals;
  checkWait("Fieldbook", servers, requests, run.services["queue"]!.means.wait / meanService);
  return requests;
}

async function compareQueue(peer: PythonPeer, python: string, servers: number, effort: Effort): Promise<Row> {
  const customers = Math.ceil(customersWanted / effort.divisor);
  const ours = async (repetition: number): Promise<number> => {
    const { seconds, result } = await timed(() => {
      let handled = 0;
      for (let run = 0; run < runsOfOurs; run += 1) {
        handled += runOurs(servers, customers, runsOfOurs * repetition + run);
      }
      return handled;
    });
    return result / seconds;
  };
  const theirs = (repetition: number): number => {
    const words = [programOf(peer, "customers"), servers, utilisation, customers, repetition + 1];
    const { seconds, customers: served = 0, meanWait = NaN } = runPeerProgram(python, words);
    if (served < customers) throw new PeerError(`${nameOf(peer)} served ${served} of ${customers} customers.`);
    checkWait(nameOf(peer), servers, customers, meanWait);
    return served / seconds;
  };
  for (let round = 0; round < effort.warmUp; round += 1) await ours(round);
  const { ours: measured, peer: other, ratio } = await compare(effort.repetitions, ours, theirs);
  return {
    bench: "customers",
    says: `M/M/${servers} at ${100 * utilisation} %, a graph of one service`,
    unit: "customers/s",
    ours: measured,
    peer: { name: nameOf(peer), measured: other },
    ratio,
    bar: { at: "least", value: bars[peer] },
  };
}

/** Customers a second through a queue, with all that the load engine records of them, against simulators in Python. */
export const loadCustomers: Bench = async (effort, listener) => {
  const rows: Row[] = [];
  for (const peer of ["simpy", "ciw"] as const) {
    try {
      listener.progress(`installing ${nameOf(peer)}`);
      const python = installPythonPeer(peer);
      for (const servers of [1, 10]) {
        listener.progress(`M/M/${servers}, against ${nameOf(peer)}`);
        rows.push(await compareQueue(peer, python, servers, effort));
      }
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      listener.missing(error.message);
    }
  }
  return rows;
};
