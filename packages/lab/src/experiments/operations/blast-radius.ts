import { keyedRandom, RunningHash } from "@fieldbook/kernel";
import type { KeyedRandom } from "@fieldbook/kernel";
import { defineExperiment } from "../../experiment.ts";
import type { ValuesOf } from "../../parameters.ts";
import { pointsOf } from "./curve-figure.ts";

const streams = { shard: 1, grant: 2, used: 3 } as const;

const shardParameters = {
  instances: {
    kind: "integer",
    label: "instances",
    unit: "",
    min: 2,
    max: 100,
    default: 8,
    help: "How many there are for all.",
  },
  shard: {
    kind: "integer",
    label: "instances of a tenant",
    unit: "",
    min: 1,
    max: 20,
    default: 2,
    help: "As many as there are: every tenant uses all.",
  },
  tenants: {
    kind: "integer",
    label: "tenants",
    unit: "",
    min: 10,
    max: 5_000,
    step: 100,
    default: 1_000,
    help: "One of them sends what brings an instance down.",
  },
} as const;
type ShardValues = ValuesOf<typeof shardParameters>;

/** A set of instances for a tenant, each as likely. */
function shardOf({ instances, shard }: ShardValues, random: KeyedRandom, tenant: number): ReadonlySet<number> {
  const all = Array.from({ length: instances }, (_, index) => index);
  for (let place = 0; place < shard; place += 1) {
    const drawn = place + random.below(instances - place, streams.shard, tenant, place);
    [all[place], all[drawn]] = [all[drawn]!, all[place]!];
  }
  return new Set(all.slice(0, shard));
}

/** n over k. */
const choose = (n: number, k: number): number => {
  let result = 1;
  for (let index = 1; index <= k; index += 1) result = (result * (n - k + index)) / index;
  return result;
};

function shardRun(
  values: ShardValues,
  seed: number,
): { readonly harmed: number; readonly touched: number; readonly hash: string } {
  const random = keyedRandom(seed);
  const down = shardOf(values, random, 0);
  const hash = new RunningHash();
  let harmed = 0;
  let touched = 0;
  for (let tenant = 1; tenant < values.tenants; tenant += 1) {
    const own = shardOf(values, random, tenant);
    const lost = [...own].filter((instance) => down.has(instance)).length;
    hash.add(lost);
    if (lost === own.size) harmed += 1;
    else if (lost > 0) touched += 1;
  }
  const others = values.tenants - 1;
  return { harmed: (harmed / others) * 100, touched: (touched / others) * 100, hash: hash.digest() };
}

/** Experiment 14: one tenant's poison and how many lose everything by it. */
export const shuffleSharding = defineExperiment({
  id: "shuffle-sharding",
  title: "Shuffle sharding",
  summary:
    "Each tenant is served by a few instances of its own, drawn once. One tenant's requests bring down every instance that serves them.",
  leavesOut:
    "Instances stay down. A tenant that has one instance left is counted as served, as if it retried and the one could carry the load.",
  parameters: shardParameters,
  properties: {},
  metrics: {
    harmed: { label: "other tenants that lose all instances", unit: "%", digits: 2 },
    touched: { label: "other tenants that lose some", unit: "%", digits: 1 },
  },
  validate: ({ instances, shard }) =>
    shard > instances ? `A tenant can not have ${String(shard)} of ${String(instances)} instances.` : undefined,
  run(values, seed) {
    const { harmed, touched, hash } = shardRun(values, seed);
    return { verdicts: {}, metrics: { harmed, touched }, traceHash: hash, events: values.tenants };
  },
  picture(values, seed, against) {
    const { harmed, touched } = shardRun(values, seed);
    const share = (shard: number): number => 100 / choose(values.instances, shard);
    return {
      kind: "curve",
      title: "Tenants that lose all, by the size of a shard",
      x: { label: "instances of a tenant", unit: "" },
      y: { label: "lose all", unit: "%", scale: "linear" },
      series: [
        { label: "1 / C(n, k)", role: "reference", points: pointsOf(1, values.instances, share) },
        ...(against === undefined
          ? []
          : [
              {
                label: against.name,
                role: "control" as const,
                points: [{ x: against.values.shard, y: shardRun(against.values, seed).harmed }],
              },
            ]),
        { label: "this run", role: "run", points: [{ x: values.shard, y: harmed }] },
      ],
      here: values.shard,
      says: `${harmed.toFixed(2)} % of the other tenants lose all their instances, ${touched.toFixed(1)} % lose some.`,
    };
  },
});

