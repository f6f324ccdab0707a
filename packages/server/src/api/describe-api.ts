import type { JsonSchema } from "./json-schema.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import type { Route } from "./route.ts";

const problem: JsonSchema = {
  type: "object",
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: { field: { type: "string" }, detail: { type: "string" } },
        required: ["field", "detail"],
      },
    },
  },
  required: ["type", "title", "status", "detail"],
};

/** The routes as OpenAPI 3.1 describes them. */
export function describeApi(routes: readonly Route[]): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[route.method.toLowerCase()] = describeRoute(route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Fieldbook",
      version: "1",
      description: "The discussion of the handbook, and the accounts of its team. Times are milliseconds since 1970.",
    },
    servers: [{ url: "/api/v1" }],
    paths,
    components: {
      schemas: { Problem: problem },
      responses: {
        Problem: {
          description: "Why it was not done (RFC 9457)",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

const needsOf = ({ needs, manages }: Route): string =>
  `Needs the role of ${needs}${manages === true ? ", and of a token the scope manage" : ""}.`;

function describeRoute(route: Route): JsonSchema {
  const guard = { name: "If-Match", in: "header", required: true, schema: { type: "string", pattern: '^"\\d{1,9}"$' } };
  return {
    operationId: route.name,
    summary: route.summary,
    description: route.needs === "anybody" ? "For anybody." : needsOf(route),
    ...(route.needs === "anybody" ? {} : { security: [{ token: [] }] }),
    parameters: [
      ...parametersOf(route.params, "path"),
      ...parametersOf(route.query, "query"),
      ...(route.guarded === true ? [guard] : []),
    ],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: jsonSchemaOf(route.body) } } } }),
    responses: {
      [route.status]: {
        description: "Done",
        content: { "application/json": { schema: jsonSchemaOf(route.answer) } },
      },
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

function parametersOf(schema: Route["params"], place: "path" | "query"): readonly JsonSchema[] {
  if (schema === undefined) return [];
  const { properties, required } = jsonSchemaOf(schema) as {
    readonly properties: Readonly<Record<string, JsonSchema>>;
    readonly required: readonly string[];
  };
  return Object.entries(properties).map(([name, type]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: type,
  }));
}
