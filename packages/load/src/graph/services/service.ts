import type { KeyedRandom } from "@fieldbook/kernel";
import type { Balancer } from "../clients/balancer.ts";
import { balancerFor } from "../clients/balancer.ts";
import type { Cache } from "../clients/cache.ts";
import type { CallSite } from "../clients/call-site.ts";
import type { Service as ServiceDeclaration } from "../declaration.ts";
import type { DurationSampler } from "../durations/duration-sampler.ts";
import { RequestBook } from "../observation/request-book.ts";
import { UseBook } from "../observation/use-book.ts";
import { Instance } from "./instance.ts";
import { ProcessorSharing } from "./processor-sharing.ts";

/** What serving a request takes: work, or calls made at once of which some must answer. */
export type StepPlan =
  | { readonly work: DurationSampler }
  | { readonly work: undefined; readonly sites: readonly CallSite[]; readonly needed: number };

/** A service of the graph, made ready to run. */
export class Service {
  readonly index: number;
  readonly name: string;
  readonly declaration: ServiceDeclaration;
  readonly book: RequestBook;
  readonly use: UseBook;
  readonly instances: Instance[] = [];
  /** Set once all services are there. */
  steps: readonly StepPlan[] = [];
  readonly isSharing: boolean;
  /** Of one instance. */
  readonly concurrency: number;
  readonly bound: number;
  readonly holdsServer: boolean;
  readonly dropsExpired: boolean;
  readonly errorShare: number;
  readonly #random: KeyedRandom;
  /** The numbers of the zones over which instances are dealt. */
  readonly #zones: readonly number[];
  readonly #balancers: Balancer[] = [];
  /** Those in front of it. */
  readonly caches: Cache[] = [];
  #rotation: readonly Instance[] = [];
  readonly #rotationByZone = new Map<number, readonly Instance[]>();
  /** Mean work of a request, µs, where work is all that it takes. */
  meanWork = 0;

  constructor(parts: {
    readonly index: number;
    readonly name: string;
    readonly declaration: ServiceDeclaration;
    readonly zones: readonly number[];
    readonly slices: number;
    readonly random: KeyedRandom;
  }) {
    const { declaration } = parts;
    this.index = parts.index;
    this.name = parts.name;
    this.declaration = declaration;
    this.book = new RequestBook(parts.slices);
    this.use = new UseBook(parts.slices);
    this.isSharing = declaration.concurrency === "processor-sharing";
    this.concurrency = declaration.concurrency === "processor-sharing" ? Infinity : declaration.concurrency;
    this.bound = declaration.queue?.bound ?? Infinity;
    this.holdsServer = declaration.holdsServer ?? true;
    this.dropsExpired = declaration.dropsExpired ?? false;
    this.errorShare = declaration.errorShare ?? 0;
    this.#random = parts.random;
    this.#zones = parts.zones;
    for (let number = 0; number < declaration.instances; number += 1) this.addInstance();
  }

  /** Servers of one instance as they are counted for utilisation. */
  get serversPerInstance(): number {
    return this.isSharing ? 1 : this.concurrency;
  }

  addInstance(): Instance {
    const number = this.instances.length;
    const instance = new Instance({
      service: this,
      number,
      zone: this.#zones.length === 0 ? -1 : this.#zones[number % this.#zones.length]!,
      order: this.declaration.queue?.order,
      sharing: this.isSharing ? new ProcessorSharing() : undefined,
    });
    this.instances.push(instance);
    this.rotationChanged();
    return instance;
  }

  /** Instances came, went, or changed their state. The use book must have been moved to now. */
  rotationChanged(): void {
    this.#rotation = this.instances.filter((instance) => instance.isInRotation);
    this.#rotationByZone.clear();
    const up = this.instances.filter((instance) => instance.isUp).length;
    this.use.setCapacity(up, up * this.serversPerInstance);
  }

  /** Who may be chosen by a caller that keeps to a zone (−1 for none): when nobody is up there, anyone. */
  candidates(zone: number): readonly Instance[] {
    if (zone < 0) return this.#rotation;
    let near = this.#rotationByZone.get(zone);
    if (near === undefined) {
      near = this.#rotation.filter((instance) => instance.zone === zone);
      if (near.length === 0) near = this.#rotation;
      this.#rotationByZone.set(zone, near);
    }
    return near;
  }

  balancerOf(site: CallSite): Balancer {
    return (this.#balancers[site.index] ??= balancerFor(site.terms.balance, this, site.index, this.#random));
  }
}
