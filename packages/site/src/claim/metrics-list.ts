import { metricText } from "@fieldbook/lab";
import type { MetricSpec } from "@fieldbook/lab";
import { words } from "../words/words.ts";
import { element, textElement } from "../figures/svg.ts";

type Figures = Readonly<Record<string, number>>;

/**
 * What was measured, a row a metric: in the run that is shown and, when there are any, on average over the campaign.
 *
 * @param specs the metrics to list, in their order; one that was not measured is left out
 */
export function metricsList(specs: Readonly<Record<string, MetricSpec>>, run: Figures, means: Figures = {}): string {
  const rows = Object.entries(specs).flatMap(([name, spec]) => {
    const here = run[name];
    const mean = means[name];
    const parts = [
      ...(here === undefined ? [] : [words.inThisRun(metricText(here, spec))]),
      ...(mean === undefined ? [] : [words.onAverage(metricText(mean, spec))]),
    ];
    if (parts.length === 0) return [];
    return [element("div", {}, `${textElement("dt", {}, spec.label)} ${textElement("dd", {}, parts.join(", "))}`)];
  });
  return rows.length === 0 ? "" : element("dl", { class: "claim-metrics" }, rows.join("\n"));
}
