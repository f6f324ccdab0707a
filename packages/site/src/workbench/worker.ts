/// <reference lib="webworker" />
import {
  compareRuns,
  editableFaults,
  findSystem,
  mergeSystemTallies,
  readCounterexample,
  replayCounterexample,
  runSystemChunk,
  shrink,
  shrinkSmallest,
  systemPicture,
  tellStory,
  withFaults,
  writeCounterexample,
} from "@fieldbook/lab";
import type { Plan, System, SystemRun, SystemSettings, SystemTally } from "@fieldbook/lab";
import type { Answer, Ask, EditEffect, ShownCounterexample, ShownRun } from "./protocol.ts";
import type { Setup } from "./setup.ts";

/** Runs systems beside the page: the same code as the command line and the tests. One worker serves one request. */

const chunkMs = 60;
const checkedRuns = 5;
/** As the command line's default. */
const budget = 2_000;

const send = (answer: Answer): void => self.postMessage(answer);

self.addEventListener("message", ({ data }: MessageEvent<Ask>) => {
  try {
    serve(data);
  } catch (error) {
    send({ kind: "refused", message: error instanceof Error ? error.message : String(error) });
  }
  send({ kind: "over" });
});

function serve(ask: Ask): void {
  switch (ask.kind) {
    case "run":
      return run(ask.setup, ask.before);
    case "campaign":
      return campaign(ask.setup, ask.runs);
    case "shrink":
      return shrinkRun(ask.setup, ask.code, ask.widely);
    case "open":
      return open(ask.system, ask.file, ask.code);
  }
}

const settingsOf = ({ mutant, nodes, clients, operations, weather }: Setup): SystemSettings => ({
  ...(mutant === undefined ? {} : { mutant }),
  nodes,
  clients,
  operations,
  faults: weather,
});

/** What the seed draws, with the reader's faults in the place of the drawn ones. */
function planOf(system: System, setup: Setup): Plan {
  const plan = system.plan(settingsOf(setup), setup.seed);
  return setup.faults === undefined ? plan : withFaults(plan, setup.faults);
}

const recorded = (system: System, plan: Plan, seed: number): SystemRun => system.run(plan, seed, { record: true });

function run(setup: Setup, before: Setup | undefined): void {
  const system = findSystem(setup.system);
  const plan = planOf(system, setup);
  const result = recorded(system, plan, setup.seed);
  const edit = before === undefined ? {} : { edit: editEffect(system, before, result) };
  if (setup.beside === undefined) return send({ kind: "run", run: shown(system, result), ...edit });
  const { mutant: _, ...correct } = plan;
  const other = recorded(
    system,
    setup.beside === "correct" ? correct : { ...correct, mutant: setup.beside },
    setup.seed,
  );
  const difference = compareRuns(result.run, other.run);
  send({
    kind: "run",
    run: shown(system, result),
    beside: shown(system, other),
    ...(difference === undefined ? {} : { difference }),
    ...edit,
  });
}

function editEffect(system: System, before: Setup, result: SystemRun): EditEffect {
  const difference = compareRuns(recorded(system, planOf(system, before), before.seed).run, result.run);
  return difference === undefined ? {} : { difference };
}

function shown(system: System, result: SystemRun): ShownRun {
  const { plan, run: made, verdict, property, says } = result;
  const recovery = made.recovered?.reached === true ? made.recovered.at : undefined;
  return {
    title: plan.mutant === undefined ? system.title : `${system.title}, mutant ${plan.mutant}`,
    verdict,
    property,
    says,
    traceHash: made.traceHash,
    events: made.events,
    recovery,
    marks: [...made.marks].filter(([, { times }]) => times > 0).map(([label]) => label),
    picture: systemPicture(system, result),
    faults: editableFaults(plan).map((index) => plan.faults[index]!),
    healedAt: plan.healedAt,
  };
}

function campaign(setup: Setup, runs: number): void {
  const system = findSystem(setup.system);
  const settings = settingsOf(setup);
  let tally: SystemTally | undefined;
  while (tally === undefined || tally.runs < runs) {
    const until = performance.now() + chunkMs;
    do {
      const firstSeed: number = 1 + (tally?.runs ?? 0);
      const next = runSystemChunk(system, { settings, firstSeed, count: 1, checked: checkedRuns });
      tally = tally === undefined ? next : mergeSystemTallies(tally, next);
    } while (tally.runs < runs && performance.now() < until);
    send({ kind: "tally", tally, sometimes: system.sometimes });
  }
}

function shrinkRun(setup: Setup, code: string, widely: boolean): void {
  const system = findSystem(setup.system);
  const result = system.run(planOf(system, setup), setup.seed);
  if (result.verdict !== "violated") {
    return send({ kind: "refused", message: "There is nothing to shrink: no property is violated in this run." });
  }
  const onProgress = (replays: number, events: number): void =>
    send({ kind: "progress", says: `${String(replays)} replays, ${String(events)} events left` });
  const small = widely
    ? shrinkSmallest(system, settingsOf(setup), result, { budget })
    : shrink(system, result, { budget, onProgress });
  const counterexample = writeCounterexample(system, small.result, code);
  send({
    kind: "counterexample",
    counterexample: tell(system, small.result, `${JSON.stringify(counterexample, null, 2)}\n`, {
      events: small.events,
      replays: small.replays,
      complete: small.complete,
    }),
  });
}

function open(id: string, file: string, code: string): void {
  const counterexample = readCounterexample(file);
  if (counterexample.system !== id) {
    const message = `The file is of the system "${counterexample.system}"; open it on that system's page.`;
    return send({ kind: "refused", message });
  }
  const system = findSystem(id);
  const { result, says } = replayCounterexample(system, counterexample, code);
  if (result.verdict !== "violated") {
    return send({ kind: "refused", message: `The run of the file no longer violates anything. ${says}` });
  }
  const told = tell(system, result, file, { events: 0, replays: 0, complete: true });
  send({ kind: "counterexample", counterexample: { ...told, events: told.story.lines.length, replayed: says } });
}

function tell(
  system: System,
  result: SystemRun,
  file: string,
  counts: Pick<ShownCounterexample, "events" | "replays" | "complete">,
): ShownCounterexample {
  const again = system.run(result.plan, result.seed, { record: true });
  return { run: shown(system, again), seed: result.seed, story: tellStory(system, result), file, ...counts };
}
