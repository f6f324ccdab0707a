import type { Microseconds } from "@fieldbook/kernel";
import { avalanche } from "@fieldbook/kernel";
import type { Caller } from "../clients/caller.ts";
import type { CallSite } from "../clients/call-site.ts";
import type { Client } from "../clients/client.ts";
import type { Credential } from "../declaration.ts";
import { noFailure } from "../observation/request-book.ts";
import type { Call } from "../records.ts";
import { origins } from "../records.ts";
import { graphStreams } from "../streams.ts";
import type { World } from "../world.ts";

/** One client's own copy of a credential. */
interface Held {
  readonly name: string;
  readonly terms: Credential;
  readonly client: Client;
  readonly site: CallSite;
  readonly number: number;
  renewals: number;
  isExpired: boolean;
}

/** Certificates and tokens: each client of a call that shows one holds its own, and renews it in time or not. */
export class Credentials {
  readonly #world: World;
  readonly #declared: Readonly<Record<string, Credential>>;
  readonly #stopped = new Set<string>();
  /** Renewals under way, by the number of their calls. */
  readonly #renewing = new Map<number, Held>();
  /** The calls to issuers, by the credential's name. */
  readonly issuerSites = new Map<string, CallSite>();
  /** Set once it is there. */
  caller!: Caller;

  constructor(world: World, declared: Readonly<Record<string, Credential>>) {
    this.#world = world;
    this.#declared = declared;
  }

  /** A client is new; it holds the credential that its call shows. */
  give(site: CallSite, client: Client, index: number): void {
    const name = site.terms.credential;
    const terms = name === undefined ? undefined : this.#declared[name];
    if (name === undefined || terms === undefined) return;
    const held: Held = { name, terms, client, site, number: index, renewals: 0, isExpired: false };
    const isTogether = terms.issued === "together" || this.#world.now > 0;
    const age = isTogether ? 0 : Math.floor(this.#draw(held) * terms.lifetime * terms.renewAt);
    this.#issued(held, this.#world.now - age);
  }

  #draw({ site, number, renewals }: Held): number {
    return this.#world.random.unit(graphStreams.credential, site.index, number, renewals);
  }

  #issued(held: Held, at: Microseconds): void {
    const { terms, client } = held;
    held.renewals += 1;
    client.credentialExpiresAt = at + terms.lifetime;
    const due = at + terms.lifetime * (terms.renewAt + (terms.jitter ?? 0) * this.#draw(held));
    this.#world.later(Math.round(Math.max(this.#world.now, due)), () => this.#renew(held));
    const { credentialExpiresAt } = client;
    this.#world.later(credentialExpiresAt, () => {
      if (client.credentialExpiresAt !== credentialExpiresAt) return;
      held.isExpired = true;
      this.#world.tell("credential", held.name, `${held.name} of ${placeOf(held)} has expired.`);
    });
  }

  #renew(held: Held): void {
    const site = this.issuerSites.get(held.name);
    if (this.#stopped.has(held.name)) return this.#retry(held);
    if (site === undefined) return this.#renewed(held);
    const call = this.#world.calls.take();
    call.origin = origins.renewal;
    call.source = undefined;
    call.parent = undefined;
    call.user = 0;
    call.fromZone = -1;
    call.key = avalanche(
      held.number ^ Math.imul(held.site.index + 1, 0x9e37_79b1) ^ Math.imul(held.renewals, 0x85eb_ca6b),
    );
    call.tenant = 0;
    call.priority = 0;
    call.item = 0;
    call.deadline = Infinity;
    call.weight = 1;
    call.isPoison = false;
    call.trace = 0;
    this.#renewing.set(call.id, held);
    this.caller.begin(call, site, 0);
  }

  /** A call to an issuer has ended. */
  renewalEnded(call: Readonly<Call>, failure: number): void {
    const held = this.#renewing.get(call.id)!;
    this.#renewing.delete(call.id);
    if (failure === noFailure) this.#renewed(held);
    else this.#retry(held);
  }

  #retry(held: Held): void {
    held.renewals += 1;
    this.#world.later(this.#world.now + held.terms.retryAfter, () => this.#renew(held));
  }

  #renewed(held: Held): void {
    if (held.isExpired) {
      held.isExpired = false;
      this.#world.tell("credential", held.name, `${placeOf(held)} has a new ${held.name}.`);
    }
    this.#issued(held, this.#world.now);
  }

  stop(name: string): void {
    this.#stopped.add(name);
  }

  resume(name: string): void {
    this.#stopped.delete(name);
  }
}

const placeOf = ({ site, number }: Held): string =>
  site.from.isSource ? site.from.name : `${site.from.name}-${String(number + 1)}`;
