import * as v from "valibot";
import { AnchorError, anchorSchema, annotationContext } from "./anchor.ts";
import type { Anchor } from "./anchor.ts";

/** A W3C Web Annotation without a body: the thread that hangs on it is kept elsewhere. */
export interface AnchorAnnotation {
  readonly "@context": typeof annotationContext;
  readonly id?: string;
  readonly type: "Annotation";
  readonly target: Anchor;
}

/** The anchor as a W3C Web Annotation (W3C Recommendation of 23 February 2017), ready for `JSON.stringify`. */
export const annotationOf = (target: Anchor, id?: string): AnchorAnnotation => ({
  "@context": annotationContext,
  ...(id === undefined ? {} : { id }),
  type: "Annotation",
  target,
});

const context = "http://www.w3.org/ns/anno.jsonld";

/** Any annotation with a target of ours; a body, a creator and the like may stand beside it and are not read. */
const annotationSchema = v.looseObject({
  "@context": v.union(
    [
      v.literal(context),
      v.pipe(
        v.array(v.unknown()),
        v.check((contexts) => contexts.includes(context), `a list that holds "${context}" is expected`),
      ),
    ],
    `"${context}" or a list that holds it is expected`,
  ),
  type: v.union(
    [v.literal("Annotation"), v.pipe(v.array(v.unknown()), v.includes("Annotation"))],
    '"Annotation" is expected',
  ),
  target: anchorSchema,
});

function read<Schema extends v.GenericSchema>(schema: Schema, value: unknown, what: string): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = v.getDotPath(result.issues[0]);
  const missing = result.issues[0].received === "undefined";
  const problem = missing ? "is missing" : result.issues[0].message;
  const place = issue === null ? `The ${what}` : `The field "${issue}" of the ${what}`;
  throw new AnchorError(missing ? `${place} is missing.` : `${place} is wrong: ${problem}.`);
}

/**
 * Reads an annotation from JSON that was parsed already.
 *
 * @throws AnchorError that names the first wrong field
 */
export const readAnnotation = (value: unknown): Anchor => read(annotationSchema, value, "annotation").target;

/**
 * Reads the target of an annotation alone.
 *
 * @throws AnchorError that names the first wrong field
 */
export const readAnchor = (value: unknown): Anchor => read(anchorSchema, value, "anchor");
