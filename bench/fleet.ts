import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Storm } from "./fleet-storm.ts";
import type { Bench, Row } from "./measure.ts";
import { summarise } from "./measure.ts";

const devicesWanted = 1_000_000;
const program = fileURLToPath(new URL("fleet-storm.ts", import.meta.url));

const policies = [
  { id: "tr-369", name: "back-off of TR-369" },
  { id: "full-jitter", name: "exponential with full jitter" },
] as const;

/** What a million devices take that come back after an outage: the time, and the memory of the process that simulates them. */
export const fleet: Bench = async (effort, listener) => {
  const devices = String(Math.ceil(devicesWanted / effort.divisor));
  const rows: Row[] = [];
  for (const { id, name } of policies) {
    listener.progress(name);
    const storms = Array.from(
      { length: effort.repetitions },
      (_, seed) =>
        JSON.parse(execFileSync(process.execPath, [program, id, devices, String(seed)], { encoding: "utf8" })) as Storm,
    );
    const says = `${devices} devices, ${name}`;
    const taken = summarise(storms.map(({ seconds }) => seconds));
    rows.push({ bench: "fleet", says, unit: "s", ours: taken, bar: { at: "most", value: 15 } });
    const resident = storms.flatMap((storm) => (storm.resident === undefined ? [] : [storm.resident]));
    if (resident.length === 0) listener.missing("Resident memory: this system has no /proc.");
    else {
      const most = summarise(resident);
      rows.push({
        bench: "fleet",
        says: `most resident, ${name}`,
        unit: "MB",
        ours: most,
        bar: { at: "most", value: 150 },
      });
    }
  }
  return rows;
};
