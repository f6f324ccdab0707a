import type { Arrivals, Source } from "../declaration.ts";
import { checkCall } from "./check-call.ts";
import type { Checking } from "./checking.ts";

export function checkSource(checking: Checking, path: string, source: Source): void {
  checkArrivals(checking, `${path}.arrivals`, source.arrivals);
  checkCall(checking, `${path}.calls`, source.calls);
  checking.duration(`${path}.deadline`, source.deadline, "above 0");
  checking.count(`${path}.keys.count`, source.keys?.count);
  checking.positive(`${path}.keys.skew`, source.keys?.skew, "or 0");
  checking.count(`${path}.tenants`, source.tenants);
  source.unusualTenants?.forEach(({ tenant, weight }, index) => {
    const place = `${path}.unusualTenants[${String(index)}]`;
    checking.count(`${place}.tenant`, tenant, 0);
    checking.positive(`${place}.weight`, weight);
    const tenants = source.tenants ?? 1;
    if (tenant < tenants) return;
    const says = `There are ${String(tenants)} tenants, numbered from 0; got ${String(tenant)}.`;
    checking.refuse(`${place}.tenant`, says, `Write a smaller number, or raise ${path}.tenants.`);
  });
  source.priorities?.forEach(({ priority }, index) =>
    checking.count(`${path}.priorities[${String(index)}].priority`, priority, 0),
  );
  if (source.priorities !== undefined) {
    checking.sharesOfAll(
      `${path}.priorities`,
      source.priorities.map(({ share }) => share),
    );
  }
  if (source.zone !== undefined) checking.name(`${path}.zone`, source.zone, "zones");
}

function checkArrivals(checking: Checking, path: string, arrivals: Arrivals): void {
  if (!checking.kind(path, arrivals, ["poisson", "constant", "trace", "bursts", "daily", "closed"])) return;
  switch (arrivals.kind) {
    case "poisson":
    case "constant":
      return checking.positive(`${path}.rate`, arrivals.rate);
    case "trace": {
      arrivals.times.forEach((time, index) => checking.duration(`${path}.times[${String(index)}]`, time));
      const late = arrivals.times.findIndex((time, index) => index > 0 && time < arrivals.times[index - 1]!);
      if (late < 0) return;
      return checking.refuse(`${path}.times[${String(late)}]`, "Times ascend.", "Put them in order.");
    }
    case "bursts":
      checking.positive(`${path}.rate`, arrivals.rate, "or 0");
      checking.positive(`${path}.burstRate`, arrivals.burstRate);
      checking.duration(`${path}.period`, arrivals.period, "above 0");
      checking.duration(`${path}.length`, arrivals.length, "above 0");
      if (arrivals.length <= arrivals.period) return;
      return checking.refuse(`${path}.length`, "A burst is longer than its period.", "Shorten it.");
    case "daily":
      checking.positive(`${path}.mean`, arrivals.mean);
      checking.share(`${path}.swing`, arrivals.swing);
      checking.duration(`${path}.period`, arrivals.period, "above 0");
      return checking.duration(`${path}.peakAt`, arrivals.peakAt);
    case "closed":
      checking.count(`${path}.users`, arrivals.users);
      return checking.distribution(`${path}.think`, arrivals.think);
  }
}
