/** Something in a system went wrong that is no matter of faults: a handler threw, an assertion failed, a message had no data. */
export class SimulationError extends Error {
  override readonly name = "SimulationError";
}
