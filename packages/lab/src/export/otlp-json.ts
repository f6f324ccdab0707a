import { showValue } from "@fieldbook/check";
import type { Run, TimedOperation } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import type { Activity, Episode, Handling, Journey, Note } from "./activity.ts";
import { activityOf } from "./activity.ts";
import { integerAttribute, lasting, nanoseconds, spanKinds, statusCodes, textAttribute } from "./otlp-span.ts";
import type { Attribute, Span, SpanEvent } from "./otlp-span.ts";
import type { SpanIdentities } from "./span-identities.ts";
import { spanIdentities } from "./span-identities.ts";

/**
 * A recorded run as traces of OpenTelemetry, in the JSON encoding of OTLP (specification, "JSON Protobuf Encoding"): one
 * object with `resourceSpans`, which Jaeger opens as a file. Virtual time 0 is 2000-01-01T00:00:00Z.
 *
 * - Each endpoint is a service. Each operation is a trace: its root is the client's span from call to answer. A message
 *   is a span of its sender until it arrives or is lost; what its receiver does with it is a child of that, of no length,
 *   since handling takes no virtual time.
 * - Starts, timers and operators' commands begin traces of their own. Where the run kept its causes, the span of a timer
 *   links to the span that set it, and a disk's answer is a child of what asked.
 * - The service "run" has one more trace: the run, and in it each fault, and each node's time spent down. Faults are also
 *   events of the operations during which they began or ended.
 *
 * Identifiers follow from the trace hash: the same run gives the same text.
 *
 * @throws ExportError when the run was not recorded
 */
export function otlpJson(run: Run): string {
  const activity = activityOf(run);
  const teller = new Teller(run, activity);
  const services = run.endpoints.map((name): { name: string; spans: Span[] } => ({ name, spans: [] }));
  const runService = { name: "run", spans: [teller.run(), ...teller.faults()] };
  for (const [index, handling] of activity.handlings.entries()) {
    services[handling.endpoint]!.spans.push(teller.handling(handling, index));
  }
  for (const journey of activity.journeys.values()) services[journey.from]!.spans.push(teller.message(journey));
  for (const [index, down] of activity.downs.entries()) services[down.node]!.spans.push(teller.down(down, index));
  const resourceSpans = [runService, ...services].map(({ name, spans }) => ({
    resource: { attributes: [textAttribute("service.name", name)] },
    scopeSpans: [{ scope: { name: "fieldbook" }, spans }],
  }));
  return JSON.stringify({ resourceSpans });
}

const unanswered = { code: statusCodes.error, message: "no answer: it may have taken effect or not" };

/** Tells what happened as spans. */
class Teller {
  readonly #run: Run;
  readonly #activity: Activity;
  readonly #ids: SpanIdentities;
  /** By handling; −1: outside of any. */
  readonly #notes: ReadonlyMap<number, readonly Note[]>;
  /** Endpoints before this one are nodes. */
  readonly #nodes: number;

  constructor(run: Run, activity: Activity) {
    this.#run = run;
    this.#activity = activity;
    this.#ids = spanIdentities(run.traceHash);
    this.#notes = Map.groupBy(activity.notes, ({ handling }) => handling);
    this.#nodes = run.nodes.length;
  }

  run(): Span {
    const { traceHash, ended, endedAt, events, alarm } = this.#run;
    const attributes = [
      textAttribute("fieldbook.trace_hash", traceHash),
      textAttribute("fieldbook.ended", ended),
      integerAttribute("fieldbook.events", events),
    ];
    return {
      traceId: this.#ids.runTrace,
      spanId: this.#ids.run,
      name: "run",
      kind: spanKinds.internal,
      ...lasting(0, endedAt),
      attributes,
      ...listed("events", this.#events(-1)),
      ...(alarm === undefined ? {} : { status: { code: statusCodes.error, message: alarm.says } }),
    };
  }

  faults(): Span[] {
    return this.#activity.faults.map((fault, index) => this.#episode(fault, this.#ids.fault(index)));
  }

  down(down: Episode, index: number): Span {
    return this.#episode(down, this.#ids.down(index));
  }

  #episode({ kind, node, from, to, detail }: Episode, spanId: string): Span {
    return {
      traceId: this.#ids.runTrace,
      spanId,
      parentSpanId: this.#ids.run,
      name: node < 0 ? kind : `${kind} ${this.#name(node)}`,
      kind: spanKinds.internal,
      ...lasting(from, to),
      ...listed("attributes", detail === "" ? [] : [textAttribute("fieldbook.fault", detail)]),
    };
  }

