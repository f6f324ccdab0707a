import { milliseconds, seconds } from "@fieldbook/kernel";
import type { Call, Service, ServiceGraph, Source } from "./declaration.ts";

/** Requests at random, `rate` a second. */
export const poisson = (rate: number): Source["arrivals"] => ({ kind: "poisson", rate });

/** Work of an exponential length, mean in ms. */
export const work = (mean: number): Service["steps"][number] => ({
  kind: "work",
  time: { kind: "exponential", mean: milliseconds(mean) },
});

/** Work that always takes as long, in ms. */
export const steadyWork = (length: number): Service["steps"][number] => ({
  kind: "work",
  time: { kind: "constant", value: milliseconds(length) },
});

const serviceOf = (more: Partial<Service> = {}): Service => ({
  instances: 1,
  concurrency: 1,
  steps: [work(10)],
  ...more,
});

/** Users call a service named "shop"; more services, and all else, as given. */
export function graphOf(
  shop: Partial<Service>,
  more: Partial<Omit<ServiceGraph, "services">> & {
    readonly calls?: Partial<Call>;
    readonly users?: Partial<Source>;
    readonly services?: Readonly<Record<string, Partial<Service>>>;
  } = {},
): ServiceGraph {
  const { calls, users, services = {}, ...rest } = more;
  return {
    name: "Shop",
    duration: seconds(100),
    sources: { users: { arrivals: poisson(50), calls: { to: "shop", ...calls }, ...users } },
    services: {
      shop: serviceOf(shop),
      ...Object.fromEntries(Object.entries(services).map(([name, service]) => [name, serviceOf(service)])),
    },
    ...rest,
  };
}
