import type { KeyedRandom } from "@fieldbook/kernel";
import type { Call as CallDeclaration } from "../declaration.ts";
import type { DurationSampler } from "../durations/duration-sampler.ts";
import { durationSampler } from "../durations/duration-sampler.ts";
import type { CallRecord } from "../graph-run.ts";
import { failures } from "../graph-run.ts";
import { failureCounts } from "../observation/request-book.ts";
import type { Service } from "../services/service.ts";
import { graphStreams } from "../streams.ts";
import { Cache } from "./cache.ts";
import { Client } from "./client.ts";

/** Who makes a call: a source, or a service with its instances. */
export interface CallerPlace {
  readonly name: string;
  /** Of a source: the zone that its clients keep to, −1 for none. */
  readonly zone: number;
  readonly isSource: boolean;
}

/** One place in the graph from which one service calls another, with what its clients remember. */
export class CallSite {
  readonly index: number;
  readonly path: string;
  readonly from: CallerPlace;
  readonly to: Service;
  readonly terms: CallDeclaration;
  readonly networkOut: DurationSampler | undefined;
  readonly networkBack: DurationSampler | undefined;
  readonly cache: Cache | undefined;
  readonly clients: Client[] = [];
  readonly #onClient: ((client: Client, index: number) => void) | undefined;

  calls = 0;
  successes = 0;
  readonly failures = new Float64Array(failures.length);
  attempts = 0;
  retries = 0;
  hedges = 0;
  withoutBudget = 0;

  constructor(parts: {
    readonly index: number;
    readonly path: string;
    readonly from: CallerPlace;
    readonly to: Service;
    readonly terms: CallDeclaration;
    readonly random: KeyedRandom;
    /** The number of different keys that sources ask about. */
    readonly items: number;
    readonly onClient?: ((client: Client, index: number) => void) | undefined;
  }) {
    const { index, terms, random } = parts;
    this.index = index;
    this.path = parts.path;
    this.from = parts.from;
    this.to = parts.to;
    this.terms = terms;
    const { network } = terms;
    const isInstant = network === undefined || (network.kind === "constant" && network.value === 0);
    this.networkOut = isInstant ? undefined : durationSampler(network, random, graphStreams.networkOut, index);
    this.networkBack = isInstant ? undefined : durationSampler(network, random, graphStreams.networkBack, index);
    this.cache = terms.cache === undefined ? undefined : new Cache(terms.cache, random, index, parts.items);
    this.#onClient = parts.onClient;
  }

  /** @param index the caller's instance; 0 for a source */
  client(index: number): Client {
    return this.clients[index] ?? this.#newClient(index);
  }

  #newClient(index: number): Client {
    const client = new Client(this.terms);
    this.clients[index] = client;
    this.#onClient?.(client, index);
    return client;
  }

  /** The warm-up is over: totals begin here. */
  restart(): void {
    this.calls = 0;
    this.successes = 0;
    this.failures.fill(0);
    this.attempts = 0;
    this.retries = 0;
    this.hedges = 0;
    this.withoutBudget = 0;
    this.cache?.restart();
  }

  record(): CallRecord {
    return {
      path: this.path,
      from: this.from.name,
      to: this.to.name,
      calls: this.calls,
      successes: this.successes,
      failures: failureCounts(this.failures),
      attempts: this.attempts,
      retries: this.retries,
      hedges: this.hedges,
      withoutBudget: this.withoutBudget,
      cacheHits: this.cache?.hits ?? 0,
      staleHits: this.cache?.staleHits ?? 0,
      cacheMisses: this.cache?.misses ?? 0,
      joined: this.cache?.joined ?? 0,
      breakerOpened: this.clients.reduce((sum, client) => sum + (client.breaker?.opened ?? 0), 0),
    };
  }
}
