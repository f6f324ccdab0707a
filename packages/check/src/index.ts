export { checkCausal } from "./causal.ts";
export type { CausalOptions, CausalPattern, CausalVerdict } from "./causal.ts";
export { checkConvergence } from "./convergence.ts";
export type { ConvergenceOptions, ConvergenceVerdict } from "./convergence.ts";
export { describeOperation } from "./describe-operation.ts";
export { HistoryError } from "./history-error.ts";
export type { Place } from "./history-error.ts";
export type { History, Operation, Value } from "./history.ts";
export { checkLinearizable } from "./linearizable.ts";
export { illegal } from "./model.ts";
export type { Call, Evidence, InputForm, NamedModel, SequentialModel } from "./model.ts";
export { keyValueMap } from "./models/key-value-map.ts";
export { models } from "./models/models.ts";
export type { ModelName } from "./models/models.ts";
export { casRegister, ModelError, register } from "./models/register.ts";
export { sameValue, showValue, valueKey } from "./value.ts";
export type { ValueKey } from "./value.ts";
export type {
  Contradiction,
  LinearizabilityVerdict,
  OrderFound,
  OrderUnknown,
  OrderViolated,
  SearchOptions,
  SequentialVerdict,
} from "./verdict.ts";
export { readHistory } from "./read/read-history.ts";
export type { HistoryForm, ReadOptions, RecordedHistory } from "./read/read-history.ts";
export { checkSequential } from "./sequential.ts";
