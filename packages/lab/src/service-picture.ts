/** What the figures of a load model show, as plain data. Times are seconds from the start of the run. */

/** One box of a service graph: who sends, or who serves. */
export interface DrawnService {
  readonly id: string;
  readonly label: string;
  readonly role: "source" | "service";
  /** At most three short lines: "4 × 8 servers", "p99 82 ms". */
  readonly facts: readonly string[];
  /** Share of its servers that are busy, from 0 to 1; absent where nothing serves. */
  readonly utilisation?: number;
  /** `failing`: more than one request in a hundred ends in an error; `strained`: no more than a fifth of it is free. */
  readonly health: "well" | "strained" | "failing";
}

export interface DrawnCall {
  /** Ids of services. */
  readonly from: string;
  readonly to: string;
  /** "38 requests/s" */
  readonly label: string;
  /** The caller goes on without it. */
  readonly soft: boolean;
}

/** Who calls whom, and how each is. Calls may go round in a circle only where one of them is soft. */
export interface ServiceGraphPicture {
  readonly kind: "service-graph";
  readonly services: readonly DrawnService[];
  readonly calls: readonly DrawnCall[];
  /** The same as the figure, in words. */
  readonly says: string;
}

/** How latencies were spread at each time, and some percentiles of them. */
export interface HeatMapPicture {
  readonly kind: "heat-map";
  readonly title: string;
  /** Where the columns begin, in seconds, ascending; all are as wide as the first. */
  readonly x: readonly number[];
  /** Upper bounds of the rows, ms, ascending. */
  readonly y: readonly number[];
  /** counts[column][row] */
  readonly counts: readonly (readonly number[])[];
  /** In ms, one value a column; null where there is none. */
  readonly lines: readonly { readonly label: string; readonly values: readonly (number | null)[] }[];
  readonly spans: readonly { readonly from: number; readonly to: number; readonly label: string }[];
  readonly says: string;
}

/** One quantity against another: a closed form or a published figure as reference, measured points with intervals. */
export interface CurvePicture {
  readonly kind: "curve";
  readonly title: string;
  readonly x: { readonly label: string; readonly unit: string };
  readonly y: { readonly label: string; readonly unit: string; readonly scale: "linear" | "logarithmic" };
  readonly series: readonly {
    readonly label: string;
    readonly role: "run" | "control" | "reference";
    readonly points: readonly {
      readonly x: number;
      readonly y: number;
      /** The interval, where the point was sampled. */
      readonly low?: number;
      readonly high?: number;
    }[];
  }[];
  /** The point that the run of the page stands at. */
  readonly here?: number;
  readonly says: string;
}
