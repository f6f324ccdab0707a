import type { AnyExperiment } from "../../experiment.ts";
import { fanOutTail, hedging, twoChoices } from "./balance.ts";
import { leastPrivilege, shuffleSharding } from "./blast-radius.ts";
import { constantWork } from "./constant-work.ts";
import { batchSize } from "./delivery.ts";
import { alertQuality, budgetPolicy } from "./error-budgets.ts";
import { coordinatedOmission, traceSampling } from "./measuring.ts";
import { cacheLoss, queueBound, retryAmplification } from "./overload.ts";
import { littlesLaw, pooling, utilisationKnee, varianceTax } from "./queueing.ts";
import { headSampling, leadTimeClock } from "./sampling.ts";
import { scalabilityCeiling } from "./scalability.ts";

/** Experiments of operations, in the order in which lists show them. */
export const operationsExperiments: readonly AnyExperiment[] = [
  utilisationKnee,
  pooling,
  varianceTax,
  littlesLaw,
  scalabilityCeiling,
  twoChoices,
  fanOutTail,
  hedging,
  retryAmplification,
  queueBound,
  cacheLoss,
  shuffleSharding,
  constantWork,
  leastPrivilege,
  batchSize,
  alertQuality,
  budgetPolicy,
  traceSampling,
  coordinatedOmission,
  headSampling,
  leadTimeClock,
];
