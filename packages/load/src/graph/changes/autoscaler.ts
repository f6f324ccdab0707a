import type { Microseconds } from "@fieldbook/kernel";
import type { Autoscaling } from "../declaration.ts";
import type { Instance } from "../services/instance.ts";
import type { Service } from "../services/service.ts";
import type { World } from "../world.ts";
import type { Failures } from "./failures.ts";
import type { InstanceChanges } from "./instance-changes.ts";

const starting = "starting";

/** Up, or about to be: an instance that is down serves nobody, and its place is filled. */
const isCounted = ({ isRetired, isDraining, isUp, downFor }: Instance): boolean =>
  !isRetired && !isDraining && (isUp || downFor.has(starting));

/**
 * Follows the utilisation: every so often it wants as many instances as would have been busy to the target. Those that are
 * down do not count. More serve after their start-up; fewer are drained, not before the cool-down since the last time.
 */
export class Autoscaler {
  readonly #world: World;
  readonly #service: Service;
  readonly #terms: Autoscaling;
  readonly #changes: InstanceChanges;
  readonly #failures: Failures;
  #busyBefore = 0;
  #lastDownAt: Microseconds = -Infinity;

  constructor(world: World, service: Service, changes: InstanceChanges, failures: Failures) {
    this.#world = world;
    this.#service = service;
    this.#terms = service.declaration.autoscaling!;
    this.#changes = changes;
    this.#failures = failures;
  }

  start(): void {
    this.#plan();
  }

  #plan(): void {
    this.#world.later(this.#world.now + this.#terms.every, () => {
      this.#look();
      this.#plan();
    });
  }

  #look(): void {
    const { min, max, target, every, coolDown } = this.#terms;
    const { use, serversPerInstance } = this.#service;
    use.moveTo(this.#world.now);
    const busy = (use.busyArea - this.#busyBefore) / every;
    this.#busyBefore = use.busyArea;
    const kept = this.#service.instances.filter(isCounted);
    const wanted = Math.min(max, Math.max(min, Math.ceil(busy / (serversPerInstance * target) - 1e-9)));
    if (wanted > kept.length) return this.#add(wanted - kept.length, kept.length);
    if (wanted === kept.length || this.#world.now - this.#lastDownAt < coolDown) return;
    this.#lastDownAt = this.#world.now;
    this.#remove(kept.slice(wanted), kept.length);
  }

  #add(count: number, from: number): void {
    const { name } = this.#service;
    this.#world.tell("scaling", name, `${name} grows from ${String(from)} to ${String(from + count)} instances.`);
    for (let added = 0; added < count; added += 1) {
      this.#service.use.moveTo(this.#world.now);
      const instance = this.#service.addInstance();
      instance.downFor.add(starting);
      this.#service.rotationChanged();
      this.#world.later(this.#world.now + this.#terms.startUp, () => {
        this.#changes.bringBack(instance, starting);
        this.#failures.watch(instance, 0);
      });
    }
  }

  /** The youngest go first. */
  #remove(instances: readonly Instance[], from: number): void {
    const { name } = this.#service;
    const left = from - instances.length;
    this.#world.tell("scaling", name, `${name} shrinks from ${String(from)} to ${String(left)} instances.`);
    for (const instance of instances) this.#changes.drain(instance);
  }
}
