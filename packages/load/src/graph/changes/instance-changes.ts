import type { Server } from "../services/server.ts";
import type { Instance } from "../services/instance.ts";
import type { World } from "../world.ts";

/** Takes instances down and brings them back. An instance may be down for several reasons at once. */
export class InstanceChanges {
  readonly #world: World;
  readonly #server: Server;
  readonly #onUp: ((instance: Instance) => void)[] = [];

  constructor(world: World, server: Server) {
    this.#world = world;
    this.#server = server;
  }

  /** Be told when an instance comes back. */
  whenUp(tell: (instance: Instance) => void): void {
    this.#onUp.push(tell);
  }

  /** What it was doing is lost. */
  takeDown(instance: Instance, reason: string): void {
    const wasUp = instance.isUp;
    instance.downFor.add(reason);
    if (wasUp) this.#changed(instance, true);
  }

  bringBack(instance: Instance, reason: string): void {
    const wasUp = instance.isUp;
    instance.downFor.delete(reason);
    if (wasUp || !instance.isUp) return;
    this.#changed(instance, false);
    for (const tell of this.#onUp) tell(instance);
  }

  /** No new work from now on. */
  drain(instance: Instance): void {
    instance.isDraining = true;
    this.#changed(instance, false);
    if (instance.inside === 0) this.#server.onDrained(instance);
  }

  undrain(instance: Instance): void {
    instance.isDraining = false;
    this.#changed(instance, false);
  }

  /** Taken away for good. */
  retire(instance: Instance): void {
    instance.isRetired = true;
    this.#changed(instance, false);
  }

  #changed(instance: Instance, losesAll: boolean): void {
    const { service } = instance;
    service.use.moveTo(this.#world.now);
    service.rotationChanged();
    if (losesAll) this.#server.loseAll(instance);
  }
}
