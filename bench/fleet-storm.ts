// Runs one reconnect storm in a process of its own and prints what it took, as JSON: name of the policy, devices, seed.
import { readFileSync } from "node:fs";
import { seconds } from "@fieldbook/kernel";
import type { FleetModel, ReconnectPolicy } from "../packages/load/src/fleet/index.ts";
import { simulateFleet, tr369Defaults } from "../packages/load/src/fleet/index.ts";

const outage = seconds(30 * 60);
const begins = seconds(10);

const policies: Readonly<Record<string, ReconnectPolicy>> = {
  "tr-369": tr369Defaults,
  "full-jitter": { kind: "full-jitter", base: seconds(2), cap: seconds(300) },
};

/** A fleet that loses its cloud for half an hour; the front door then takes all devices back within 200 s at best. */
function storm(devices: number, retry: ReconnectPolicy): FleetModel {
  const connectionsPerSecond = devices / 200;
  const ends = begins + outage;
  return {
    devices,
    duration: ends + seconds(60 * 60),
    sites: { devicesPerSite: 1 },
    cloud: {
      regions: 1,
      cellsPerRegion: 1,
      frontDoor: { connectionsPerSecond, queueBound: 10 * connectionsPerSecond, order: "fifo", dropsAbandoned: false },
    },
    device: { noticesWithin: seconds(1), clientTimeout: seconds(10), syncTime: 0, bootTime: [0, 0], retry },
    faults: [{ kind: "outage", from: begins, to: ends }],
  };
}

/** What a storm took. */
export interface Storm {
  readonly seconds: number;
  /** The most that the process has had resident, MB (10^6 bytes); absent where the system does not tell. */
  readonly resident?: number | undefined;
}

function mostResident(): number | undefined {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    return (Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1_024) / 1_000_000;
  } catch {
    return undefined;
  }
}

const [policy = "", devices = "", seed = ""] = process.argv.slice(2);
const begun = performance.now();
const { invariants } = simulateFleet(storm(Number(devices), policies[policy]!), Number(seed));
const taken = (performance.now() - begun) / 1_000;
const broken = invariants.find(({ holds }) => !holds);
if (broken !== undefined) throw new Error(`The books of the fleet do not balance: ${broken.says}`);
process.stdout.write(JSON.stringify({ seconds: taken, resident: mostResident() } satisfies Storm));