const grantParameters = {
  services: {
    kind: "integer",
    label: "services",
    unit: "",
    min: 5,
    max: 300,
    step: 5,
    default: 100,
    help: "Each has its own identity.",
  },
  grants: {
    kind: "integer",
    label: "grants of each",
    unit: "",
    min: 1,
    max: 20,
    default: 4,
    help: "How many others each may act on.",
  },
  usedPercent: {
    kind: "integer",
    label: "grants in use",
    unit: "%",
    min: 0,
    max: 100,
    step: 5,
    default: 20,
    help: "The others were given and are never used.",
  },
  least: {
    kind: "flag",
    label: "only grants in use",
    default: true,
    help: "Least privilege: what is not used is taken away.",
  },
} as const;
type GrantValues = ValuesOf<typeof grantParameters>;

/** How many others each service reaches over grants, itself not counted, by a search from each. O(services × grants). */
function reaches({ services, grants, usedPercent, least }: GrantValues, seed: number): readonly number[] {
  const random = keyedRandom(seed);
  const edges = Array.from({ length: services }, (_, from) =>
    Array.from({ length: grants }, (_grant, index) => ({
      to: (from + 1 + random.below(services - 1, streams.grant, from, index)) % services,
      isUsed: random.below(100, streams.used, from, index) < usedPercent,
    }))
      .filter(({ isUsed }) => isUsed || !least)
      .map(({ to }) => to),
  );
  return edges.map((_, start) => {
    const seen = new Set([start]);
    const next = [start];
    for (let at = next.pop(); at !== undefined; at = next.pop()) {
      for (const to of edges[at]!) {
        if (seen.has(to)) continue;
        seen.add(to);
        next.push(to);
      }
    }
    return seen.size - 1;
  });
}

/** Experiment 23: what one stolen identity reaches. */
export const leastPrivilege = defineExperiment({
  id: "least-privilege",
  title: "The reach of a stolen identity",
  summary:
    "Services hold grants on each other, drawn at random; some are in use, the others were given once and forgotten. Who steals the identity of one reaches all that its grants lead to, step by step.",
  leavesOut:
    "All grants are alike, and each can be used to take over what it leads to. Real grants have kinds, and real graphs have hubs, which make both sides worse.",
  parameters: grantParameters,
  properties: { contained: { says: "A stolen identity reaches on average at most a tenth of the others." } },
  metrics: { reach: { label: "others reached on average", unit: "%", digits: 1 } },
  run(values, seed) {
    const found = reaches(values, seed);
    const hash = new RunningHash();
    for (const count of found) hash.add(count);
    const reach = meanReach(values, found);
    const says = `A stolen identity reaches ${reach.toFixed(1)} % of the others on average, ${String(Math.max(...found))} of ${String(values.services - 1)} at most.`;
    return {
      verdicts: { contained: { verdict: reach <= 10 ? "holds" : "violated", says } },
      metrics: { reach },
      traceHash: hash.digest(),
      events: values.services,
    };
  },
  picture(values, seed, against) {
    const sorted = (of: GrantValues): readonly { readonly x: number; readonly y: number }[] =>
      reaches(of, seed)
        .toSorted((one, other) => other - one)
        .map((count, index) => ({ x: index + 1, y: count }));
    const reach = meanReach(values, reaches(values, seed));
    return {
      kind: "curve",
      title: "What each identity reaches, the most dangerous first",
      x: { label: "services, by reach", unit: "" },
      y: { label: "others reached", unit: "", scale: "linear" },
      series: [
        ...(against === undefined
          ? []
          : [{ label: against.name, role: "control" as const, points: sorted(against.values) }]),
        { label: "this run", role: "run", points: sorted(values) },
      ],
      says: `A stolen identity reaches ${reach.toFixed(1)} % of the others on average.`,
    };
  },
});

const meanReach = ({ services }: GrantValues, found: readonly number[]): number =>
  (found.reduce((sum, count) => sum + count, 0) / found.length / (services - 1)) * 100;
