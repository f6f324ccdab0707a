import type { Microseconds } from "@fieldbook/kernel";
import type { ServiceRecord } from "../graph-run.ts";

const gauges = ["waiting", "busy", "inside", "servers", "instances"] as const;
type Gauge = (typeof gauges)[number];

const perGauge = (): Record<Gauge, number> => ({ waiting: 0, busy: 0, inside: 0, servers: 0, instances: 0 });

/** Places in the areas of what changes with every request. */
const waitingAt = 0;
const busyAt = 1;
const insideAt = 2;

/** USE of one service: how many wait, are served and could be, as areas over time. */
export class UseBook {
  waiting = 0;
  busy = 0;
  inside = 0;
  #servers = 0;
  #instances = 0;
  /** Areas since the slice began: of what changes often in an array, which is quicker; of capacity beside it. */
  readonly #often = new Float64Array(3);
  readonly #capacity = { servers: 0, instances: 0 };
  #capacityAt: Microseconds = 0;
  readonly #slices: Readonly<Record<Gauge, Float64Array>>;
  readonly #wasted: Float64Array;
  readonly #totals = perGauge();
  #busyBefore = 0;
  #since: Microseconds = 0;
  #now: Microseconds = 0;
  #sliceAt: Microseconds = 0;
  #slice = 0;
  #totalWasted = 0;
  #started = 0;
  #waited = 0;
  #left = 0;
  #sojourns = 0;
  #instanceTime = 0;
  /** Over the whole run, for Little's law. */
  insideArea = 0;
  sojourns = 0;
  entered = 0;
  left = 0;

  constructor(slices: number) {
    const column = (): Float64Array => new Float64Array(slices);
    this.#slices = { waiting: column(), busy: column(), inside: column(), servers: column(), instances: column() };
    this.#wasted = column();
  }

  /** Busy servers × µs since the start, up to the last `moveTo`. */
  get busyArea(): number {
    return this.#busyBefore + this.#often[busyAt]!;
  }

  /** Time goes on to `now`; to be called before any number changes. */
  moveTo(now: Microseconds): void {
    const passed = now - this.#now;
    if (passed === 0) return;
    const areas = this.#often;
    areas[waitingAt]! += passed * this.waiting;
    areas[busyAt]! += passed * this.busy;
    areas[insideAt]! += passed * this.inside;
    this.#now = now;
  }

  /** Instances come or go at the time of the last `moveTo`. */
  setCapacity(instances: number, servers: number): void {
    this.#moveCapacity();
    this.#instances = instances;
    this.#servers = servers;
  }

  #moveCapacity(): void {
    const passed = this.#now - this.#capacityAt;
    this.#capacity.servers += passed * this.#servers;
    this.#capacity.instances += passed * this.#instances;
    this.#capacityAt = this.#now;
  }

  /** One left the queue for a server. */
  started(wait: Microseconds): void {
    this.#started += 1;
    this.#waited += wait;
  }

  /** One that had been served left the queue again: it waits longer, and begins no second time. */
  startedAgain(wait: Microseconds): void {
    this.#waited += wait;
  }

  /** One left the service, in whatever way. */
  leaves(sojourn: Microseconds): void {
    this.left += 1;
    this.sojourns += sojourn;
    this.#left += 1;
    this.#sojourns += sojourn;
  }

  wastedOne(): void {
    this.#wasted[this.#slice]! += 1;
    this.#totalWasted += 1;
  }

  closeSlice(now: Microseconds): void {
    this.moveTo(now);
    this.#moveCapacity();
    const [waiting = 0, busy = 0, inside = 0] = this.#often;
    const areas = { waiting, busy, inside, ...this.#capacity };
    const length = now - this.#sliceAt;
    for (const gauge of gauges) {
      this.#slices[gauge][this.#slice] = length > 0 ? areas[gauge] / length : 0;
      this.#totals[gauge] += areas[gauge];
    }
    this.insideArea += inside;
    this.#busyBefore += busy;
    this.#instanceTime += areas.instances;
    this.#often.fill(0);
    this.#capacity.servers = 0;
    this.#capacity.instances = 0;
    this.#sliceAt = now;
    this.#slice += 1;
  }

  /** The warm-up is over: totals begin here. */
  restart(now: Microseconds): void {
    for (const gauge of gauges) this.#totals[gauge] = 0;
    this.#since = now;
    this.#totalWasted = 0;
    this.#started = 0;
    this.#waited = 0;
    this.#left = 0;
    this.#sojourns = 0;
    this.#instanceTime = 0;
  }

  record(end: Microseconds, costPerHour: number): Pick<ServiceRecord, "use" | "means"> {
    const length = end - this.#since;
    const mean = (gauge: Gauge): number => (length > 0 ? this.#totals[gauge] / length : 0);
    const { waiting, busy, servers, instances } = this.#slices;
    return {
      use: {
        waiting,
        busy,
        servers,
        instances,
        utilisation: busy.map((value, slice) => (servers[slice]! > 0 ? value / servers[slice]! : 0)),
        wasted: this.#wasted,
      },
      means: {
        inside: mean("inside"),
        waiting: mean("waiting"),
        busy: mean("busy"),
        utilisation: mean("servers") > 0 ? mean("busy") / mean("servers") : 0,
        wait: this.#waited / this.#started,
        sojourn: this.#sojourns / this.#left,
        wasted: this.#totalWasted,
        cost: (this.#instanceTime / 3_600_000_000) * costPerHour,
      },
    };
  }
}
