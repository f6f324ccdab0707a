import type { FaultFamily, FaultKind } from "@fieldbook/engine";
import type { CurvePicture, HeatMapPicture, ServiceGraphPicture } from "./service-picture.ts";

/**
 * What a figure shows, as plain data: the lab fills it, the site draws it, and no one else needs to know how.
 * Times are in microseconds of virtual time from the start of the run unless a field says otherwise.
 */

export interface Lane {
  readonly id: string;
  readonly label: string;
  readonly role: "client" | "node";
}

export interface DrawnMessage {
  /** Indexes into `lanes`. */
  readonly from: number;
  readonly to: number;
  readonly sentAt: number;
  /** When it arrived, or when it was lost. */
  readonly endedAt: number;
  readonly fate: "delivered" | "lost" | "in-flight";
  readonly duplicate: boolean;
  readonly label: string;
  /** Why it was lost, in a word or two: "loss", "partition", "receiver down". */
  readonly reason?: string;
}

export interface DrawnOperation {
  readonly lane: number;
  readonly calledAt: number;
  /** Absent while unanswered: the bar stays open. */
  readonly returnedAt?: number;
  /** "write 2", "read → 1", "read → ?" */
  readonly label: string;
  readonly outcome: "ok" | "fail" | "open";
  /** One of the operations that contradict each other. */
  readonly contradicts: boolean;
}

export interface DrawnCrash {
  readonly lane: number;
  readonly from: number;
  readonly to: number;
}

export interface DrawnPartition {
  readonly from: number;
  readonly to: number;
  /** Lanes cut from each other (symmetric), or senders then receivers (one-way). */
  readonly sides: readonly (readonly number[])[];
  readonly oneWay: boolean;
  readonly label: string;
}

/** A fault of the run, from its beginning to its end or to the end of the run. */
export interface DrawnFault {
  /** Its place in the plan's list of faults. */
  readonly index: number;
  readonly family: FaultFamily;
  readonly kind: FaultKind;
  readonly from: number;
  readonly to: number;
  /** Whether it happens at `from` and has no length. */
  readonly instant: boolean;
  /** The nodes that it happens to, where it is about some: indexes into `lanes`. */
  readonly lanes: readonly number[];
  /** A few words: "loss 30 %", "crash n2". */
  readonly label: string;
  /** The whole of it: "crash of n2 from 12.0 ms to 40.0 ms". */
  readonly says: string;
}

/** What a node held from `at` on, until the next entry of the same lane; entries are in order of time. */
export interface DrawnState {
  readonly lane: number;
  readonly at: number;
  readonly text: string;
}

export interface SpaceTimePicture {
  readonly kind: "space-time";
  readonly lanes: readonly Lane[];
  readonly duration: number;
  readonly messages: readonly DrawnMessage[];
  readonly operations: readonly DrawnOperation[];
  readonly crashes: readonly DrawnCrash[];
  readonly partitions: readonly DrawnPartition[];
  /** Every fault of the run, in order of their beginnings. Absent where the run was not of a system's plan. */
  readonly faults?: readonly DrawnFault[];
  readonly states: readonly DrawnState[];
  /** Lanes whose clock is out of true, in words: "42 ms ahead, 120 ppm fast". */
  readonly clocks: readonly { readonly lane: number; readonly text: string }[];
  /** The span of time worth looking at first: around the contradiction, or the whole run. */
  readonly focus: { readonly from: number; readonly to: number };
  /** The sentence that joins the contradicting operations; absent when nothing contradicts. */
  readonly contradiction?: string;
  /** The same as the figure, in words. */
  readonly says: string;
  /** Another run, drawn beside this one to the same scale of time, so that what is level happened at one time. */
  readonly alongside?: SpaceTimePicture;
}

export interface Series {
  readonly label: string;
  /** The run in ink, its control in grey, a reference line dashed. */
  readonly role: "run" | "control" | "reference";
  /** One value per entry of `x`; null where there is none. */
  readonly values: readonly (number | null)[];
}

export interface TimeSeriesPicture {
  readonly kind: "time-series";
  /** Seconds from the start. */
  readonly x: readonly number[];
  readonly panels: readonly {
    readonly title: string;
    readonly unit: string;
    readonly series: readonly Series[];
  }[];
  /** Shaded spans, in seconds: "capacity dips to 40 requests/s". */
  readonly spans: readonly { readonly from: number; readonly to: number; readonly label: string }[];
  readonly says: string;
}

/** Who was down when: one row a part, the whole at the bottom. */
export interface OutagesPicture {
  readonly kind: "outages";
  /** The length of the axis and its unit, e.g. 720 and "h". */
  readonly duration: number;
  readonly unit: string;
  readonly rows: readonly {
    readonly label: string;
    readonly role: "hard" | "soft" | "store" | "service";
    readonly down: readonly { readonly from: number; readonly to: number }[];
    /** Share of the time up, in percent, as text: "99.91 %". */
    readonly up: string;
  }[];
  readonly says: string;
}

/** A run of a service graph: who calls whom, series with one time, latencies, and what is different from the control. */
export interface ServicePicture {
  readonly kind: "service";
  readonly graph: ServiceGraphPicture;
  readonly series: TimeSeriesPicture;
  readonly latency: HeatMapPicture;
  readonly changes:
    | {
        /** What the control is called. */
        readonly name: string;
        readonly rows: readonly {
          /** "shop, p99" */
          readonly what: string;
          readonly control: string;
          readonly run: string;
          readonly better: "run" | "control" | "neither";
        }[];
      }
    | undefined;
  readonly says: string;
}

export type Picture = SpaceTimePicture | TimeSeriesPicture | OutagesPicture | ServicePicture | CurvePicture;
