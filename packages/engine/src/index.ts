export { drawClocks, stopwatch, trueClock, trueDelay } from "./clock.ts";
export type { ClockError } from "./clock.ts";
export { defineSystem, errorProperty, recoveryProperty, SystemError } from "./define-system.ts";
export type { System, SystemRun } from "./define-system.ts";
export type { Disk, DiskAnswer, DiskRecord } from "./disk.ts";
export { drawFaults } from "./faults/draw-faults.ts";
export type { EpisodeWeather } from "./faults/draw-faults.ts";
export { faultKinds } from "./faults/fault.ts";
export type { Fault, FaultFamily, FaultKind } from "./faults/fault.ts";
export type { Body, ErrorBody, Message } from "./message.ts";
export { calmNetwork } from "./network.ts";
export type { LinkModel, NetworkModel } from "./network.ts";
export { defineNode } from "./node.ts";
export type { Context, NodeDefinition } from "./node.ts";
export type { HandledEvent, Mark, Run, RunOptions, TimedOperation, ViewedState } from "./run.ts";
export type { RecoveryGoal, Scenario, ScriptedCall } from "./scenario.ts";
export { drawPriorities } from "./priority-schedule.ts";
export type { PrioritySchedule } from "./priority-schedule.ts";
export { PlanError } from "./plan.ts";
export type { Plan, SystemSettings } from "./plan.ts";
export { runSystem, searchSeeds } from "./run-system.ts";
export type { SearchResult } from "./run-system.ts";
export { DeterminismError, guarded, replacements } from "./guard.ts";
export { readFateKey } from "./fates.ts";
export type { Fate, Fates } from "./fates.ts";
export { simulate } from "./simulate.ts";
export { SimulationError } from "./simulation-error.ts";
export type { Finding, Mutant, Observed, OperatorAction, Outcome, Property, SystemDefinition } from "./system.ts";
export { TraceKind } from "./trace-kind.ts";
export type { Completion, Invocation, OperationDraws, Workload } from "./workload.ts";
export { essentialEvents } from "./shrink/essential-events.ts";
export { necessityOf } from "./shrink/necessity.ts";
export type { Necessity } from "./shrink/necessity.ts";
export { eventsOf, shrink } from "./shrink/shrink.ts";
export type { Shrunk, ShrinkOptions } from "./shrink/shrink.ts";
export { shrinkSmallest } from "./shrink/smallest.ts";
export type { SmallestOptions } from "./shrink/smallest.ts";
export {
  CounterexampleError,
  readCounterexample,
  replayCounterexample,
  writeCounterexample,
} from "./counterexample.ts";
export type { Counterexample, Replay, WrittenMessage } from "./counterexample.ts";
export { searchWithFeedback } from "./search/feedback.ts";
export type { FeedbackResult } from "./search/feedback.ts";
