import type { Credential, Incident, Rollout, Zone, ZoneLink } from "../graph/declaration.ts";
import { listOf, pairOf } from "./collections.ts";
import { object, optional, required, standard } from "./fields.ts";
import { kinds } from "./kinds.ts";
import { count, duration, nameOf, number, share, text, truth, word } from "./quantities.ts";
import { distribution } from "./read-distribution.ts";

export const zone = object<Zone>({
  name: "a zone",
  fields: { region: optional(text(60), "The region that it belongs to.", "none") },
  short: "region",
});

export const zoneLink = object<ZoneLink>({
  name: "a link",
  fields: {
    from: required(nameOf("zone"), "The zone at one end."),
    to: required(nameOf("zone"), "The zone at the other end."),
    latency: required(distribution, "Travel of one message, one way."),
  },
});

export const credential = object<Credential>({
  name: "a credential",
  fields: {
    lifetime: required(duration(1), "From its issue to its expiry."),
    renewAt: required(share("above 0"), "Renewal is due after this share of the lifetime ..."),
    jitter: optional(share(), "... spread by up to this share of the lifetime.", "0 %"),
    retryAfter: required(duration(1), "A failed renewal is tried again after this."),
    issuer: optional(nameOf("service"), "The service that issues it.", "renewal succeeds unless an incident stops it"),
    issued: optional(
      word(["spread", "together"]),
      "Ages at the start: spread over the lifetime, or all new.",
      "spread",
    ),
  },
});

const shared = {
  at: required(duration(), "When it begins."),
  until: required(duration(), "When it ends; `for` with a length may stand in its place."),
  says: optional(text(200), "What it is called in the record.", "made from its kind"),
} as const;

const ofService = required(nameOf("service"), "Which service.");
const someInstances = optional(count(1, 100_000), "How many of its instances.", "all");

export const incidentKinds = kinds<Incident>({
  name: "an incident",
  variants: {
    slow: {
      says: "Work takes longer.",
      fields: {
        ...shared,
        service: ofService,
        factor: required(number(0.001, 1_000_000), "How many times as long."),
        instances: someInstances,
      },
      main: "service",
      example: "{ slow: database, factor: 5, at: 2 min, for: 30 s }",
    },
    down: {
      says: "Instances are gone; what they were doing is lost.",
      fields: { ...shared, service: ofService, instances: someInstances },
      main: "service",
      example: "{ down: database, at: 2 min, for: 30 s }",
    },
    "zone-down": {
      says: "All instances of a zone are gone.",
      fields: { ...shared, zone: required(nameOf("zone"), "Which zone.") },
      main: "zone",
      example: "{ zone-down: eu-a, at: 2 min, for: 5 min }",
    },
    errors: {
      says: "A share of the requests ends in errors.",
      fields: { ...shared, service: ofService, share: required(share(), "How many."), instances: someInstances },
      main: "service",
      example: "{ errors: database, share: 20 %, at: 2 min, for: 30 s }",
    },
    traffic: {
      says: "A source sends more or fewer requests.",
      fields: {
        ...shared,
        source: required(nameOf("source"), "Which source."),
        factor: required(number(0, 1_000_000), "How many times as many."),
      },
      main: "source",
      example: "{ traffic: shoppers, factor: 3, at: 2 min, for: 30 s }",
    },
    partition: {
      says: "Calls between two services or zones are lost, both ways.",
      fields: { ...shared, between: required(pairOf(nameOf("service", "zone")), "The two sides.") },
      main: "between",
      example: "{ partition: [shop, database], at: 2 min, for: 30 s }",
    },
    latency: {
      says: "Messages to and from a service take longer.",
      fields: { ...shared, service: ofService, added: required(distribution, "How much longer, one way.") },
      main: "service",
      example: "{ latency: database, added: 50 ms, at: 2 min, for: 30 s }",
    },
    "cache-flush": {
      says: "Caches in front of a service are emptied at once.",
      fields: { ...shared, service: ofService },
      main: "service",
      example: "{ cache-flush: database, at: 2 min }",
    },
    "issuer-down": {
      says: "A credential can not be renewed.",
      fields: { ...shared, credential: required(nameOf("credential"), "Which credential.") },
      main: "credential",
      example: "{ issuer-down: token, at: 2 min, for: 10 min }",
    },
  },
});

const defect = object<NonNullable<Rollout["defect"]>>({
  name: "a defect",
  fields: {
    errorShare: optional(share(), "Share of requests that end in an error.", "0 %"),
    slowdown: optional(number(0.001, 1_000_000), "Work takes this many times as long.", "1"),
  },
});

const gate = object<NonNullable<Rollout["gate"]>>({
  name: "a gate",
  fields: {
    errorShare: required(share(), "Halts when the new instances' share of errors is above this."),
    minimum: required(count(1), "Judges from so many requests on."),
    rollBack: standard(truth, "Whether the old version comes back.", true, "true"),
  },
});

export const rollout = object<Rollout>({
  name: "a rollout",
  fields: {
    service: required(nameOf("service"), "Which service."),
    what: required(word(["version", "configuration"]), "A configuration reaches instances without a restart."),
    at: required(duration(), "When the first wave begins."),
    waves: required(
      listOf(share("above 0")),
      "Share of the instances that have it after each wave; the last is 100 %.",
    ),
    bake: required(duration(), "Watched after each wave before the next."),
    restart: optional(duration(), "An instance is away so long for its restart.", "no time"),
    defect: optional(defect, "What is wrong with it.", "nothing"),
    gate: optional(gate, "What halts it.", "nothing halts it"),
  },
});
