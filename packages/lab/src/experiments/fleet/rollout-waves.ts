import { microsecondsPerSecond, seconds } from "@fieldbook/kernel";
import type { FleetModel, FleetRun, RolloutOutcome } from "@fieldbook/load";
import { simulateFleet } from "@fieldbook/load";
import { defineExperiment } from "../../experiment.ts";
import { fleetFigure } from "./fleet-figure.ts";
import { rolloutWavesParameters } from "./rollout-waves-parameters.ts";
import type { RolloutWavesValues } from "./rollout-waves-parameters.ts";

const calmSeconds = 60;
const applySeconds = 30;

/** New firmware that does not work on every device goes out in waves. */
export const rolloutWaves = defineExperiment({
  id: "rollout-waves",
  title: "Rollout in waves",
  summary:
    "New firmware reaches a fleet in waves, each larger than the one before. On a share of the devices it does not work. " +
    "After a while the cloud knows that a device is ill; enough of them halt the rollout.",
  leavesOut:
    "Devices are ill independently of one another and at once; a defect that needs days to show passes every gate. " +
    "Every report is true. A halted rollout takes the old firmware back where devices can still be reached.",
  parameters: rolloutWavesParameters,
  properties: {
    caught: { says: "The first wave has at least one ill device." },
    contained: { says: "No device beyond the first wave gets the new firmware." },
  },
  metrics: {
    caughtInFirst: { label: "runs in which the first wave has an ill device", unit: "%", digits: 1 },
    exposed: { label: "devices that got the new firmware", unit: "", digits: 0 },
    ill: { label: "devices on which it did not work", unit: "", digits: 0 },
    illHours: { label: "time without service, all devices together", unit: "h", digits: 1 },
    haltedAfter: { label: "halted after, or the length of the run", unit: "min", digits: 1 },
  },
  validate({ firstWave, devices, pace }) {
    return pace === "waves" && firstWave > devices
      ? `A first wave of ${String(firstWave)} does not fit a fleet of ${String(devices)} devices.`
      : undefined;
  },
  run(values, seed) {
    const run = simulateFleet(rolloutModel(values), seed);
    const outcome = outcomeOf(run);
    const firstWave = wavesOf(values)[0]!;
    const verdict = (holds: boolean) => ({
      verdict: holds ? ("holds" as const) : ("violated" as const),
      says: describe(values, outcome),
    });
    return {
      verdicts: {
        caught: verdict(outcome.caughtInFirst === 100),
        contained: verdict(outcome.exposed <= Math.min(firstWave, values.firstWave)),
      },
      metrics: { ...outcome },
      traceHash: run.traceHash,
      events: run.events,
    };
  },
  picture(values, seed, against) {
    const run = simulateFleet(rolloutModel(values), seed);
    const other = against === undefined ? undefined : simulateFleet(rolloutModel(against.values), seed);
    return fleetFigure(
      run,
      [
        { title: "Ill", unit: "devices", column: "ill" },
        { title: "Updates", unit: "devices/10 s", column: "updates" },
        { title: "Ready", unit: "devices", column: "ready", reference: { label: "fleet", at: values.devices } },
      ],
      {
        says: describe(values, outcomeOf(run)),
        against:
          against === undefined || other === undefined
            ? undefined
            : { name: against.name, run: other, says: describe(against.values, outcomeOf(other)) },
      },
    );
  },
});

/** One wave, or waves of which each is `growth` times the one before, until all devices have their turn. */
function wavesOf({ pace, firstWave, growth, devices }: RolloutWavesValues): number[] {
  if (pace === "at-once") return [devices];
  const waves: number[] = [];
  let left = devices;
  for (let size = firstWave; left > 0; size *= growth) {
    const wave = Math.min(size, left);
    waves.push(wave);
    left -= wave;
  }
  return waves;
}

function rolloutModel(values: RolloutWavesValues): FleetModel {
  const waves = wavesOf(values);
  const waveSeconds = 60 * (values.waveMinutes + values.detectionMinutes + values.soakMinutes) + applySeconds;
  return {
    devices: values.devices,
    duration: seconds(calmSeconds + waves.length * waveSeconds + 60 * values.watchedMinutes),
    resolution: seconds(10),
    sites: { devicesPerSite: 1 },
    cloud: {
      regions: 1,
      cellsPerRegion: 1,
      frontDoor: { connectionsPerSecond: 1_000, queueBound: 5_000, order: "fifo", dropsAbandoned: false },
    },
    device: {
      noticesWithin: 0,
      clientTimeout: seconds(10),
      syncTime: 0,
      bootTime: [seconds(applySeconds), seconds(applySeconds)],
      retry: { kind: "full-jitter", base: seconds(2), cap: seconds(300) },
    },
    rollout: {
      kind: "firmware",
      at: seconds(calmSeconds),
      waves,
      waveWithin: seconds(60 * values.waveMinutes),
      applyTime: [seconds(applySeconds), seconds(applySeconds)],
      defect: values.defectPercent / 100,
      healthAfter: seconds(60 * values.detectionMinutes),
      soak: seconds(60 * values.soakMinutes),
      ...(values.haltAt === 0 ? {} : { haltAt: values.haltAt }),
      onHalt: "roll-back",
      ...(values.fallBackMinutes === 0 ? {} : { fallBackAfter: seconds(60 * values.fallBackMinutes) }),
    },
  };
}

interface RolloutFigures extends Readonly<Record<string, number>> {
  readonly caughtInFirst: number;
  readonly exposed: number;
  readonly ill: number;
  readonly illHours: number;
  readonly haltedAfter: number;
}

function outcomeOf(run: FleetRun): RolloutFigures {
  const { exposed, fellIll, illTime, haltedAt, firstIllWave }: RolloutOutcome = run.rollout!;
  const began = calmSeconds * microsecondsPerSecond;
  return {
    caughtInFirst: firstIllWave === 0 ? 100 : 0,
    exposed,
    ill: fellIll,
    illHours: illTime / microsecondsPerSecond / 3_600,
    haltedAfter: ((haltedAt ?? run.duration) - began) / microsecondsPerSecond / 60,
  };
}

function describe(values: RolloutWavesValues, { exposed, ill, illHours, haltedAfter }: RolloutFigures): string {
  const halted =
    values.haltAt === 0 ? "nothing halts the rollout" : `halted after ${haltedAfter.toFixed(0)} min at the latest`;
  return (
    `${String(exposed)} of ${String(values.devices)} devices got the new firmware, ${String(ill)} of them are ill for ` +
    `${illHours.toFixed(0)} h together; ${halted}.`
  );
}
