/**
 * The kinds of lines in a run's trace, with what their numbers mean. Endpoints are indexes: nodes first, then clients.
 */
export const TraceKind = {
  /** a sender, b receiver, c message number */
  send: 1,
  /** a sender, b receiver, c message number */
  deliver: 2,
  /** the same; the label says why */
  drop: 3,
  /** the same: a second copy is on its way under message number c; b receiver */
  duplicate: 4,
  /** a node, c timer number */
  timer: 5,
  /** a node */
  start: 6,
  crash: 7,
  restart: 8,
  /** a index of the fault in the scenario: it begins; b node, or −1 */
  cut: 9,
  /** the same: it ends */
  heal: 10,
  /** a client, c operation number */
  call: 11,
  return: 12,
  timeout: 13,
  /** a node or client: an answer nobody waits for any more; c message number */
  stale: 14,
  /** a node */
  log: 15,
  mark: 16,
  /** a node: what it holds when the run is over */
  end: 17,
  /** a node: its disk answers question c */
  disk: 18,
  /** a node: an operator's command */
  operator: 19,
  /** a property was violated; the label says how */
  alarm: 20,
  /** the healed core has converged */
  settled: 21,
} as const;
