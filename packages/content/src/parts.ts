import * as v from "valibot";
import { keySchema, readYaml, textSchema } from "./yaml-data.ts";

export const partSchema = v.strictObject({
  id: keySchema,
  title: textSchema,
  /** One sentence: what the part is about. */
  summary: textSchema,
  /** Ids of chapters: their files' names in the part's folder, without `.md`, in the order of reading. */
  chapters: v.array(keySchema, "a list of chapters is expected"),
});

export type PartPlan = v.InferOutput<typeof partSchema>;

/**
 * Reads `parts.yaml`: the parts of the book in the order of reading. Part `p` keeps its chapters in the folder `p`.
 *
 * @throws ContentError
 */
export function parseParts(text: string, path: string): readonly PartPlan[] {
  return readYaml(text, v.array(partSchema, "a list of parts is expected"), { path, firstLine: 1 });
}
