import type { FleetRun, FleetSeries } from "@fieldbook/load";
import { microsecondsPerSecond } from "@fieldbook/kernel";
import type { Series, TimeSeriesPicture } from "../../picture.ts";

export interface FleetPanel {
  readonly title: string;
  readonly unit: string;
  readonly column: keyof FleetSeries;
  /** A line to hold the run against: the same everywhere, or a formula of the seconds since the start. */
  readonly reference?: { readonly label: string; readonly at: number | ((second: number) => number | null) };
}

/** A run of a fleet as time series, from an entry on; what it is held against in grey behind it. */
export function fleetFigure(
  run: FleetRun,
  panels: readonly FleetPanel[],
  figure: {
    readonly says: string;
    readonly against: { readonly name: string; readonly run: FleetRun; readonly says: string } | undefined;
    /** Seconds that are left out at the start. */
    readonly from?: number;
  },
): TimeSeriesPicture {
  const { against, says } = figure;
  const entry = run.resolution / microsecondsPerSecond;
  const first = Math.floor((figure.from ?? 0) / entry);
  const entries = run.series.ready.length - first;
  const x = Array.from({ length: entries }, (_, index) => (first + index) * entry);
  const column = (of: FleetRun, name: keyof FleetSeries): (number | null)[] =>
    x.map((_, index) => of.series[name][first + index] ?? null);
  return {
    kind: "time-series",
    x,
    panels: panels.map((panel) => {
      const series: Series[] = [];
      if (against !== undefined) {
        series.push({ label: against.name, role: "control", values: column(against.run, panel.column) });
      }
      if (panel.reference !== undefined) {
        const { label, at } = panel.reference;
        const value = typeof at === "number" ? (): number => at : at;
        series.push({ label, role: "reference", values: x.map((second) => value(second + entry)) });
      }
      series.push({ label: panel.title.toLowerCase(), role: "run", values: column(run, panel.column) });
      return { title: panel.title, unit: panel.unit, series };
    }),
    spans: faultSpans(run),
    says: capitalised(says) + (against === undefined ? "" : ` ${capitalised(against.name)}: ${against.says}`),
  };
}

/** What the notes say of faults: from the one that begins to the next end of the same words. */
function faultSpans(run: FleetRun): TimeSeriesPicture["spans"] {
  return run.notes
    .filter(({ kind }) => kind === "fault-begins")
    .map(({ at, says }) => {
      const end = run.notes.find((note) => note.kind === "fault-ends" && note.says === says && note.at > at);
      return { from: at / microsecondsPerSecond, to: (end?.at ?? run.duration) / microsecondsPerSecond, label: says };
    });
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
