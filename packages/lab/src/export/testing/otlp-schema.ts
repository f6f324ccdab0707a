import root from "@opentelemetry/otlp-transformer/build/src/generated/root.js";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What is generated for a message of the schema; its own declaration knows no names of messages. */
interface GeneratedMessage {
  fromObject(fields: Json): object;
  verify(message: object): string | null;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: { readonly longs: StringConstructor; readonly bytes: ArrayConstructor }): Json;
}

interface GeneratedSchema {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: {
        readonly trace: { readonly v1: { readonly ExportTraceServiceRequest: GeneratedMessage } };
      };
    };
  };
}

const { opentelemetry } = root as unknown as GeneratedSchema;
const request = opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/**
 * Reads OTLP JSON by the schema of OpenTelemetry: as the message that collectors receive, to the bytes of Protobuf and
 * back. What the schema does not know, or knows in another form, does not come back as it was.
 *
 * @throws Error saying what the schema refuses
 */
export function refuseForeignToOtlp(text: string): void {
  const json = JSON.parse(text) as Json;
  const message = request.fromObject(changeIds(json, bytesOfHex));
  const problem = request.verify(message);
  if (problem !== null) throw new Error(problem);
  const decoded = request.decode(request.encode(message).finish());
  const back = changeIds(request.toObject(decoded, { longs: String, bytes: Array }), hexOfBytes);
  if (JSON.stringify(sorted(back)) !== JSON.stringify(sorted(json))) {
    throw new Error("what is read back by the schema is not what was written");
  }
}

const idFields = new Map([
  ["traceId", 16],
  ["spanId", 8],
  ["parentSpanId", 8],
]);

/** OTLP writes identifiers in hexadecimal digits, where Protobuf's own JSON has base64. */
function changeIds(json: Json, change: (id: Json, bytes: number) => Json): Json {
  if (Array.isArray(json)) return (json as readonly Json[]).map((item) => changeIds(item, change));
  if (json === null || typeof json !== "object") return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      const bytes = idFields.get(key);
      return [key, bytes === undefined ? changeIds(value, change) : change(value, bytes)];
    }),
  );
}

function bytesOfHex(id: Json, bytes: number): number[] {
  if (typeof id !== "string" || !/^[0-9a-f]+$/.test(id) || id.length !== bytes * 2 || /^0*$/.test(id)) {
    throw new Error(`${JSON.stringify(id)} is no identifier of ${String(bytes)} bytes`);
  }
  return Array.from({ length: bytes }, (_, at) => Number.parseInt(id.slice(2 * at, 2 * at + 2), 16));
}

const hexOfBytes = (id: Json): string =>
  (id as readonly number[]).map((byte) => byte.toString(16).padStart(2, "0")).join("");

function sorted(json: Json): Json {
  if (Array.isArray(json)) return (json as readonly Json[]).map(sorted);
  if (json === null || typeof json !== "object") return json;
  return Object.fromEntries(
    Object.entries(json)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, value]) => [key, sorted(value)]),
  );
}
