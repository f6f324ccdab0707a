export { agrees, claim, ClaimError, differs, holds, violated } from "./claim.ts";
export type { AgreesExpectation, Claim, ClaimSide, DiffersExpectation, Expectation, HoldsExpectation, ViolatedExpectation } from "./claim.ts";
export { defineExperiment, ExperimentError, maxSeed } from "./experiment.ts";
export type { AnyExperiment, Experiment, MetricSpec, PropertySpec, PropertyVerdict, RunResult } from "./experiment.ts";
export { describeRange, fitParameters, ParameterError, writeValue } from "./parameters.ts";
export type { AnyValues, ChoiceParameter, FlagParameter, NumberParameter, Parameter, ParameterSpecs, ParameterValue, ValuesOf } from "./parameters.ts";
export type * from "./picture.ts";
