export type { CapacityStep } from "./capacity.ts";
export { DeclarationError } from "./declare/declaration-error.ts";
export type { DeclarationProblem, Position } from "./declare/declaration-error.ts";
export { readServiceGraph } from "./declare/read-service-graph.ts";
export { EditError } from "./declare/tree-edit.ts";
export type { DeclarationEdit } from "./declare/tree-edit.ts";
export { simulateDependencies } from "./dependencies.ts";
export type { DependenciesRun, Dependency } from "./dependencies.ts";
export { availabilityOf, failureAndRepair, simulateOutages } from "./failure-and-repair.ts";
export type { FailureAndRepair } from "./failure-and-repair.ts";
export { outagesBefore, totalLength, whenAtLeast } from "./outages.ts";
export type { Outage } from "./outages.ts";
export { RetryBudget } from "./retry-budget.ts";
export type { RetryBudgetTerms } from "./retry-budget.ts";
export { noRetries } from "./retry-policy.ts";
export type { RetryDelay, RetryPolicy } from "./retry-policy.ts";
export type { ClientModel, ServiceModel, StationModel } from "./service-model.ts";
export { percentile } from "./service-run.ts";
export type { ServiceRun, ServiceSeries, ServiceTotals } from "./service-run.ts";
export { simulateService } from "./simulate-service.ts";
export type { ServiceOrder } from "./waiting-line.ts";
export { checkGraph } from "./graph/check/check-graph.ts";
export { GraphError } from "./graph/check/graph-error.ts";
export type { GraphProblem } from "./graph/check/graph-error.ts";
export type * from "./graph/declaration.ts";
export type { DurationDistribution } from "./graph/durations/duration-distribution.ts";
export { failures } from "./graph/graph-run.ts";
export type {
  CallRecord,
  Failure,
  GraphEvent,
  GraphRun,
  LatencySummary,
  RequestsRecord,
  ServiceRecord,
  SourceRecord,
  Span,
} from "./graph/graph-run.ts";
export { simulateGraph } from "./graph/simulate-graph.ts";
export type { SimulationOptions } from "./graph/simulate-graph.ts";
export { keyFigures, whatChanged } from "./graph/report/key-figures.ts";
export type { FigureChange, FigureUnit, KeyFigure } from "./graph/report/key-figures.ts";
export { openMetrics } from "./graph/report/open-metrics.ts";
export { replicatedChanges, replicateGraph } from "./graph/report/replications.ts";
export type { ReplicatedChange, ReplicatedFigure, Replications } from "./graph/report/replications.ts";
export * from "./fleet/index.ts";
export { estimateMean } from "./statistics/estimate.ts";
export type { Estimate } from "./statistics/estimate.ts";
export { lintAlerts } from "./slo/alert-lint.ts";
export type { AlertFinding } from "./slo/alert-lint.ts";
export { detectionMinutes, evaluateAlerts, resetMinutes, standardAlerts } from "./slo/burn-alerts.ts";
export type { AlertTimeline, BurnAlert } from "./slo/burn-alerts.ts";
export { budgetMinutes, budgetOf, burnRate, ObjectiveError } from "./slo/objective.ts";
export type { Budget, Counts, Objective } from "./slo/objective.ts";
export { prometheusRules, promtoolTest } from "./slo/prometheus-rules.ts";
export { countsOf, samplesOfRun } from "./slo/records.ts";
export type { CounterSamples } from "./slo/records.ts";