  message({ number, from, to, label, sentBy, duplicate, sentAt, endedAt, fate, reason }: Journey): Span {
    const lost = { code: statusCodes.error, message: `lost: ${reason}` };
    return {
      traceId: this.#traceOf(sentBy),
      spanId: this.#ids.message(number),
      parentSpanId: sentBy < 0 ? this.#ids.run : this.#ids.handling(sentBy),
      name: `${label} to ${this.#name(to)}`,
      kind: spanKinds.producer,
      ...lasting(sentAt, endedAt),
      attributes: [
        integerAttribute("fieldbook.message", number),
        textAttribute("fieldbook.from", this.#name(from)),
        textAttribute("fieldbook.to", this.#name(to)),
        textAttribute("fieldbook.fate", fate),
        ...(duplicate ? [textAttribute("fieldbook.copy", "duplicate")] : []),
      ],
      ...(fate === "lost" ? { status: lost } : {}),
    };
  }

  handling(handling: Handling, index: number): Span {
    const operation = this.#run.history[handling.operation];
    if (operation !== undefined) return this.#operation(handling, index, operation);
    const { time, kind, label, message, cause, root } = handling;
    const journey = this.#activity.journeys.get(message);
    const isRequest = journey !== undefined && journey.from >= this.#nodes;
    const alarm = this.#notes.get(index)?.find((note) => note.alarm);
    const isLinked = root === index && cause >= 0;
    return {
      traceId: this.#traceOf(index),
      spanId: this.#ids.handling(index),
      ...(journey === undefined ? {} : { parentSpanId: this.#ids.message(journey.number) }),
      ...(journey === undefined && root !== index ? { parentSpanId: this.#ids.handling(cause) } : {}),
      name: kind === "deliver" ? label : `${kind} ${label}`.trim(),
      kind: journey === undefined ? spanKinds.internal : isRequest ? spanKinds.server : spanKinds.consumer,
      ...lasting(time, time),
      ...listed("events", this.#events(index)),
      ...listed("links", isLinked ? [{ traceId: this.#traceOf(cause), spanId: this.#ids.handling(cause) }] : []),
      ...(alarm === undefined ? {} : { status: { code: statusCodes.error, message: alarm.text } }),
    };
  }

  #operation({ operation: number, time }: Handling, index: number, operation: TimedOperation): Span {
    const { f, key, input, output, outcome, process } = operation;
    const until = this.#activity.completedAt.get(number) ?? this.#run.endedAt;
    const refused = { code: statusCodes.error, message: "failed: it certainly had no effect" };
    return {
      traceId: this.#traceOf(index),
      spanId: this.#ids.handling(index),
      name: f,
      kind: spanKinds.client,
      ...lasting(time, until),
      attributes: [
        integerAttribute("fieldbook.operation", number),
        integerAttribute("fieldbook.process", process),
        ...(key === undefined ? [] : [textAttribute("fieldbook.key", showValue(key))]),
        textAttribute("fieldbook.input", showValue(input)),
        ...(output === undefined ? [] : [textAttribute("fieldbook.output", showValue(output))]),
        textAttribute("fieldbook.outcome", outcome),
      ],
      ...listed("events", [...this.#events(index), ...this.#faultEvents(time, until)]),
      status: outcome === "ok" ? { code: statusCodes.ok } : outcome === "fail" ? refused : unanswered,
    };
  }

  #faultEvents(from: Microseconds, to: Microseconds): SpanEvent[] {
    return [...this.#activity.faults, ...this.#activity.downs]
      .flatMap((episode) => [
        { at: episode.from, name: `${episode.kind} begins`, episode },
        { at: episode.to, name: `${episode.kind} ends`, episode },
      ])
      .filter(({ at }) => at >= from && at <= to)
      .toSorted((one, other) => one.at - other.at)
      .map(({ at, name, episode }) => ({
        timeUnixNano: nanoseconds(at),
        name,
        ...listed("attributes", this.#nodeAttribute(episode.node)),
      }));
  }

  #events(handling: number): SpanEvent[] {
    const notes = this.#notes.get(handling) ?? [];
    return notes.map(({ time, text, endpoint }) => ({
      timeUnixNano: nanoseconds(time),
      name: text,
      ...listed("attributes", handling < 0 ? this.#nodeAttribute(endpoint) : []),
    }));
  }

  #nodeAttribute(endpoint: number): Attribute[] {
    return endpoint < 0 ? [] : [textAttribute("fieldbook.endpoint", this.#name(endpoint))];
  }

  #traceOf(handling: number): string {
    const root = this.#activity.handlings[handling]?.root;
    return root === undefined ? this.#ids.runTrace : this.#ids.trace(root);
  }

  #name(endpoint: number): string {
    return this.#run.endpoints[endpoint] ?? "";
  }
}

const listed = <Key extends string, Item>(
  key: Key,
  items: readonly Item[],
): { readonly [Field in Key]?: readonly Item[] } =>
  (items.length === 0 ? {} : { [key]: items }) as { readonly [Field in Key]?: readonly Item[] };
