import { seconds } from "@fieldbook/kernel";
import type { FleetModel } from "./fleet-model.ts";
import type { FleetRun } from "./fleet-run.ts";

/** 2,000 devices, 100 connections a second, an outage of five minutes: small enough for many seeds. */
export const smallFleet: FleetModel = {
  devices: 2_000,
  duration: seconds(440),
  sites: { devicesPerSite: 1 },
  cloud: {
    regions: 1,
    cellsPerRegion: 1,
    frontDoor: { connectionsPerSecond: 100, queueBound: 500, order: "fifo", dropsAbandoned: false },
  },
  device: {
    noticesWithin: seconds(1),
    clientTimeout: seconds(10),
    syncTime: seconds(1),
    bootTime: [seconds(5), seconds(10)],
    retry: { kind: "range", min: seconds(5), max: seconds(10) },
  },
};

export const longOutage: FleetModel = {
  ...smallFleet,
  faults: [{ kind: "outage", from: seconds(10), to: seconds(310) }],
};

export const brokenInvariants = (run: FleetRun): string[] =>
  run.invariants.filter(({ holds }) => !holds).map(({ says, figures }) => `${says} ${figures}`);
