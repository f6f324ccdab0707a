import type { Rollout } from "../declaration.ts";
import type { Instance } from "../services/instance.ts";
import type { Service } from "../services/service.ts";
import type { World } from "../world.ts";
import type { InstanceChanges } from "./instance-changes.ts";

/** How often a gate looks while a wave bakes. */
const looks = 10;
const restarting = "restart";

/** A new version or configuration that reaches the instances in waves, each watched before the next. */
export class RolloutRun {
  readonly #world: World;
  readonly #service: Service;
  readonly #rollout: Rollout;
  readonly #changes: InstanceChanges;
  readonly #defectShare: number;
  /** Those that have it, or are on their way to it. */
  readonly #reached = new Set<Instance>();
  /** What is done once an instance is empty. */
  readonly #onEmpty = new Map<Instance, () => void>();
  #isHalted = false;

  constructor(world: World, service: Service, rollout: Rollout, changes: InstanceChanges) {
    this.#world = world;
    this.#service = service;
    this.#rollout = rollout;
    this.#changes = changes;
    this.#defectShare = rollout.defect?.errorShare ?? 0;
  }

  start(): void {
    this.#world.later(this.#rollout.at, () => this.#wave(0));
  }

  /** An instance of the service has finished all that it had. @returns whether that was for this rollout */
  drained(instance: Instance): boolean {
    const goOn = this.#onEmpty.get(instance);
    if (goOn === undefined) return false;
    this.#onEmpty.delete(instance);
    goOn();
    return true;
  }

  #wave(index: number): void {
    const { waves, bake, what } = this.#rollout;
    const all = this.#service.instances.filter((instance) => !instance.isRetired);
    const wanted = Math.ceil(waves[index]! * all.length - 1e-9);
    const more = all.filter((instance) => !this.#reached.has(instance)).slice(0, wanted - this.#reached.size);
    const { name } = this.#service;
    const progress = `${String(this.#reached.size + more.length)} of ${String(all.length)} instances`;
    this.#world.tell("rollout", name, `Wave ${String(index + 1)}: the new ${what} reaches ${progress} of ${name}.`);
    for (const instance of more) {
      this.#reached.add(instance);
      instance.newServed = 0;
      instance.newErrors = 0;
      this.#change(instance, () => this.#take(instance));
    }
    for (let look = 1; look <= looks; look += 1) {
      this.#world.later(this.#world.now + Math.round((bake * look) / looks), () => this.#look(index, look === looks));
    }
  }

  #look(wave: number, isLast: boolean): void {
    if (this.#isHalted) return;
    const { gate, waves } = this.#rollout;
    let served = 0;
    let errors = 0;
    for (const { newServed, newErrors } of this.#reached) {
      served += newServed;
      errors += newErrors;
    }
    if (gate !== undefined && served >= gate.minimum && errors / served > gate.errorShare)
      return this.#halt(errors, served);
    if (isLast && wave + 1 < waves.length) this.#wave(wave + 1);
  }

  #halt(errors: number, served: number): void {
    this.#isHalted = true;
    const { name } = this.#service;
    const rollsBack = this.#rollout.gate?.rollBack === true;
    const done = rollsBack ? "halted and taken back" : "halted";
    const seen = `${String(errors)} of ${String(served)} requests failed`;
    this.#world.tell("rollout", name, `The rollout to ${name} is ${done}: ${seen} on the new instances.`);
    if (!rollsBack) return;
    for (const instance of this.#reached) this.#change(instance, () => this.#takeBack(instance));
  }

  /** A version needs an empty instance and a restart, a configuration neither. */
  #change(instance: Instance, then: () => void): void {
    const { what, restart = 0 } = this.#rollout;
    if (what === "configuration" || !instance.isUp) return then();
    this.#onEmpty.set(instance, () => {
      this.#changes.takeDown(instance, restarting);
      this.#world.later(this.#world.now + restart, () => {
        then();
        instance.isDraining = false;
        this.#changes.bringBack(instance, restarting);
      });
    });
    this.#changes.drain(instance);
  }

  #take(instance: Instance): void {
    if (instance.isNew) return;
    instance.isNew = true;
    const { errorShare, slowdown } = this.#rollout.defect ?? {};
    if (errorShare !== undefined) instance.errorShares = [...instance.errorShares, this.#defectShare];
    if (slowdown !== undefined) instance.slowness *= slowdown;
  }

  #takeBack(instance: Instance): void {
    if (!instance.isNew) return;
    instance.isNew = false;
    const { errorShare, slowdown } = this.#rollout.defect ?? {};
    if (errorShare !== undefined) {
      const at = instance.errorShares.indexOf(this.#defectShare);
      instance.errorShares = instance.errorShares.filter((_, index) => index !== at);
    }
    if (slowdown !== undefined) instance.slowness /= slowdown;
  }
}
