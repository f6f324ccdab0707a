import type { Span } from "../otlp-span.ts";

export interface ServedSpan extends Span {
  readonly service: string;
}

interface Traces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { readonly value: { readonly stringValue: string } }[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/**
 * The spans of an export, each with its service, as a reader of traces joins them.
 *
 * @throws Error for what makes no tree: an identifier given twice, a parent or link that is nowhere, a child that begins
 * before its parent, a span that ends before it begins
 */
export function readSpans(text: string): ServedSpan[] {
  const { resourceSpans } = JSON.parse(text) as Traces;
  const spans = resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({ ...span, service: resource.attributes[0]?.value.stringValue ?? "" })),
    ),
  );
  const known = new Map(spans.map((span) => [`${span.traceId} ${span.spanId}`, span]));
  if (known.size !== spans.length) throw new Error("two spans have one identifier");
  for (const { name, traceId, parentSpanId, links = [], startTimeUnixNano, endTimeUnixNano } of spans) {
    if (BigInt(endTimeUnixNano) < BigInt(startTimeUnixNano)) throw new Error(`"${name}" ends before it begins`);
    for (const link of links) {
      if (!known.has(`${link.traceId} ${link.spanId}`)) throw new Error(`"${name}" links to no span`);
    }
    if (parentSpanId === undefined) continue;
    const parent = known.get(`${traceId} ${parentSpanId}`);
    if (parent === undefined) throw new Error(`the parent of "${name}" is no span of its trace`);
    if (BigInt(parent.startTimeUnixNano) > BigInt(startTimeUnixNano)) {
      throw new Error(`"${name}" begins before its parent`);
    }
  }
  return spans;
}
