import type { Microseconds } from "@fieldbook/kernel";
import { seconds } from "@fieldbook/kernel";
import { durationSampler } from "../durations/duration-sampler.ts";
import type { Instance } from "../services/instance.ts";
import type { Server } from "../services/server.ts";
import type { Service } from "../services/service.ts";
import { graphStreams } from "../streams.ts";
import type { World } from "../world.ts";
import type { InstanceChanges } from "./instance-changes.ts";

/** A poisoned instance of a service whose repairs are not declared is back after this. */
const restart: Microseconds = seconds(60);

const instancesOfAService = 100_000;

/** Instances fail and are repaired, each by itself. */
export class Failures {
  readonly #world: World;
  readonly #changes: InstanceChanges;

  constructor(world: World, server: Server, changes: InstanceChanges) {
    this.#world = world;
    this.#changes = changes;
    server.onPoison = (instance) => this.#fail(instance, 0, "poison");
  }

  start(service: Service): void {
    if (service.declaration.failure === undefined) return;
    for (const instance of service.instances) this.watch(instance, 0);
  }

  /** Plans the k-th failure of an instance. */
  watch(instance: Instance, k: number): void {
    const { failure } = instance.service.declaration;
    if (failure === undefined) return;
    const at = this.#world.now + this.#draw(failure.timeToFailure, instance, graphStreams.timeToFailure, k);
    this.#world.later(at, () => {
      // One that is away is looked at again as if it had just begun.
      if (instance.isUp) this.#fail(instance, k, "failure");
      else if (!instance.isRetired) this.watch(instance, k + 1);
    });
  }

  #fail(instance: Instance, k: number, reason: "failure" | "poison"): void {
    const { failure } = instance.service.declaration;
    const away =
      failure === undefined ? restart : this.#draw(failure.timeToRepair, instance, graphStreams.timeToRepair, k);
    const why = reason === "poison" ? " because of a request" : "";
    this.#world.tell("failure", instance.service.name, `${instance.place} fails${why}.`);
    this.#changes.takeDown(instance, reason);
    this.#world.later(this.#world.now + away, () => {
      this.#changes.bringBack(instance, reason);
      this.#world.tell("repair", instance.service.name, `${instance.place} is back.`);
      if (reason === "failure") this.watch(instance, k + 1);
    });
  }

  #draw(
    distribution: Parameters<typeof durationSampler>[0],
    instance: Instance,
    stream: number,
    k: number,
  ): Microseconds {
    const id = instance.service.index * instancesOfAService + instance.number;
    return durationSampler(distribution, this.#world.random, stream, id).draw(k);
  }
}
