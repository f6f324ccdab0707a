import type { Microseconds } from "@fieldbook/kernel";

/** An attribute as OTLP writes it: integers of 64 bits are texts. */
export interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

export interface SpanEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes?: readonly Attribute[];
}

/** A span of trace.proto, with the fields that are used here. Lists without items are left out, as Protobuf does. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
  readonly events?: readonly SpanEvent[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code: number; readonly message?: string };
}

/** Enumerations of trace.proto: JSON may have their numbers only. */
export const spanKinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
export const statusCodes = { ok: 1, error: 2 } as const;

/** Virtual time 0 in µs of Unix time: 2000-01-01T00:00:00Z, far from any real run. */
const otlpEpoch: Microseconds = 946_684_800_000_000;

/** Unix time in nanoseconds, as text: a double does not hold it. */
export const nanoseconds = (time: Microseconds): string => `${String(otlpEpoch + time)}000`;

export const textAttribute = (key: string, value: string): Attribute => ({ key, value: { stringValue: value } });

export const integerAttribute = (key: string, value: number): Attribute => ({
  key,
  value: { intValue: String(value) },
});

export const lasting = (from: Microseconds, to: Microseconds): Pick<Span, "startTimeUnixNano" | "endTimeUnixNano"> => ({
  startTimeUnixNano: nanoseconds(from),
  endTimeUnixNano: nanoseconds(to),
});
