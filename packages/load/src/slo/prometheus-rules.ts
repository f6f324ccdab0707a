import type { AlertTimeline, BurnAlert } from "./burn-alerts.ts";
import { thresholdText } from "./burn-alerts.ts";
import type { Objective } from "./objective.ts";
import { checkObjective } from "./objective.ts";
import type { CounterSamples } from "./records.ts";

/** Names of the counters that the rules read; each may have any labels. */
export interface CounterNames {
  readonly total: string;
  readonly bad: string;
}

/** Minutes as Prometheus writes them. */
const minutesText = (minutes: number): string => `${String(minutes)}m`;

const windowsOf = (alerts: readonly BurnAlert[]): readonly number[] =>
  [...new Set(alerts.flatMap(({ long, short }) => [short, long]))].toSorted((one, other) => one - other);

const recordName = ({ name }: Objective, window: number): string =>
  `slo:${name}:bad_share:increase${minutesText(window)}`;

/**
 * Rules for Prometheus as YAML: a recorded share of bad events for each window, and the alerts on them.
 *
 * The share is a quotient of two `increase`s over the same window, and not of recorded rates of shorter ones: means of
 * shares would weigh quiet minutes like busy ones.
 *
 * @throws ObjectiveError
 */
export function prometheusRules(objective: Objective, alerts: readonly BurnAlert[], counters: CounterNames): string {
  checkObjective(objective);
  const records = windowsOf(alerts).flatMap((window) => [
    `      - record: ${recordName(objective, window)}`,
    `        expr: sum(increase(${counters.bad}[${minutesText(window)}])) / sum(increase(${counters.total}[${minutesText(window)}]))`,
  ]);
  const rules = alerts.flatMap(({ name, severity, long, short, factor, forMinutes = 0 }) => {
    const threshold = thresholdText(objective, factor);
    return [
      `      - alert: ${objective.name}_${name}`,
      `        expr: ${recordName(objective, long)} > ${threshold} and ${recordName(objective, short)} > ${threshold}`,
      ...(forMinutes === 0 ? [] : [`        for: ${minutesText(forMinutes)}`]),
      "        labels:",
      `          severity: ${severity}`,
      "        annotations:",
      `          summary: The error budget of ${objective.name} burns ${String(Math.round(factor * 100) / 100)} times too fast.`,
    ];
  });
  return `${["groups:", `  - name: slo_${objective.name}`, "    interval: 1m", "    rules:", ...records, ...rules].join("\n")}\n`;
}

/**
 * A test for `promtool test rules`: the samples as input, and at each minute the alerts that are to fire. It passes when
 * Prometheus raises the same alerts at the same minutes.
 */
export function promtoolTest(
  objective: Objective,
  ruleFile: string,
  counters: CounterNames,
  samples: CounterSamples,
  timelines: readonly AlertTimeline[],
): string {
  const values = (series: readonly number[]): string =>
    series.map((value) => (Number.isNaN(value) ? "_" : String(value))).join(" ");
  const checks = timelines.flatMap(({ alert, firing }) =>
    firing.flatMap((isFiring, minute) => [
      `      - eval_time: ${minutesText(minute)}`,
      `        alertname: ${objective.name}_${alert.name}`,
      ...(isFiring
        ? [
            "        exp_alerts:",
            `          - exp_labels: { severity: ${alert.severity} }`,
            `            exp_annotations: { summary: "The error budget of ${objective.name} burns ${String(Math.round(alert.factor * 100) / 100)} times too fast." }`,
          ]
        : ["        exp_alerts: []"]),
    ]),
  );
  const lines = [
    `rule_files: [${ruleFile}]`,
    "evaluation_interval: 1m",
    "tests:",
    "  - interval: 1m",
    "    input_series:",
    `      - series: ${counters.total}`,
    `        values: ${values(samples.total)}`,
    `      - series: ${counters.bad}`,
    `        values: ${values(samples.bad)}`,
    "    alert_rule_test:",
    ...checks,
  ];
  return `${lines.join("\n")}\n`;
}
