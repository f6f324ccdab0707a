/**
 * The steady state of a queue. Times are in the unit of the mean time of service, rates per that unit. The means are tied
 * by Little's law, L = λW: Little, "A Proof for the Queuing Formula: L = λW", Operations Research 9 (1961).
 */
export interface QueueFigures {
  /** ρ, the share of the servers that are busy. */
  readonly utilisation: number;
  /** The share of those served that have to wait. */
  readonly waitingShare: number;
  /** Wq, the mean time in the queue of all that are served; those that do not wait count as 0. */
  readonly meanWait: number;
  /** W, the mean time from arrival to departure. */
  readonly meanSojourn: number;
  /** Lq, the mean number in the queue. */
  readonly meanWaiting: number;
  /** L, the mean number in queue and service. */
  readonly meanInside: number;
}

/** All means from the mean wait, by Little's law. */
export function figuresOf(
  arrivalRate: number,
  meanService: number,
  servers: number,
  waitingShare: number,
  meanWait: number,
): QueueFigures {
  const meanSojourn = meanWait + meanService;
  return {
    utilisation: (arrivalRate * meanService) / servers,
    waitingShare,
    meanWait,
    meanSojourn,
    meanWaiting: arrivalRate * meanWait,
    meanInside: arrivalRate * meanSojourn,
  };
}
