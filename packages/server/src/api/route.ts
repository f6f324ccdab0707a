import type { GenericSchema, InferOutput } from "valibot";
import type { Actor } from "../accounts/actor.ts";
import type { Store } from "../data/store.ts";

/**
 * The least that somebody has to be: `anybody` needs no account even in a private handbook, the others are roles.
 * Finer rules (the author alone edits a post) are in threads/rules.ts and are applied by the handler.
 */
export type Needs = "anybody" | "reader" | "contributor" | "editor" | "owner";

/** What a handler is given. Everything in it has been validated. */
export interface RouteInput<Params, Query, Body> {
  readonly store: Store;
  /** Absent only where the route needs `anybody`, or where strangers may read. */
  readonly actor: Actor | undefined;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Number in the `If-Match` header; a route with `guarded` always has it. */
  readonly ifVersion: number | undefined;
}

export interface RouteAnswer<Answer> {
  readonly status: 200 | 201;
  readonly body: Answer;
  /** Becomes the `ETag`, which an edit sends back as `If-Match`. */
  readonly version?: number;
  /** Path of what was made. */
  readonly location?: string;
}

/** One row of the route table. */
export interface Route<Params = unknown, Query = unknown, Body = unknown, Answer = unknown> {
  /** Unique; the operationId of the description: "listThreads". */
  readonly name: string;
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below /api/v1, parameters as in Hono: "/threads/:thread". */
  readonly path: string;
  readonly summary: string;
  readonly needs: Needs;
  /** Whether it is about accounts, so that a token has to have the scope for that. */
  readonly manages?: true;
  readonly params?: GenericSchema<unknown, Params>;
  readonly query?: GenericSchema<unknown, Query>;
  readonly body?: GenericSchema<unknown, Body>;
  /** Whether `If-Match` has to name the version that is edited. */
  readonly guarded?: true;
  readonly status: 200 | 201;
  readonly answer: GenericSchema<unknown, Answer>;
  handle(input: RouteInput<Params, Query, Body>): Promise<RouteAnswer<Answer>>;
}

type OutputOf<Schema> = Schema extends GenericSchema ? InferOutput<Schema> : undefined;

/** What is sent is not changed any more. */
type Unchanging<Value> = Value extends readonly (infer Item)[]
  ? readonly Unchanging<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Unchanging<Value[Key]> }
    : Value;

/** Types a row from its own schemas. */
export function route<
  const Params extends GenericSchema | undefined = undefined,
  const Query extends GenericSchema | undefined = undefined,
  const Body extends GenericSchema | undefined = undefined,
  const Answer extends GenericSchema = GenericSchema,
>(
  row: Omit<Route, "params" | "query" | "body" | "answer" | "handle"> & {
    readonly params?: Params;
    readonly query?: Query;
    readonly body?: Body;
    readonly answer: Answer;
    handle(
      input: RouteInput<OutputOf<Params>, OutputOf<Query>, OutputOf<Body>>,
    ): Promise<RouteAnswer<Unchanging<InferOutput<Answer>>>>;
  },
): Route {
  return row as unknown as Route;
}
