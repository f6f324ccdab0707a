// Claims hold runs against closed forms, which need it.
export { naturalExponential } from "@fieldbook/kernel";
export { chunkSeeds, chunksOf, mergeTallies, runChunk } from "./campaign.ts";
export type { PropertyTally, Tally } from "./campaign.ts";
export { agrees, claim, ClaimError, controlProblem, differs, holds, violated } from "./claim.ts";
export type {
  AgreesExpectation,
  Claim,
  ClaimSide,
  DiffersExpectation,
  Expectation,
  HoldsExpectation,
  ViolatedExpectation,
} from "./claim.ts";
export { defineExperiment, ExperimentError, maxSeed } from "./experiment.ts";
export type {
  Against,
  AnyExperiment,
  Experiment,
  MetricSpec,
  PropertySpec,
  PropertyVerdict,
  RunResult,
} from "./experiment.ts";
export { dependencyAvailability } from "./experiments/dependency-availability.ts";
export { experiments, findExperiment } from "./experiments/index.ts";
export {
  causalRegisterExperiment,
  gossipRegisterExperiment,
  orderedRegisterExperiment,
} from "./experiments/local-registers.ts";
export { quorumRegisterExperiment } from "./experiments/quorum-register.ts";
export { retryStorm } from "./experiments/retry-storm.ts";
export { describeRange, fitParameters, ParameterError, writeValue } from "./parameters.ts";
export type {
  AnyValues,
  ChoiceParameter,
  FlagParameter,
  NumberParameter,
  Parameter,
  ParameterSpecs,
  ParameterValue,
  ValuesOf,
} from "./parameters.ts";
export type * from "./picture.ts";
export { completeValues, isCurrent, isProved, sideEvidence } from "./evidence.ts";
export type { EngineIdentity, Evidence, MetricEvidence, SideEvidence } from "./evidence.ts";
export { exportGraphRun, graphExportFormats } from "./export/graph/index.ts";
export { ExportError, exportFormats, exportRun } from "./export/index.ts";
export { count, describeMetric, describeProperty, judge, wantedProperties } from "./judge.ts";
export type { Judgement } from "./judge.ts";
export { metricText } from "./metric-text.ts";
export { meanInterval, shareInterval } from "./statistics.ts";
export type { Interval, Moments } from "./statistics.ts";
export { huntMutant, shrinkHunted } from "./systems/hunt.ts";
export type { Hunt } from "./systems/hunt.ts";
export { describeFault, tellStory } from "./systems/story.ts";
export type { Story, StoryLine } from "./systems/story.ts";
export { mergeSystemTallies, runSystemChunk } from "./systems/system-campaign.ts";
export type { MarkTally, SystemChunk, SystemTally, Violation } from "./systems/system-campaign.ts";
export type * from "./service-picture.ts";
export { compareRuns } from "./systems/compare-runs.ts";
export type { RunDifference } from "./systems/compare-runs.ts";
export { addedFault, editableFaults, familyOf, faultChoices, isFaultKind, withFaults } from "./systems/edit-faults.ts";
export type { FaultChoice } from "./systems/edit-faults.ts";
export { systemPicture } from "./systems/system-picture.ts";
export {
  readCounterexample,
  replayCounterexample,
  runSystem,
  shrink,
  shrinkSmallest,
  writeCounterexample,
} from "@fieldbook/engine";
export type { Fault, FaultKind, Plan, System, SystemRun, SystemSettings } from "@fieldbook/engine";
export { findSystem, systems } from "@fieldbook/systems";
