import { openMetrics } from "@fieldbook/load";
import type { GraphRun } from "@fieldbook/load";
import { ExportError } from "../export-error.ts";
import { graphMetrics, graphTraces } from "./graph-otlp.ts";
import { graphPerfetto } from "./graph-perfetto.ts";

/** A form in which a run of a service graph opens elsewhere. */
export interface GraphExportFormat {
  readonly id: string;
  /** Which program opens it, and what it shows. */
  readonly says: string;
  readonly write: (run: GraphRun) => string;
}

export const graphExportFormats: readonly GraphExportFormat[] = [
  {
    id: "openmetrics",
    says: "Counters, gauges and histograms with their times. For promtool tsdb create-blocks-from openmetrics.",
    write: openMetrics,
  },
  { id: "otlp", says: "Traces of sampled requests. Opens in Jaeger: Search, Upload.", write: graphTraces },
  { id: "otlp-metrics", says: "Metrics of OpenTelemetry, for a collector.", write: graphMetrics },
  {
    id: "perfetto",
    says: "Counters of each service and spans of sampled requests on a timeline. Opens in ui.perfetto.dev.",
    write: graphPerfetto,
  },
];

/** @throws ExportError for an unknown format */
export function exportGraphRun(run: GraphRun, format: string): string {
  const known = graphExportFormats.find(({ id }) => id === format);
  if (known !== undefined) return known.write(run);
  throw new ExportError(
    `there is no format "${format}"; there are ${graphExportFormats.map(({ id }) => id).join(", ")}`,
  );
}
