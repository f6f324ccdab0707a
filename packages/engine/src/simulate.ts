import type { Scenario } from "./scenario.ts";
import type { Run, RunOptions } from "./run.ts";
import type { Body } from "./message.ts";
import { guarded } from "./guard.ts";
import { Simulation } from "./simulation.ts";

/**
 * Runs a scenario under a seed in virtual time. Pure: equal arguments give an equal run, hash for hash, on every engine.
 * While it runs, the time of day, chance and timers of the machine are out of reach for the nodes' code.
 *
 * @throws SimulationError when a handler throws or an assertion fails, naming node and time, and when a fault names what
 * the system does not have or ends before it begins
 */
export function simulate<State extends object, Requests extends Body, Replies extends Body, Config>(
  scenario: Scenario<State, Requests, Replies, Config>,
  seed: number,
  options: RunOptions = {},
): Run {
  return guarded(() => new Simulation(scenario, seed, options).run());
}
