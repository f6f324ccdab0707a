import { campaign } from "./campaign.ts";
import { fleet } from "./fleet.ts";
import { loadCustomers } from "./load-customers.ts";
import { anchors } from "./anchors.ts";
import { server } from "./server.ts";
import { loadHold } from "./load-hold.ts";
import type { Bench } from "./measure.ts";
import { memory } from "./memory.ts";
import { raft } from "./raft.ts";
import { ring } from "./ring.ts";

/** All benches, in the order in which they run. */
export const benches = {
  ring,
  raft,
  campaign,
  memory,
  customers: loadCustomers,
  hold: loadHold,
  fleet,
  anchors,
  server,
} satisfies Record<string, Bench>;

export type BenchName = keyof typeof benches;

export const benchNames = Object.keys(benches) as BenchName[];
