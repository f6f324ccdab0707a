import * as v from "valibot";
import { keySchema, readYaml, textSchema } from "./yaml-data.ts";

const termSchema = v.strictObject({
  /** The word as the text writes it. */
  term: textSchema,
  /** One or two plain sentences. */
  definition: textSchema,
});

export interface Term extends v.InferOutput<typeof termSchema> {
  readonly key: string;
}

export type Glossary = ReadonlyMap<string, Term>;

/**
 * Reads `glossary.yaml`: a term for each key.
 *
 * @throws ContentError
 */
export function parseGlossary(text: string, path: string): Glossary {
  const data = readYaml(text, v.record(keySchema, termSchema), { path, firstLine: 1 });
  return new Map(Object.entries(data).map(([key, term]) => [key, { ...term, key }]));
}
