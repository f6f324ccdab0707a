import type { Microseconds } from "@fieldbook/kernel";
import { microsecondsPerSecond } from "@fieldbook/kernel";
import type { Connections } from "./connections.ts";
import { deviceState, deviceStateCount, deviceStateNames } from "./device-state.ts";
import type { Devices } from "./devices.ts";
import type { FleetInvariant } from "./fleet-run.ts";
import type { Telemetry } from "./telemetry.ts";

/** What must hold at the end of any run, whatever happened in it. */
export function checkInvariants(
  now: Microseconds,
  connectionsPerSecond: number,
  { devices, connections, telemetry }: { devices: Devices; connections: Connections; telemetry: Telemetry | undefined },
): FleetInvariant[] {
  const checked = [
    devicesAreConserved(devices),
    attemptsAreConserved(devices, connections),
    doorsAreConserved(connections),
    workIsConserved(now, connectionsPerSecond, connections),
  ];
  if (telemetry !== undefined) checked.push(messagesAreConserved(telemetry));
  return checked;
}

/** The tallies are held against a fresh count of the devices one by one. */
function devicesAreConserved(devices: Devices): FleetInvariant {
  const counted = new Int32Array(deviceStateCount);
  const readyInCell = new Int32Array(devices.cells);
  for (let device = 0; device < devices.count; device += 1) {
    const state = devices.state[device]!;
    counted[state]! += 1;
    if (state === deviceState.ready) readyInCell[devices.cellOf(device)]! += 1;
  }
  const sum = devices.inState.reduce((total, count) => total + count, 0);
  return {
    says: "Devices in the six states sum to the fleet, and so does each cell.",
    holds:
      sum === devices.count &&
      counted.every((count, state) => count === devices.inState[state]) &&
      readyInCell.every((count, cell) => count === devices.readyInCell[cell]),
    figures: deviceStateNames.map((name, state) => `${name} ${String(devices.inState[state])}`).join(", "),
  };
}

function attemptsAreConserved(devices: Devices, { totals }: Connections): FleetInvariant {
  const out = devices.inState[deviceState.connecting]!;
  const { attempts, connected, refused, timedOut, cutOff } = totals;
  return {
    says: "Attempts = connected + refused + timed out + cut off + still out.",
    holds: attempts === connected + refused + timedOut + cutOff + out,
    figures: [attempts, connected, refused, timedOut, cutOff, out].join(", "),
  };
}

function doorsAreConserved({ totals, doors }: Connections): FleetInvariant {
  let [accepted, served, dropped, swept, inside] = [0, 0, 0, 0, 0];
  for (const door of doors) {
    accepted += door.accepted;
    served += door.served;
    dropped += door.dropped;
    swept += door.swept;
    inside += door.waiting + (door.busy ? 1 : 0);
  }
  return {
    says:
      "Attempts = refused + vanished + accepted; accepted = served + dropped + swept out by an outage + in the queue; " +
      "served = connected + wasted.",
    holds:
      totals.attempts === totals.refused + totals.vanished + accepted &&
      accepted === served + dropped + swept + inside &&
      served === totals.connected + totals.wasted,
    figures: [totals.attempts, totals.refused, totals.vanished, accepted, served, dropped, swept, inside].join(", "),
  };
}

/** Of each busy period only the last connection may be unfinished, and rounding up costs less than 1 µs a period. */
function workIsConserved(now: Microseconds, rate: number, { doors }: Connections): FleetInvariant {
  let holds = true;
  let [work, served] = [0, 0];
  for (const door of doors) {
    const could = (door.busyUntil(now) * rate) / microsecondsPerSecond;
    const periods = door.busyPeriods + 1;
    if (Math.abs(could - door.served) > periods * (1 + rate / microsecondsPerSecond)) holds = false;
    if (!door.busy && door.waiting > 0) holds = false;
    work += could;
    served += door.served;
  }
  return {
    says: "While anyone waits a front door serves at its full rate.",
    holds,
    figures: `${work.toFixed(1)} connections' worth of busy time, ${String(served)} served`,
  };
}

function messagesAreConserved(telemetry: Telemetry): FleetInvariant {
  const { sent, taken, lost } = telemetry.totals;
  const { backlog } = telemetry;
  return {
    says: "Messages sent = taken in + lost + kept.",
    holds: Math.abs(sent - taken - lost - backlog) <= 1e-6 * Math.max(1, sent),
    figures: [sent, taken, lost, backlog].map((count) => count.toFixed(1)).join(", "),
  };
}
