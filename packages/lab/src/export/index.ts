import type { Run } from "@fieldbook/engine";
import { ExportError } from "./export-error.ts";
import { jepsenEdn } from "./jepsen-edn.ts";
import { otlpJson } from "./otlp-json.ts";
import { perfettoJson } from "./perfetto-json.ts";
import { shivizLog } from "./shiviz-log.ts";

export { ExportError } from "./export-error.ts";

export type ExportFormatId = "otlp" | "perfetto" | "shiviz" | "jepsen";

/** A form in which a recorded run opens elsewhere. */
export interface ExportFormat {
  readonly id: ExportFormatId;
  readonly name: string;
  /** How the name of such a file ends. */
  readonly ending: string;
  /** Which program opens it, and what it shows. */
  readonly says: string;
  readonly write: (run: Run) => string;
}

export const exportFormats: readonly ExportFormat[] = [
  {
    id: "otlp",
    name: "OTLP JSON",
    ending: ".otlp.json",
    says: "Traces of OpenTelemetry, one for each operation. Opens in Jaeger: Search, Upload.",
    write: otlpJson,
  },
  {
    id: "perfetto",
    name: "Perfetto",
    ending: ".perfetto.json",
    says: "A timeline with a process for each endpoint and an arrow for each message. Opens in ui.perfetto.dev and chrome://tracing.",
    write: perfettoJson,
  },
  {
    id: "shiviz",
    name: "ShiViz log",
    ending: ".shiviz.log",
    says: "Events with vector clocks, as ShiViz's default expression reads them: a space-time diagram of what happened before what.",
    write: shivizLog,
  },
  {
    id: "jepsen",
    name: "Jepsen EDN",
    ending: ".history.edn",
    says: "The clients' history as Jepsen writes it. For Knossos, Elle and `fieldbook check`.",
    write: jepsenEdn,
  },
];

/**
 * A recorded run as a text in one of the formats.
 *
 * @param run recorded: { record: true }. With { causes: true } timers are linked to what set them, in OTLP
 * @throws ExportError when the run was not recorded, or for an unknown format
 */
export function exportRun(run: Run, format: ExportFormatId): string {
  const known = exportFormats.find(({ id }) => id === format);
  if (known !== undefined) return known.write(run);
  const ids = exportFormats.map(({ id }) => id).join(", ");
  throw new ExportError(`there is no format "${format as string}"; there are ${ids}`);
}
