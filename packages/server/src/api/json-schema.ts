import type { GenericSchema } from "valibot";

/** JSON Schema as OpenAPI 3.1 takes it (draft 2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The parts of valibot's schemas and actions that are read here. */
interface Node {
  readonly kind: "schema" | "validation" | "transformation" | "metadata";
  readonly type: string;
  readonly pipe?: readonly Node[];
  readonly entries?: Readonly<Record<string, Node>>;
  readonly item?: Node;
  readonly wrapped?: Node;
  readonly options?: readonly (string | Node)[];
  readonly literal?: unknown;
  readonly requirement?: unknown;
}

/**
 * What a schema of ours says, without what JSON Schema has no word for (checks by code).
 *
 * @throws when a kind of schema is used that is not known here
 */
export const jsonSchemaOf = (schema: GenericSchema): JsonSchema => convert(schema);

function convert(node: Node): JsonSchema {
  if (node.pipe !== undefined) return Object.assign({}, ...node.pipe.map(convertStep)) as JsonSchema;
  switch (node.type) {
    case "string":
    case "number":
    case "boolean":
      return { type: node.type };
    case "unknown":
      return {};
    case "literal":
      return { const: node.literal };
    case "picklist":
      return { type: "string", enum: node.options };
    case "array":
      return { type: "array", items: convert(node.item!) };
    case "nullable":
      return { anyOf: [convert(node.wrapped!), { type: "null" }] };
    case "variant":
      return { oneOf: (node.options ?? []).map((option) => convert(option as Node)) };
    case "optional":
    case "exact_optional":
      return convert(node.wrapped!);
    case "object":
    case "strict_object":
    case "loose_object":
      return convertObject(node);
    default:
      throw new Error(`No JSON Schema is known for "${node.type}".`);
  }
}

const maybeAbsent: ReadonlySet<string> = new Set(["optional", "exact_optional", "unknown"]);

function convertObject(node: Node): JsonSchema {
  const entries = Object.entries(node.entries ?? {});
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([name, entry]) => [name, convert(entry)])),
    required: entries.filter(([, { type }]) => !maybeAbsent.has(type)).map(([name]) => name),
    ...(node.type === "loose_object" ? {} : { additionalProperties: false }),
  };
}

function convertStep(node: Node): JsonSchema {
  if (node.kind === "schema") return convert({ ...node, pipe: undefined } as unknown as Node);
  switch (node.type) {
    case "integer":
      return { type: "integer" };
    case "min_value":
      return { minimum: node.requirement };
    case "max_value":
      return { maximum: node.requirement };
    case "min_length":
      return { minLength: node.requirement };
    case "max_length":
      return { maxLength: node.requirement };
    case "non_empty":
      return { minLength: 1 };
    case "regex":
      return { pattern: (node.requirement as RegExp).source };
    case "check":
    case "transform":
      return {};
    default:
      throw new Error(`No JSON Schema is known for "${node.type}".`);
  }
}
